import ArgumentParser

struct Train: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Train what a project learns.", subcommands: [TrainMatcher.self])
}
