import ArgumentParser
import CompletionEngine
import FineTuning
import Foundation
import Kernels
import ModelStore
import PillowProject
import PromptPool
import Tokenizers

/// Where the examples of a training of a language model come from.
struct TrainingSourceArguments: ParsableArguments {
  @Option(help: "A JSONL file of examples.") var data: String?
  @Option(help: "A pool of the project whose exemplars are examples; may be given several times.")
  var pool: [String] = []
  @Flag(help: "The texts that stand below the project's instructions are examples.")
  var feedback = false
  @OptionGroup var project: ProjectOption

  func validate() throws {
    guard data != nil || !pool.isEmpty || feedback else {
      throw ValidationError("Give examples by --data, --pool or --feedback.")
    }
  }

  /// All of them; what cannot be used is named on standard error.
  fileprivate func examples() async throws -> [TrainingExample] {
    var examples: [TrainingExample] = []
    if let data {
      let file = try TrainingFile(contentsOf: URL(filePath: data))
      for problem in file.problems { Output.message("warning: \(problem)") }
      examples += file.examples
    }
    guard !pool.isEmpty || feedback else { return examples }
    let project = try self.project.open()
    for name in pool {
      try project.pool.requirePool(name)
      examples += try project.pool.exemplars(pool: name).map { exemplar in
        TrainingExample(
          .instruction(
            ShownExample(
              instruction: exemplar.instruction, input: exemplar.input, output: exemplar.output)),
          language: exemplar.language, place: "exemplar \(exemplar.id)")
      }
    }
    if feedback { examples += try await project.standingExamples() }
    return examples
  }
}

/// The examples of a training of a language model.
struct TrainingInput: Sendable {
  let examples: [TrainingExample]
  /// The nearest other examples of each, best first; empty without shots.
  let neighbours: [[Int]]

  /// What is left out is named on standard error.
  private static func read(
    _ source: TrainingSourceArguments, _ schedule: TrainingScheduleArguments,
    _ engine: () throws -> EmbeddedEngine
  ) async throws -> TrainingInput {
    let shots = schedule.shots
    let examples = try await source.examples().filter { example in
      guard let secret = example.texts.lazy.compactMap(SecretScanner.find).first else {
        return true
      }
      Output.message("warning: \(example.place) is skipped: it seems to hold \(secret.kind)")
      return false
    }
    let neighbours =
      shots > 0
      ? try await NearestExamples.find(
        examples, count: 2 * shots + 8, encoder: ModelStore()) : []
    // Behind the others, whose places the neighbours name.
    let count = ReplayedAnswers.count(share: schedule.replay, beside: examples.count)
    guard count > 0 else { return TrainingInput(examples: examples, neighbours: neighbours) }
    let replayed = try await ReplayedAnswers.draw(
      count, from: engine(), seed: schedule.seed, pools: StarterPools.folder())
    if replayed.count < count {
      Output.message(
        "warning: \(replayed.count) of \(count) answers are replayed: the starter pools are missing, "
          + "or the model seldom ends its answers")
    }
    return TrainingInput(examples: examples + replayed, neighbours: neighbours)
  }

  /// Reads examples and trains on a thread of its own, which ends with the task.
  ///
  /// - Parameter engine: The model as the training begins with it, for answers that are replayed.
  static func train(
    _ source: TrainingSourceArguments, _ schedule: TrainingScheduleArguments, nice: Int,
    engine: () throws -> EmbeddedEngine,
    _ body: @escaping @Sendable (TrainingInput, PassControl) throws -> TrainingReport
  ) async throws -> TrainingReport {
    let input = try await read(source, schedule, engine)
    return try await TrainingThread.run(nice: nice) { try body(input, $0) }
  }
}

/// What a training prints at its end.
struct TrainingReport: Encodable {
  struct HeldOut: Encodable {
    let before, after: Double
  }

  let steps, tokens: Int
  let tokensPerSecond: Double
  let peakMemoryBytes: Int
  /// Negative log likelihood per answer token; nil where nothing was held out.
  let heldOut: HeldOut?
  let examples, heldOutExamples, bestStep: Int
  let seconds: Double

  // MARK: Of an adapter

  var adapter: String?
  /// Of the project; nil with --out.
  var version: Int?
  var serves: Bool?

  // MARK: Of a whole model

  var model, type: String?
  /// Held-out loss of the file that was written.
  var written: Double?

  init(_ result: TrainingResult) {
    steps = result.steps
    tokens = result.tokens
    tokensPerSecond = result.tokensPerSecond
    peakMemoryBytes = TrainingMemory.peak
    heldOut = result.before.flatMap { before in
      result.after.map { HeldOut(before: before, after: $0) }
    }
    examples = result.trainingExamples
    heldOutExamples = result.heldOutExamples
    bestStep = result.bestStep
    seconds = result.seconds
  }

  var lines: [String] {
    var lines = [
      String(format: "%d steps, %d tokens, %.0f tokens per second", steps, tokens, tokensPerSecond)
    ]
    if let heldOut {
      lines.append(
        String(
          format: "held-out loss per answer token: %.4f before, %.4f after (step %d)",
          heldOut.before, heldOut.after, bestStep))
    }
    return lines
  }
}
