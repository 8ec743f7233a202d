public import CompletionEngine
public import Foundation
import ModelStore
public import Personalization
public import PillowProject
public import PromptMatching
import PromptPool
import Reports
public import Settings

/// What an engine wrote for a simulated person, made as the server makes it.
public struct SimulatedAnswer: Sendable {
  /// As it would be inserted; empty when nothing is left.
  public var text: String
  public var completion: Completion
  /// What the suggestion gate reads.
  public var evidence: [Double]
  /// Whether a fault keeps it from being shown by itself.
  public var isFaulty: Bool

  public init(text: String, completion: Completion, evidence: [Double], isFaulty: Bool) {
    self.text = text
    self.completion = completion
    self.evidence = evidence
    self.isFaulty = isFaulty
  }
}

/// Simulated persons at work, to see what learning from what they keep brings.
///
/// Each person and arm has a project of its own in a temporary folder: a real database, the real
/// sentence encoder, the real language model, and the code that serves. Only the person is simulated.
/// Arms that come to the same prompt share the model's answer.
public struct PersonalizationExperiment: Sendable {
  public struct Options: Sendable {
    public var arms: [PersonalizationArm] = PersonalizationArm.allCases
    public var seed: UInt64 = 0
    /// Instructions between two trainings of network and adapter.
    public var trainEvery = 100
    /// Seconds that each of them may take.
    public var trainSeconds = 60.0
    /// The regret is measured at every so-manieth instruction; 0 for never.
    public var regretEvery = 0

    public init() {}
  }

  /// The server's way to an answer; the layer that has it is above this one.
  public typealias Answering =
    @Sendable (
      _ request: InstructionRequest, _ match: MatchResult, _ project: Project
    ) async throws -> SimulatedAnswer

  let streams: [PersonStream]
  let pool: [Demonstration]
  let settings: PillowSettings
  let engine: MemoisedEngine
  /// The same model with an adapter.
  let tuned: @Sendable (URL) -> any CompletionEngine
  let models: ModelLibrary
  let shipped: SuggestionGate
  let answer: Answering
  let options: Options
  let folder: URL

  public init(
    streams: [PersonStream], pool: [Demonstration], settings: PillowSettings,
    engine: any CompletionEngine, tuned: @escaping @Sendable (URL) -> any CompletionEngine,
    models: ModelLibrary, shipped: SuggestionGate, options: Options, answer: @escaping Answering
  ) {
    self.streams = streams
    self.pool = pool
    self.settings = settings
    self.engine = MemoisedEngine(engine)
    self.tuned = tuned
    self.models = models
    self.shipped = shipped
    self.options = options
    self.answer = answer
    folder = FileManager.default.temporaryDirectory.appending(
      path: "pillow-personalization-\(UUID().uuidString)")
  }

  /// - Parameters:
  ///   - onProgress: gets a sentence after each person and arm.
  ///   - onResults: gets what is known after each person, since a run takes an hour.
  public func run(
    onProgress: @escaping @Sendable (String) -> Void = { _ in },
    onResults: (PersonalizationResults) throws -> Void = { _ in }
  ) async throws -> PersonalizationResults {
    defer { try? FileManager.default.removeItem(at: folder) }
    // The projects' own folders have no models; the encoder is shared once it is there.
    _ = try await models.encoder()
    var runs: [PersonalizationArm: [PersonRun]] = [:]
    var results = PersonalizationResults()
    for (place, stream) in streams.enumerated() {
      for arm in options.arms {
        try Task.checkCancellation()
        let run = try await SimulatedWeeks(self, arm, stream, person: place).run()
        runs[arm, default: []].append(run)
        let kept = PersonalizationSummary.kept(run.steps[...])
        onProgress(
          "\(stream.name), \(arm.rawValue): "
            + String(format: "%.2f characters kept per instruction, %.0f s", kept, run.seconds))
      }
      results = self.results(runs)
      try onResults(results)
    }
    return results
  }

  private func results(_ runs: [PersonalizationArm: [PersonRun]]) -> PersonalizationResults {
    var results = PersonalizationResults()
    for (arm, runs) in runs {
      let name = arm.rawValue
      results.arms[name] = PersonalizationSummary.figures(runs) { $0.steps[...] }
      results.lastThird[name] = PersonalizationSummary.figures(runs) { $0.lastThird }
      results.recovery[name] = PersonalizationSummary.recovery(runs)
      results.cost[name] = PersonalizationSummary.cost(runs)
      results.shownAfterThreeRejects[name] = runs.reduce(0) { $0 + $1.shownAfterThreeRejects }
      results.trainings += runs.flatMap(\.trainings)
      results.problems += runs.flatMap(\.problems)
      let regrets = runs.compactMap { run -> Double? in
        let values = run.steps.compactMap(\.regret)
        return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
      }
      if !regrets.isEmpty { results.regret[name] = PersonalizationSummary.interval(regrets) }
      let length = runs.map(\.steps.count).min() ?? 0
      results.course[name] = (0..<length).map { place in
        runs.reduce(0) { $0 + Double($1.steps[place].keptCharacters) } / Double(runs.count)
      }
    }
    for (arm, other) in [
      (PersonalizationArm.all, PersonalizationArm.nothing), (.shuffled, .nothing), (.all, .harvest),
      (.fast, .harvest), (.gate, .harvest), (.network, .harvest), (.adapter, .harvest),
      (.fast, .linucb), (.fast, .thompson),
    ] {
      guard let left = runs[arm], let right = runs[other] else { continue }
      results.comparisons.append(
        PersonalizationSummary.comparison(arm.rawValue, left, with: other.rawValue, right))
    }
    results.steps = options.arms.flatMap { arm in
      (runs[arm] ?? []).flatMap(\.steps)
    }
    let all = runs.values.flatMap(\.self)
    let (right, wrong) = (all.reduce(0) { $0 + $1.right }, all.reduce(0) { $0 + $1.wrong })
    if right + wrong > 0 {
      results.plausibility = .init(
        refusedRight: Double(all.reduce(0) { $0 + $1.refusedRight }) / Double(max(1, right)),
        believedWrong: Double(all.reduce(0) { $0 + $1.believedWrong }) / Double(max(1, wrong)),
        right: right, wrong: wrong)
    }
    let counts = engine.counts
    results.settings = [
      "persons": "\(streams.count)", "seed": "\(options.seed)",
      "instructions": streams.map { "\($0.rows.count)" }.joined(separator: ", "),
      "pool": "\(pool.count) exemplars",
      "model calls": "\(counts.computed) made, "
        + "\(counts.remembered) remembered",
    ]
    for arm in options.arms { results.settings["arm \(arm.rawValue)"] = arm.explanation }
    return results
  }
}
