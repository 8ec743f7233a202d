import Tokenizers

/// Draws the tokens of one sequence as a constraint allows.
///
/// Text that has to come is written without asking the model; its tokens wait in ``pending`` and go
/// through the layers together. Where there is a choice, the constraint is asked about the model's
/// likeliest tokens first, so that few tokens are looked at.
struct ConstrainedDraw {
  private var constraint: any TokenConstraint
  private let bytes: TokenBytes
  private let tokenizer: Tokenizer
  /// Tokens that have to come next, the next one last.
  private var waiting: [TokenID] = []
  private var scratch: [Float]

  /// How many tokens are asked about one by one before all are looked at.
  private static let patience = 32

  init(
    _ constraint: any TokenConstraint, _ bytes: TokenBytes, _ tokenizer: Tokenizer, vocabulary: Int
  ) {
    self.constraint = constraint
    self.bytes = bytes
    self.tokenizer = tokenizer
    scratch = [Float](repeating: 0, count: vocabulary)
  }

  /// Tokens that have to come next, in order.
  var pending: [TokenID] { waiting.reversed() }

  /// Whether the answer is complete with the tokens that were drawn.
  var isComplete: Bool { waiting.isEmpty && constraint.isComplete }

  /// The next token; nil where the answer ends.
  mutating func next(
    _ logits: UnsafeBufferPointer<Float>, _ sampler: inout Sampler
  ) -> TokenID? {
    if let token = waiting.popLast() { return token }
    var forced = constraint.forced()
    // A blank is the beginning of the token that follows it in most vocabularies.
    while forced.last == 0x20 { forced.removeLast() }
    if !forced.isEmpty {
      forced.withUnsafeBufferPointer { constraint.read($0) }
      waiting = tokenizer.encode(forced, parsingSpecial: false).reversed()
      return waiting.popLast()
    }
    let token = choose(logits, &sampler)
    guard let token, !tokenizer.stopTokens.contains(token) else { return nil }
    if bytes.withBytes(of: token, { constraint.preference($0) }) == -.infinity {
      // A line break after an answer that may end here.
      return nil
    }
    bytes.withBytes(of: token) { constraint.read($0) }
    return token
  }

  private mutating func choose(
    _ logits: UnsafeBufferPointer<Float>, _ sampler: inout Sampler
  ) -> TokenID? {
    guard let start = logits.baseAddress else { return nil }
    scratch.withUnsafeMutableBufferPointer {
      $0.baseAddress?.update(from: start, count: logits.count)
    }
    var best: (token: TokenID, score: Float)?
    var tried: [(token: Int, score: Float)] = []
    while tried.count < Self.patience {
      let token = Self.highest(scratch)
      let logit = scratch[token]
      if logit == -.infinity || logit <= best?.score ?? -.infinity { break }
      let score = logit + preference(TokenID(token))
      scratch[token] = -.infinity
      tried.append((token, score))
      if score > best?.score ?? -.infinity { best = (TokenID(token), score) }
    }
    let isSampling = sampler.isRandom
    if tried.count == Self.patience || isSampling {
      let floor =
        isSampling ? (best?.score ?? -.infinity) - sampler.reach : best?.score ?? -.infinity
      for token in scratch.indices where scratch[token] > -.infinity {
        guard scratch[token] > floor else {
          scratch[token] = -.infinity
          continue
        }
        let score = scratch[token] + preference(TokenID(token))
        scratch[token] = score
        if score > best?.score ?? -.infinity { best = (TokenID(token), score) }
      }
    }
    guard isSampling, best != nil else { return best?.token }
    for (token, score) in tried { scratch[token] = score }
    return scratch.withUnsafeBufferPointer { sampler.draw($0) }
  }

  private mutating func preference(_ token: TokenID) -> Float {
    if tokenizer.stopTokens.contains(token) { return constraint.mayEnd ? 0 : -.infinity }
    if bytes.isSpecial(token) { return -.infinity }
    let mayEnd = constraint.mayEnd
    return bytes.withBytes(of: token) { bytes in
      guard let first = bytes.first else { return -.infinity }
      let preference = constraint.preference(bytes)
      return preference == -.infinity && mayEnd && first == 0x0A ? 0 : preference
    }
  }

  private static func highest(_ values: [Float]) -> Int {
    values.withUnsafeBufferPointer { values in
      var best = 0
      for index in values.indices where values[index] > values[best] { best = index }
      return best
    }
  }
}
