import CKernels
import Foundation
import Tokenizers

/// How sure the model is of the tokens that are drawn. Allocates nothing after it is made.
struct Confidence {
  private(set) var logProbabilities: [Float] = []
  /// Of the first distribution, in nats.
  private(set) var firstEntropy: Float = 0

  /// - Parameter tokens: how many will be drawn at most.
  init(tokens: Int) { logProbabilities.reserveCapacity(tokens) }

  /// - Parameters:
  ///   - token: what was drawn.
  ///   - logits: what it was drawn from, [vocabulary].
  mutating func add(_ token: TokenID, _ logits: UnsafeBufferPointer<Float>) {
    guard let start = logits.baseAddress, !logits.isEmpty else { return }
    let highest = pk_highest(start, logits.count)
    var moment: Float = 0
    let isFirst = logProbabilities.isEmpty
    let sum = pk_exponentials(start, logits.count, highest, &moment)
    logProbabilities.append(logits[Int(token)] - highest - log(sum))
    if isFirst { firstEntropy = log(sum) - moment / sum }
  }
}
