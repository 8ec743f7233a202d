import Foundation
import Personalization
import PromptMatching
import PromptPool

/// Features of a pair for tests: the constant, and numbers that a seed draws.
func features(_ generator: inout SeededGenerator) -> [Float] {
  [1] + (1..<PairFeatures.count).map { _ in Float(generator.uniform() * 2 - 1) }
}

/// A unit vector with two coordinates that count.
func vector(_ angle: Double) -> [Float] {
  [Float(cos(angle)), Float(sin(angle))] + [Float](repeating: 0, count: 14)
}

func outcome(
  _ id: Int64, shots: [Int64] = [1], event: FeedbackEvent? = .accepted, angle: Double = 0,
  instruction: String = "say hello", suggested: String = "hello"
) -> Outcome {
  var outcome = Outcome(
    suggestionID: "s\(id)", at: Date(timeIntervalSince1970: Double(id)), instruction: instruction,
    encoder: "e", vector: vector(angle),
    shots: shots.map {
      OutcomeShot(
        exemplar: $0, pool: "p",
        features: [1] + [Float](repeating: 0.5, count: PairFeatures.count - 1))
    }, suggested: suggested)
  outcome.id = id
  outcome.revision = id
  outcome.event = event
  return outcome
}
