package import CompletionEngine
package import FineTuning
package import Foundation
import LanguageModel
import PromptMatching
import Tokenizers

/// Answers of the model itself, learned beside what it is taught so that it forgets less of what it
/// could do before.
///
/// They are drawn at temperature 1, from the model's own distribution: at the start of a training
/// the expected gradient of their likelihood is about zero, so that they hold the model where it is
/// and teach it nothing.
package enum ReplayedAnswers {
  /// Longer ones are left out, since they would not be the model's whole answers.
  private static let mostTokens = 128

  /// How many are needed to be a share of everything that is trained on.
  ///
  /// - Parameter share: from 0 to below 1.
  package static func count(share: Double, beside examples: Int) -> Int {
    Int((Double(examples) * share / (1 - share)).rounded())
  }

  /// Draws answers to instructions of the pools that come with the program.
  ///
  /// - Parameters:
  ///   - count: At most so many come back; fewer where the model does not end its answers.
  ///   - engine: The model as the training begins with it.
  ///   - seed: Decides which instructions, and the answers.
  ///   - pools: The folder of the pools; nil gives nothing.
  /// - Throws: `TrainingError`, `ModelError`, `CancellationError`.
  package static func draw(
    _ count: Int, from engine: any CompletionEngine, seed: UInt64, pools: URL?
  ) async throws -> [TrainingExample] {
    var asked: [ShownExample] = []
    for file in StarterPools.names(in: pools).compactMap({ StarterPools.file($0, in: pools) }) {
      for example in try TrainingFile(contentsOf: file).examples {
        if case .instruction(let shown) = example.content { asked.append(shown) }
      }
    }
    var random = TrainingRandom(seed: seed)
    random.shuffle(&asked)
    var answers: [TrainingExample] = []
    for (number, request) in asked.enumerated() {
      // A model that seldom ends its answers is not asked for ever.
      guard answers.count < count, number < 4 * count else { break }
      let draw = SamplingOptions(
        temperature: 1, topK: 0, topP: 1, minP: 0, seed: seed &+ UInt64(number))
      let answer = try await engine.complete(
        Conversation(InstructionRequest(instruction: request.instruction, input: request.input)),
        options: CompletionOptions(maximumTokens: mostTokens, sampling: draw), onText: { _ in })
      guard answer.ending == .stop, !answer.isReluctant,
        !answer.text.allSatisfy(\.isWhitespace)
      else { continue }
      var example = TrainingExample(
        .instruction(
          ShownExample(
            instruction: request.instruction, input: request.input, output: answer.text)),
        place: "replayed answer \(number + 1)")
      example.isReplayed = true
      answers.append(example)
    }
    return answers
  }
}
