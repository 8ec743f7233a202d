import ArgumentParser
import Foundation
import JSONRPC
import PillowServer
import Settings

struct Config: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "config",
    abstract: "Show the settings.", subcommands: [Show.self], defaultSubcommand: Show.self)

  struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "show",
      abstract: "Print every setting, and where its value comes from.",
      discussion: "Settings from an editor are not known here; they override the project's file.")

    @Option(help: "The project's folder.") var project = "."
    @Flag(help: "Print JSON.") var json = false

    private struct Entry: Encodable {
      var value: JSONValue
      var origin: String
    }

    func run() async throws {
      let root = URL(filePath: project).standardizedFileURL
      let (layers, problems) = SettingsSources.layers(
        ofProject: root, environment: ProcessInfo.processInfo.environment)
      for problem in problems { Output.message("warning: \(problem)") }
      if json {
        let entries = layers.values.map {
          ($0.path, Entry(value: $0.value, origin: $0.origin.rawValue))
        }
        return try Output.json(Dictionary(uniqueKeysWithValues: entries))
      }
      let encoder = JSONEncoder()
      encoder.outputFormatting = .withoutEscapingSlashes
      let width = layers.values.map(\.path.count).max() ?? 0
      for value in layers.values {
        let text = String(decoding: try encoder.encode(value.value), as: UTF8.self)
        let padded = value.path.padding(toLength: width, withPad: " ", startingAt: 0)
        Output.line("\(padded) \(text) (\(value.origin.rawValue))")
      }
    }
  }
}
