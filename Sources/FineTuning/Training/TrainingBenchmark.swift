import Foundation
package import Kernels
import LanguageModel

/// Times training steps on texts of a fixed disorder.
package enum TrainingBenchmark {
  /// Tokens per second, by the clock and by the time that the process had the processors, which
  /// other work on the machine changes less.
  package struct Rates: Sendable {
    package var perSecond: Double
    package var perProcessorSecond: Double
  }

  /// The rates of each repetition, after one that warms up.
  ///
  /// A repetition is one step of a full batch of rows: forward, backward and the optimiser.
  ///
  /// - Parameters:
  ///   - sequence: Tokens of a sequence.
  ///   - rows: Of a batch; as many sequences as fit.
  ///   - supervised: The part of each sequence that is to be predicted, its end.
  /// - Throws: `CancellationError`.
  package static func run(
    _ model: FrozenModel, adapter settings: AdapterSettings, sequence: Int, rows: Int,
    supervised: Double = 0.25, repetitions: Int, team: ThreadTeam, usesIntegers: Bool? = nil
  ) throws -> [Rates] {
    let adapter = AdapterParameters(settings, shape: model.shape, seed: 0)
    let pass = TrainingPass(
      model, adapter: adapter, capacity: rows, team: team, usesIntegers: usesIntegers)
    var random = TrainingRandom(seed: 1)
    let answer = max(1, Int(Double(sequence) * supervised))
    let sequences = (0..<max(1, rows / sequence)).map { _ in
      let tokens = (0...sequence).map { _ in Int32(random.below(model.shape.vocabulary)) }
      return TrainingSequence(
        prompt: Array(tokens.dropLast(answer)), answer: tokens.suffix(answer))
    }
    let batch = PackedBatch(sequences)
    let total = Float(sequences.reduce(0) { $0 + $1.weight })
    let optimiser = AdamW()
    let clock = ContinuousClock()
    return try (0...repetitions).map { number in
      let (start, startProcessor) = (clock.now, processorSeconds())
      adapter.clearGradients()
      _ = try pass.accumulate(batch, scale: 1 / total)
      adapter.finishGradients()
      _ = optimiser.step(adapter.vector, rate: 1e-4, number: number + 1, team: team)
      adapter.refresh()
      let tokens = Double(batch.tokens.count)
      return Rates(
        perSecond: tokens / ((clock.now - start) / .seconds(1)),
        perProcessorSecond: tokens / (processorSeconds() - startProcessor))
    }.dropFirst().map { $0 }
  }

  /// Of all threads of the process.
  private static func processorSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}
