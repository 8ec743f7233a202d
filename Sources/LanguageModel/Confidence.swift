import CKernels
import Foundation
import Tokenizers

/// How sure the model is of the tokens that are drawn. Allocates nothing after it is made.
struct Confidence {
  private(set) var logProbabilities: [Float] = []
  /// Of the first distribution, in nats.
  private(set) var firstEntropy: Float = 0
  private let vocabulary: Int
  /// The kernel takes whole vectors.
  private var weights: [Float]

  init(vocabulary: Int) {
    self.vocabulary = vocabulary
    weights = [Float](repeating: 0, count: (vocabulary + 15) / 16 * 16)
    logProbabilities.reserveCapacity(vocabulary == 0 ? 0 : 256)
  }

  /// - Parameters:
  ///   - token: what was drawn.
  ///   - logits: what it was drawn from, [vocabulary].
  mutating func add(_ token: TokenID, _ logits: UnsafeBufferPointer<Float>) {
    guard logits.count == vocabulary, let highest = logits.max() else { return }
    let isFirst = logProbabilities.isEmpty
    let (sum, moment) = weights.withUnsafeMutableBufferPointer { weights -> (Float, Double) in
      guard let start = weights.baseAddress, let source = logits.baseAddress else { return (1, 0) }
      start.update(from: source, count: vocabulary)
      let sum = pk_softmax(start, vocabulary, 1, 0)
      var moment = 0.0
      if isFirst {
        for index in 0..<vocabulary where weights[index] > 0 {
          moment += Double(weights[index]) * Double(logits[index] - highest)
        }
      }
      return (sum, moment)
    }
    logProbabilities.append(logits[Int(token)] - highest - log(sum))
    if isFirst { firstEntropy = log(sum) - Float(moment) / sum }
  }
}
