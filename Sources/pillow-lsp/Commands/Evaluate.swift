import ArgumentParser

struct Evaluate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Measure how well exemplars are chosen.",
    subcommands: [EvaluateMatchers.self, EvaluateOffPolicy.self, EvaluatePersonalization.self],
    defaultSubcommand: EvaluateMatchers.self)
}
