import ArgumentParser

struct Train: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Train what a project learns.",
    subcommands: [TrainMatcher.self, TrainAdapter.self, TrainFull.self])
}
