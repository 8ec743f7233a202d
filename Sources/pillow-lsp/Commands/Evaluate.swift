import ArgumentParser

struct Evaluate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Measure what chooses exemplars.",
    subcommands: [EvaluateMatchers.self, EvaluateOffPolicy.self],
    defaultSubcommand: EvaluateMatchers.self)
}
