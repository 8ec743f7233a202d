import ArgumentParser

struct Evaluate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Measure how well exemplars are chosen.",
    subcommands: [EvaluateMatchers.self, EvaluateOffPolicy.self],
    defaultSubcommand: EvaluateMatchers.self)
}
