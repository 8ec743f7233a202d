import FineTuning
import Foundation
import Kernels
import ModelStore
import PromptPool

/// The examples of a training of a language model.
struct TrainingInput: Sendable {
  let examples: [TrainingExample]
  /// The nearest other examples of each, best first; empty without shots.
  let neighbours: [[Int]]

  /// Reads a file of rows; what is left out is named on standard error.
  static func read(_ path: String, shots: Int) async throws -> TrainingInput {
    let file = try TrainingFile(contentsOf: URL(filePath: path))
    for problem in file.problems { Output.message("warning: \(problem)") }
    let examples = file.examples.filter { example in
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
    return TrainingInput(examples: examples, neighbours: neighbours)
  }

  /// Runs a training on a thread of its own for as long as it lasts, and cancels it with the task.
  static func onThread<Result: Sendable>(
    nice: Int, _ body: @escaping @Sendable (PassControl) throws -> Result
  ) async throws -> Result {
    let control = PassControl()
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        SerialThread(name: "pillow-train", nice: nice).add {
          continuation.resume(with: Swift.Result { try body(control) })
        }
      }
    } onCancel: {
      control.cancel()
    }
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
