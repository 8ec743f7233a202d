public import ArgumentParser
import CompletionEngine
import Foundation
public import ModelStore
import PillowProject

struct Model: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "model",
    abstract: "Fetch, list, find, check and quantise models, and merge adapters into them.",
    subcommands: [Fetch.self, List.self, Path.self, Verify.self, Quantize.self, Merge.self])
}

extension ModelName: ExpressibleByArgument {}

extension Model {
  struct Path: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "path", abstract: "Print the path of a model; fails if it is not installed.")

    @Argument(help: "A name that `model list` shows.") var name: String

    func run() throws {
      if ModelReference(name) == nil, try Self.ours(name) == .miniLM {
        guard let folder = ModelStore().path(of: .miniLM) else {
          throw ModelError.modelMissing(name: name)
        }
        return Output.line(folder.path(percentEncoded: false))
      }
      Output.line(try ModelLibrary.file(name, in: ModelStore()).path(percentEncoded: false))
    }

    /// One of our own models.
    static func ours(_ name: String) throws -> ModelName {
      guard let model = ModelName(rawValue: name) else {
        throw ValidationError(
          "'\(name)' is none of \(ModelName.allCases.map(\.rawValue).joined(separator: ", ")), and "
            + "begins with none of hf:, ollama:, lmstudio:.")
      }
      return model
    }
  }

  struct Verify: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "verify",
      abstract: "Check the SHA-256 of every file of a model.",
      discussion: "Without a name, checks all installed models of our own.")

    @Argument(help: "A name that `model list` shows.") var name: String?

    func run() throws {
      let store = ModelStore()
      if let reference = name.flatMap({ ModelReference($0) }) {
        guard try store.search.verify(reference) else {
          throw CommandError("Nothing says which SHA-256 \(reference) should have.")
        }
        return Output.line("\(reference): all files are intact")
      }
      let models = try name.map { [try Path.ours($0)] } ?? Self.installed(store)
      guard !models.isEmpty else {
        throw CommandError("No model is installed: run `pillow-lsp model fetch`.")
      }
      for model in models {
        try store.verify(model)
        Output.line("\(model.rawValue): all files are intact")
      }
    }

    private static func installed(_ store: ModelStore) -> [ModelName] {
      store.list().filter { $0.state != .absent }.map(\.model)
    }
  }
}
