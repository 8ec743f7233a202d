import ArgumentParser

struct Evaluate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Measure how well exemplars are chosen and used.",
    subcommands: [
      EvaluateMatchers.self, EvaluateForms.self, EvaluatePersonalization.self,
      EvaluateOffPolicy.self,
    ],
    defaultSubcommand: EvaluateMatchers.self)
}
