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
    _ model: FrozenModel, training parameters: some TrainedParameters, sequence: Int, rows: Int,
    supervised: Double = 0.25, repetitions: Int, team: ThreadTeam, usesIntegers: Bool? = nil
  ) throws -> [Rates] {
    let pass = TrainingPass(
      model, training: parameters, capacity: rows, team: team, usesIntegers: usesIntegers)
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
      parameters.clearGradients()
      _ = try pass.accumulate(batch, scale: 1 / total)
      parameters.finishGradients()
      _ = optimiser.step(parameters.vector, rate: 1e-4, number: number + 1, team: team)
      parameters.refresh()
      let tokens = Double(batch.tokens.count)
      return Rates(
        perSecond: tokens / ((clock.now - start) / .seconds(1)),
        perProcessorSecond: tokens / (processorSeconds() - startProcessor))
    }.dropFirst().map { $0 }
  }

  /// The losses of steps on few random texts, for comparison with another implementation:
  /// `Scripts/golden/training.py` does the same.
  ///
  /// - Throws: `CancellationError`.
  package static func losses(
    _ model: FrozenModel, steps: Int, team: ThreadTeam, usesIntegers: Bool
  ) throws -> [Double] {
    let (length, answer, count) = (72, 24, 2)
    let adapter = AdapterParameters(AdapterSettings(rank: 16), shape: model.shape, seed: 11)
    let pass = TrainingPass(
      model, training: adapter, capacity: count * length, team: team, usesIntegers: usesIntegers)
    var random = TrainingRandom(seed: 12)
    let texts = (0..<4).map { _ in
      (0..<length).map { _ in Int32(random.next() % UInt64(model.shape.vocabulary)) }
    }
    return try (0..<steps).map { step in
      let batch = PackedBatch(
        (0..<count).map { place in
          let tokens = texts[(step * count + place) % texts.count]
          return TrainingSequence(
            prompt: Array(tokens.dropLast(answer)), answer: tokens.suffix(answer))
        })
      adapter.clearGradients()
      let losses = try pass.accumulate(batch, scale: 1 / Float(count * answer))
      adapter.finishGradients()
      _ = AdamW().step(adapter.vector, rate: 1e-3, number: step + 1, team: team)
      adapter.refresh()
      return losses.reduce(0) { $0 + Double($1) } / Double(count * answer)
    }
  }

  /// Of all threads of the process.
  private static func processorSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}
