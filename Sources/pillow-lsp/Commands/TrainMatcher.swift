import ArgumentParser
import Evaluation
import Foundation
import PillowProject
import ModelStore
import PromptMatching
import Reports
import Settings

struct TrainMatcher: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "matcher",
    abstract: "Train the network that chooses a project's exemplars.",
    discussion: """
      Without --data the exemplars of the pool are the queries, each with itself left out. Of a file \
      with splits the rows of `train` are used. An interrupted training goes on when the same command is \
      given again. The model computes with a low priority, so that editors go first.
      """)

  @OptionGroup var model: ModelArguments
  @OptionGroup var conversation: ConversationArguments
  @OptionGroup var project: ProjectOption
  @Option(
    help: """
      policy, PILLOW's network; or a baseline to compare it with: supervised or best-fixed-set.
      """)
  var method = MatcherName.policy
  @Option(help: "JSON lines with instruction, input and output.") var data: String?
  @Flag(
    help:
      "Also use the pool's exemplars as queries, beside --data: it learns from more, and takes longer."
  )
  var poolAsks = false
  @Option(help: "How many exemplars a list has; by default the project's setting.")
  var shots: Int?
  @Option(
    help: "nll: likelihood of the gold answer; answer: similarity of the model's answer to it.")
  var reward = AnswerReward.Kind.nll
  @Option(help: "Time limit, such as 90s, 30m or 2h; 0 for none.")
  var budget = DurationArgument(seconds: 1800)
  @Option(help: "The seed of the training.") var seed: UInt64 = 0

  func validate() throws {
    if let shots, !(1...32).contains(shots) {
      throw ValidationError("--shots must be a whole number from 1 to 32.")
    }
    guard [.policy, .supervised, .bestFixedSet].contains(method) else {
      throw ValidationError(
        "--method must be policy, supervised or best-fixed-set: \(method.rawValue) does not learn."
      )
    }
  }

  func run() async throws {
    let models = ModelLibrary()
    let settings = model.settings(over: self.project.settings(), conversation)
    let project = try self.project.open(
      models, settings: settings,
      engine: model.engine(
        settings, models, project: project.root, inBackground: true))
    var request = MatcherTrainingRequest()
    request.data = try readData()
    request.poolAsks = poolAsks
    request.reward = reward
    request.budget = budget.limit
    request.onGathering = { Output.message("surveyed \($0) of \($1) queries") }
    request.options.shots = shots ?? project.settings.shotsOrDefault
    request.options.seed = seed
    guard method == .policy else {
      let trained = try await project.trainBaseline(method, request)
      Output.line(
        "\(method.rawValue) learned from \(trained.queries) queries and \(trained.exemplars) exemplars"
      )
      Output.line("model calls: \(trained.memo.misses) made, \(trained.memo.hits) reused")
      return Output.line("use it with --matcher \(method.rawValue)")
    }
    let trained = try await project.trainMatcher(request) { Self.show($0) }
    let curve = models.store.folder.folder(forProject: project.root).appending(
      path: "learning-curve.svg")
    try Chart.learningCurve(trained.result.curve).write(
      to: curve, atomically: true, encoding: .utf8)
    summarise(trained, curve)
  }

  private func readData() throws -> [Demonstration] {
    guard let data else { return [] }
    let set = try DataSet(contentsOf: URL(filePath: data))
    for problem in set.problems { Output.message("warning: \(problem)") }
    let rows = set.demonstrations(split: "train")
    guard !rows.isEmpty else { throw DataSetError.noRows(split: "train") }
    return rows
  }

  private static func show(_ progress: MatcherTraining.Progress) {
    guard let validation = progress.point.validationReward else { return }
    let watch = progress.point.watch
    Output.message(
      String(
        format: "round %d: reward %.4f, validation %.4f, entropy %.2f, information %.2f, "
          + "%d of %d lists differ, %.0f s left",
        progress.round, progress.point.trainingReward, validation, watch?.entropy ?? 0,
        watch?.mutualInformation ?? 0, watch?.distinctLists ?? 0, watch?.queries ?? 0,
        progress.secondsLeft))
    if let warning = watch?.warning { Output.message("warning: \(warning)") }
  }

  private func summarise(_ trained: TrainedMatcher, _ curve: URL) {
    let result = trained.result
    Output.line(LearningCurve.sparkline(result.curve.validations.map(\.reward)))
    Output.line(
      String(
        format:
          "validation reward %.4f at the start, %.4f at best; %d queries, %d exemplars, %.0f s",
        result.startReward, result.bestReward, trained.queries, trained.exemplars, result.seconds))
    Output.line("Training stopped: \(result.reasonToStop).")
    Output.line("model calls: \(trained.memo.misses) made, \(trained.memo.hits) reused")
    Output.line("learning curve: \(curve.path(percentEncoded: false))")
    Output.line(trained.promotion.summary)
    if let version = trained.version {
      Output.line("Version \(version) serves now.")
    } else {
      Output.line("What served before still does.")
    }
    if let warning = result.watch.warning { Output.message("warning: \(warning)") }
  }
}
