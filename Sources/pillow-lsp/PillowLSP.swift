import ArgumentParser
import Foundation

@main
struct PillowLSP: AsyncParsableCommand {
  static let version = "0.1.0"

  static let configuration = CommandConfiguration(
    commandName: "pillow-lsp",
    abstract: "A language server that finds the exemplars which fit an instruction.",
    discussion: """
      Started with no arguments by an editor (standard input is no terminal), it serves.
      """,
    version: version,
    subcommands: [Serve.self, Match.self, Embed.self, Pool.self, Model.self, Config.self, Doctor.self])

  /// Editors start language servers without arguments; a person at a terminal gets the help.
  static func main() async {
    var arguments = Array(CommandLine.arguments.dropFirst())
    if arguments.isEmpty, isatty(STDIN_FILENO) == 0 { arguments = ["serve"] }
    await main(arguments)
  }
}
