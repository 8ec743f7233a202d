import ArgumentParser
import Foundation
import ModelFormats

extension Model {
  struct Quantize: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "quantize",
      abstract: "Write a GGUF model again with its matrices quantised.",
      discussion: """
        Norms and biases stay as they are. Token embeddings and the output matrix, and matrices \
        whose rows do not divide into the type's blocks, become Q8_0.
        """)

    @Option(
      help: "One of \(Quantisation.types.map(\.name).joined(separator: ", ")).",
      transform: Self.type)
    var type: TensorType

    @Flag(help: "Give token embeddings and the output matrix the type too.")
    var pure = false

    @Flag(help: "Take a model that is quantised already; it loses more than one in F16 would.")
    var requantize = false

    @Argument(help: "The model, in F32, F16 or BF16.", transform: { URL(filePath: $0) })
    var input: URL

    @Argument(help: "The file to write.", transform: { URL(filePath: $0) })
    var output: URL

    func run() throws {
      let source = try GGUFFile(contentsOf: input)
      let quantiser = try ModelQuantiser(
        source, to: type, isPure: pure, requantises: requantize)
      let isTerminal = isatty(STDERR_FILENO) == 1
      let count = quantiser.steps.count
      try quantiser.write(to: output) { done in
        guard isTerminal else { return }
        Output.message(
          "\r\u{1B}[K\(done) of \(count) tensors", terminator: done == count ? "\n" : "")
      }
      for line in notes(quantiser.steps) { Output.message(line) }
      Output.line("\(output.relativePath): \(try megabytes(output)), was \(try megabytes(input))")
    }

    /// What did not get the type that was asked for, a line a reason.
    private func notes(_ steps: [ModelQuantiser.Step]) -> [String] {
      let rows = steps.filter { $0.reason == .rowSize }.count
      let embeddings = steps.filter { $0.reason == .embedding }.map(\.tensor.name)
      var notes: [String] = []
      if rows > 0 {
        notes.append(
          """
          \(rows) matrices are Q8_0: their rows do not divide into the \(type.blockElements) values \
          of a block of \(type.name).
          """)
      }
      if !embeddings.isEmpty {
        notes.append(
          "\(embeddings.joined(separator: " and ")) in Q8_0; --pure makes it \(type.name) too.")
      }
      return notes
    }

    private func megabytes(_ url: URL) throws -> String {
      let size = try url.resourceValues(forKeys: [.fileSizeKey]).fileSize ?? 0
      return String(format: "%.1f MB", Double(size) / 1e6)
    }

    private static func type(_ name: String) throws -> TensorType {
      guard let type = TensorType(name: name), Quantisation.types.contains(type) else {
        let names = Quantisation.types.map(\.name).joined(separator: ", ")
        throw ValidationError("'\(name)' is not one of \(names).")
      }
      return type
    }
  }
}
