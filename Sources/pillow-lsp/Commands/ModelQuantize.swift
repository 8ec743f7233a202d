import ArgumentParser
import Foundation
import ModelFormats

extension Model {
  struct Quantize: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "quantize",
      abstract: "Rewrite a GGUF model with its matrices quantised.",
      discussion: """
        Norms and biases stay as they are. Token embeddings, the output matrix, and matrices \
        whose rows are not whole blocks of the type become Q8_0.
        """)

    @Option(help: "One of \(Quantisation.names).", transform: Quantisation.type)
    var type: TensorType

    @Flag(help: "Also use the type for token embeddings and the output matrix.")
    var pure = false

    @Flag(help: "Accept a model that is already quantised; it loses more than one in F16 would.")
    var requantize = false

    @Argument(help: "The model, in F32, F16 or BF16.", transform: { URL(filePath: $0) })
    var input: URL

    @Argument(help: "The file to write.", transform: { URL(filePath: $0) })
    var output: URL

    func run() throws {
      let source = try GGUFFile(contentsOf: input)
      let quantiser = try ModelQuantiser(
        source, to: type, isPure: pure, requantises: requantize)
      let count = quantiser.steps.count
      try quantiser.write(to: output) { Output.count($0, of: count, "tensors") }
      for line in notes(quantiser.steps) { Output.message(line) }
      Output.line(
        "\(output.relativePath): \(try Output.megabytes(output)), was \(try Output.megabytes(input))"
      )
    }

    /// What did not get the requested type, one line per reason.
    private func notes(_ steps: [ModelQuantiser.Step]) -> [String] {
      let rows = steps.filter { $0.reason == .rowSize }.count
      let embeddings = steps.filter { $0.reason == .embedding }.map(\.tensor.name)
      var notes: [String] = []
      if rows > 0 {
        notes.append(
          """
          \(rows) matrices are Q8_0, because their rows are not whole blocks of \(type.blockElements) \
          values, as \(type.name) requires.
          """)
      }
      if !embeddings.isEmpty {
        notes.append(
          "\(embeddings.joined(separator: " and ")) in Q8_0; --pure makes it \(type.name) too.")
      }
      return notes
    }
  }
}

extension Quantisation {
  static var names: String { types.map(\.name).joined(separator: ", ") }

  /// The type that an argument names.
  static func type(_ name: String) throws -> TensorType {
    guard let type = TensorType(name: name), types.contains(type) else {
      throw ValidationError("'\(name)' is not one of \(names).")
    }
    return type
  }
}
