import ArgumentParser
import Evaluation
import Foundation
import PillowProject
import ModelStore
import PromptMatching

struct EvaluateMatchers: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "matchers",
    abstract: "Compare matchers on queries whose gold answers are known.",
    discussion: """
      If the files have splits, the `pool` rows of --pool are the exemplars, and the `train` and `test` rows \
      of --data are for training and measuring. A file without splits that is given for both is split into \
      a half, a quarter and a quarter, with near duplicates kept together. Writes results.json, report.md \
      and report.html.

      A matcher that finds no exemplar better than any chooses the empty list; the results have the share \
      of the queries for which it did.
      """)

  @OptionGroup var model: ModelArguments
  @OptionGroup var engine: EngineArguments
  @OptionGroup var conversation: ConversationArguments
  @Option(help: "JSON lines with the queries.") var data: String
  @Option(help: "JSON lines with the exemplars.") var pool: String
  @Option(help: "Names, separated by commas; `all` for every one.") var matchers =
    "random,knn,policy"
  @Option(help: "Numbers of shots, separated by commas; 0 is the model alone.") var shots = "0,1"
  @Option(help: "How many seeds for matchers that draw or are trained.") var seeds = 5
  @Option(help: "The folder for the results.") var out: String
  @Option(help: "The matcher that the others are compared with.") var reference = MatcherName.knn
  @Option(help: "The most test queries, drawn with a fixed seed; 0 for all.") var limit = 0
  @Option(
    help: "Time limit of each training, such as 90s, 30m or 2h; 0 for none.")
  var budget = DurationArgument(seconds: 600)
  @Option(help: "How many of the nearest exemplars the oracle tries.") var oracleCandidates = 12
  @Option(help: "Share of the tasks that training never sees; only these are then measured.")
  var unseenTasks = 0.0
  @Option(help: "The seed for splitting a file without splits, and for the unseen tasks.")
  var splitSeed: UInt64 = 0
  @Option(
    help:
      "What to leave out of training, separated by commas: survey, baseline, entropy, sequence, stop, cosine-start."
  )
  var ablate = ""
  @Flag(help: "Also generate answers, for ROUGE-L, BLEU, cosine and exact match.") var answers =
    false
  @Flag(help: "Also train on the pool's exemplars as queries.") var poolAsks = false
  @Flag(help: "Train only on the pool's exemplars as queries, as without gold data.")
  var poolAlone = false
  @Flag(
    help:
      "Measure the policy of day zero, as a new user gets it, without training; it need not be named."
  )
  var untrained = false
  @Flag(help: "Train on shuffled rewards, a control that must gain nothing.") var shuffled = false
  @Flag(help: "Also write survey.jsonl: the rewards used in training, with vectors.")
  var keepSurvey = false
  @Flag(help: "Put the best shot first in the prompt instead of last.") var bestFirst = false

  func validate() throws {
    guard seeds >= 1, limit >= 0, oracleCandidates >= 1 else {
      throw ValidationError(
        "--seeds and --oracle-candidates must be 1 or more, --limit 0 or more.")
    }
    guard !shotCounts.isEmpty, shotCounts.allSatisfy({ (0...32).contains($0) }) else {
      throw ValidationError("--shots must be whole numbers from 0 to 32, separated by commas.")
    }
    guard !(poolAsks && poolAlone) else {
      throw ValidationError("--pool-asks and --pool-alone exclude each other.")
    }
    guard (0..<1).contains(unseenTasks) else {
      throw ValidationError("--unseen-tasks must be 0 or more and below 1.")
    }
    guard ablations != nil else {
      let known = Ablation.allCases.map(\.rawValue).joined(separator: ", ")
      throw ValidationError("--ablate must be some of \(known).")
    }
    guard names != nil else {
      let known = MatcherName.allCases.map(\.rawValue).joined(separator: ", ")
      throw ValidationError("--matchers must be some of \(known), or all.")
    }
  }

  private var shotCounts: [Int] {
    let parts = shots.split(separator: ",").map { Int($0) }
    return parts.contains(nil) ? [] : parts.compactMap(\.self)
  }

  private var names: [MatcherName]? {
    if matchers == "all" { return MatcherName.allCases }
    let parts = matchers.split(separator: ",").map { MatcherName(rawValue: String($0)) }
    return parts.isEmpty || parts.contains(nil) ? nil : parts.compactMap(\.self)
  }

  /// The policy of day zero is measured beside whatever is named; `all` then names what needs no
  /// training.
  private var measured: [MatcherName] {
    guard untrained else { return names ?? [] }
    let named =
      matchers == "all"
      ? MatcherName.allCases.filter { ![.supervised, .bestFixedSet].contains($0) } : names ?? []
    return named.contains(.policy) ? named : named + [.policy]
  }

  private enum Ablation: String, CaseIterable {
    case survey, baseline, entropy, sequence, stop
    case cosineStart = "cosine-start"
  }

  private var ablations: [Ablation]? {
    let parts = ablate.split(separator: ",").map { Ablation(rawValue: String($0)) }
    return parts.contains(nil) ? nil : parts.compactMap(\.self)
  }

  func run() async throws {
    let folder = URL(filePath: out)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let models = ModelLibrary()
    let experiment = try await MatcherExperiment(
      data: URL(filePath: data), pool: URL(filePath: pool), models: models,
      engine: model.completionEngine(
        engine.settings(over: model.settings(conversation), model: model), models),
      options: .init(limit: limit, unseenTasks: unseenTasks, splitSeed: splitSeed),
      settings: settings, onMessage: { Output.message($0) })
    experiment.onGathering = {
      Output.message("  candidates asked for: \($0) of \($1) queries")
    }
    var results = EvaluationResults()
    results.settings = recorded(experiment)
    var curves: [(name: String, curve: LearningCurve)] = []
    for count in shotCounts {
      // With no shots there is nothing to choose, so one row stands for all.
      let entries =
        count == 0
        ? [EvaluationRun.Entry(name: "none", seeds: [RandomMatcher(poolCount: 0)])]
        : try await experiment.entries(measured, shots: count)
      for entry in entries {
        Output.message("measuring \(entry.name), \(count) shots")
        results.add(
          entry.name, shots: count, try await experiment.run.measure(entry, shots: count),
          tasks: experiment.run.queries.map(\.task), poolTasks: experiment.run.pool.map(\.task))
      }
      curves += experiment.takeCurves(shots: count)
    }
    if keepSurvey, let count = shotCounts.first(where: { $0 > 0 }) {
      try await experiment.writeSurvey(shots: count, to: folder.appending(path: "survey.jsonl"))
    }
    results.compare(with: reference.rawValue)
    results.settings["model calls"] =
      "\(experiment.calls.misses) made, \(experiment.calls.hits) remembered"
    try write(results, curves, experiment, to: folder)
  }

  private var settings: MatcherExperiment.Settings {
    var settings = MatcherExperiment.Settings()
    settings.seeds = seeds
    settings.budget = budget.limit
    settings.oracleCandidates = oracleCandidates
    settings.generatesAnswers = answers
    settings.shuffled = shuffled
    settings.isUntrained = untrained
    settings.bestLast = !bestFirst
    settings.queries = poolAlone ? .pool : poolAsks ? .both : .data
    settings.training = training
    return settings
  }

  private var training: TrainingOptions {
    var options = TrainingOptions()
    for ablation in ablations ?? [] {
      switch ablation {
      case .survey: options.surveys = false
      case .baseline: options.usesBaseline = false
      case .entropy: options.entropyWeight = 0
      case .sequence: options.isSequential = false
      case .stop: options.mayStop = false
      case .cosineStart: options.startsFromCosine = false
      }
    }
    return options
  }

  private func recorded(_ experiment: MatcherExperiment) -> [String: String] {
    [
      "model": experiment.modelName, "data": URL(filePath: data).lastPathComponent,
      "pool": "\(experiment.run.pool.count) exemplars",
      "split": experiment.data.split,
      "queries": "\(experiment.run.queries.count) test, \(experiment.data.train.count) train",
      "seeds": "\(seeds)", "training": trainingWords,
      "order": bestFirst ? "best first" : "best last",
    ]
  }

  private var trainingWords: String {
    if untrained { return "none: day zero" }
    var words = [budget.limit.map { "\(Int($0)) s" } ?? "until it stops"]
    if poolAsks { words.append("the pool asks too") }
    if poolAlone { words.append("the pool alone asks") }
    if shuffled { words.append("shuffled rewards") }
    if !ablate.isEmpty { words.append("without \(ablate)") }
    return words.joined(separator: ", ")
  }

  private func write(
    _ results: EvaluationResults, _ curves: [(name: String, curve: LearningCurve)],
    _ experiment: MatcherExperiment, to folder: URL
  ) throws {
    try results.json().write(to: folder.appending(path: "results.json"))
    let markdown = MarkdownReport(results).text
    try markdown.write(
      to: folder.appending(path: "report.md"), atomically: true, encoding: .utf8)
    try PageReport(results, pool: experiment.run.pool, map: experiment.map, curves: curves).html
      .write(
        to: folder.appending(path: "report.html"), atomically: true, encoding: .utf8)
    Output.line(markdown)
  }
}
