import Tokenizers

/// A text that is being generated: what draws its tokens, and what has become of them. One that
/// grows alone and one among several (``InferenceSession``) go through the same steps: `draw` from
/// the logits, then `take` what was drawn.
struct GrowingSequence {
  private(set) var tokens: [TokenID] = []
  /// Nil while it grows.
  private(set) var ending: Generation.Ending?
  private let options: GenerationOptions
  private let tokenizer: Tokenizer
  private var sampler: Sampler
  private var output: StoppingText
  private var confidence: Confidence
  private var guide: ConstrainedDraw?
  /// Nil where the text ends.
  private var drawn: TokenID?
  private var isReluctant = false

  /// - Parameters:
  ///   - sampling: replaces that of the options.
  ///   - room: how many tokens there is space for.
  ///   - guide: draws as a constraint allows; nil for any text.
  init(
    _ options: GenerationOptions, sampling: SamplingOptions, tokenizer: Tokenizer, vocabulary: Int,
    room: Int, guide: ConstrainedDraw? = nil
  ) {
    self.guide = guide
    self.options = options
    self.tokenizer = tokenizer
    sampler = Sampler(sampling, vocabulary: vocabulary)
    output = Self.output(options, tokenizer)
    let most = max(0, min(options.maximumTokens, room))
    tokens.reserveCapacity(most)
    confidence = Confidence(tokens: options.measuresConfidence ? most : 0)
    if options.maximumTokens <= 0 { ending = .length }
  }

  private static func output(_ options: GenerationOptions, _ tokenizer: Tokenizer) -> StoppingText {
    StoppingText(
      tokenizer: tokenizer, stops: options.stops, hidesReasoning: options.hidesReasoning)
  }

  var isGrowing: Bool { ending == nil }
  /// The text so far.
  var text: String { output.text }
  /// Tokens that have to come next, as far as they are known.
  var pending: [TokenID] { guide?.pending ?? [] }
  /// How many more tokens the options allow.
  var tokensLeft: Int { options.maximumTokens - tokens.count }

  /// Draws the next token. Sequences may do it side by side: it changes nothing that they share.
  mutating func draw(_ logits: UnsafeBufferPointer<Float>) {
    drawn = guide == nil ? sampler.draw(logits) : guide?.next(logits, &sampler)
    if guide == nil, options.startsWithText, let token = drawn, endsText(token),
      output.text.allSatisfy(\.isWhitespace)
    {
      isReluctant = true
      drawn = likeliestText(logits) ?? token
    }
    if let drawn, options.measuresConfidence, !endsText(drawn) { confidence.add(drawn, logits) }
  }

  /// The likeliest token that ends nothing.
  private func likeliestText(_ logits: UnsafeBufferPointer<Float>) -> TokenID? {
    var best: TokenID?
    var highest = -Float.infinity
    for (token, value) in logits.enumerated() where value > highest {
      let token = TokenID(token)
      guard !endsText(token), !tokenizer.isSpecial(token) else { continue }
      best = token
      highest = value
    }
    return best
  }

  private func endsText(_ token: TokenID) -> Bool {
    options.stopsAtEnd && tokenizer.stopTokens.contains(token)
  }

  /// Makes the drawn token a part of the text.
  ///
  /// - Parameters:
  ///   - onText: receives the text that is certain with it.
  ///   - isComplete: sees the text so far if it has grown, and ends it by saying yes.
  /// - Returns: the token, which the model has to read next; nil where the text ends.
  mutating func take(onText: (String) -> Void, isComplete: (String) -> Bool) -> TokenID? {
    guard let drawn, !endsText(drawn) else {
      end(.stop)
      return nil
    }
    tokens.append(drawn)
    let piece = output.append(drawn)
    if !piece.isEmpty { onText(piece) }
    if output.hasStopped || guide?.isComplete == true
      || !piece.isEmpty && isComplete(output.text)
    {
      end(.stop)
    } else if options.stopsAtLoops, case let repeated = TokenLoop.repeated(tokens), repeated > 0 {
      end(.loop)
      tokens.removeLast(repeated)
    } else if tokens.count == options.maximumTokens {
      end(.length)
    }
    return isGrowing ? drawn : nil
  }

  mutating func end(_ ending: Generation.Ending) { self.ending = self.ending ?? ending }

  /// The whole text; `onText` receives what was held back.
  mutating func finish(_ timings: InferenceTimings, onText: (String) -> Void) -> Generation {
    let rest = output.finish()
    if !rest.isEmpty { onText(rest) }
    if ending == .loop {
      output = Self.output(options, tokenizer)
      for token in tokens { _ = output.append(token) }
      _ = output.finish()
    }
    var timings = timings
    timings.generatedTokens = tokens.count
    return Generation(
      tokens: tokens, text: output.text, ending: ending ?? .length, timings: timings,
      logProbabilities: Array(confidence.logProbabilities.prefix(tokens.count)),
      firstEntropy: confidence.firstEntropy, isReluctant: isReluctant)
  }
}
