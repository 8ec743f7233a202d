import ArgumentParser
import Foundation

@main
struct PillowLSP: AsyncParsableCommand {
  static let version = "0.1.0"

  static let configuration = CommandConfiguration(
    commandName: "pillow-lsp",
    abstract: "A language server that completes instructions with a project's exemplars.",
    discussion: """
      Started with no arguments by an editor (standard input is no terminal), it serves.
      """,
    version: version,
    subcommands: [
      Serve.self, Complete.self, Match.self, Explain.self, Score.self, Tokenize.self, Embed.self,
      Train.self, Adapter.self, Learning.self, Evaluate.self, Pool.self, FeedbackCommand.self,
      Model.self,
      Bench.self, Config.self,
      Doctor.self,
    ])

  /// Editors start language servers without arguments; a person at a terminal gets the help.
  ///
  /// What editors say is known without the tree of all commands, which would be a third of the time
  /// until the server answers.
  static func main() async {
    let arguments = Array(CommandLine.arguments.dropFirst())
    switch arguments {
    case [] where isatty(STDIN_FILENO) == 0, ["serve"], ["--stdio"], ["serve", "--stdio"]:
      Foundation.exit(await Serve.serve())
    default: await main(arguments)
    }
  }
}
