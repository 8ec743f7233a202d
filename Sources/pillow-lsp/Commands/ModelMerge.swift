import ArgumentParser
import Foundation
import LanguageModel
import ModelFormats
import ModelStore
import PillowProject

extension Model {
  struct Merge: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Write a model with a LoRA adapter merged into its weights.",
      discussion: """
        The merged model is as fast as the bare one, and other programs can read it. Matrices that \
        the adapter changes are quantised again; the rest is copied.
        """)

    @Option(
      help:
        "The type of the changed matrices: one of \(Quantisation.names). Q8_0 keeps nearly all of a small update.",
      transform: Quantisation.type)
    var type = TensorType.q8_0

    @Option(help: "The adapter's scale; 1 is what it was trained for.")
    var scale: Float = 1

    @Argument(help: "A name that `model list` shows, or a GGUF file.") var model: String
    @Argument(help: "A PEFT folder or a GGUF file.", transform: { URL(filePath: $0) })
    var adapter: URL
    @Argument(help: "The file to write.", transform: { URL(filePath: $0) }) var output: URL

    func validate() throws {
      guard scale.isFinite else { throw ValidationError("--scale must be a number.") }
    }

    func run() throws {
      let input = try ModelLibrary.file(model, in: ModelStore())
      let merge = try AdapterMerge(
        of: GGUFFile(contentsOf: input), with: adapter, scale: scale, as: type)
      try merge.write(to: output) { Output.count($0, of: $1, "tensors") }
      let finer = merge.changes.filter { $0.reason == .rowSize }.count
      if finer > 0 {
        Output.message(
          "\(finer) matrices are finer than \(type.name), because their rows are not whole blocks of it."
        )
      }
      Output.line(
        "\(output.relativePath): \(merge.changes.count) matrices changed, \(try Output.megabytes(output)), "
          + "was \(try Output.megabytes(input))")
    }
  }
}
