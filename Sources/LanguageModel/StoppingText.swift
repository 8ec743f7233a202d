package import Tokenizers

/// The text of a generation as it grows, held back where it may be the beginning of a stop.
///
/// What a reasoning model thinks before it answers is left out, by its tokens: the same letters in
/// an answer are content.
package struct StoppingText {
  package private(set) var text = ""
  private(set) var hasStopped = false
  private var decoder: StreamDecoder
  private var held = ""
  private let stops: [String]
  private var reasoning: ReasoningBlock?

  package init(tokenizer: Tokenizer, stops: [String], hidesReasoning: Bool = false) {
    decoder = StreamDecoder(tokenizer)
    self.stops = stops.filter { !$0.isEmpty }
    reasoning = hidesReasoning ? ReasoningBlock(tokenizer) : nil
  }

  /// The text that is certain with this token.
  package mutating func append(_ token: TokenID) -> String {
    let piece = reasoning?.isHidden(token) == true ? "" : decoder.append(token)
    guard reasoning?.hasEnded == true else { return release(held + piece) }
    // Blank lines between the thoughts and the answer belong to neither.
    let answer = piece.drop { $0.isWhitespace }
    if !answer.isEmpty { reasoning = nil }
    return release(held + answer)
  }

  /// What was held back, when nothing follows.
  package mutating func finish() -> String {
    guard !hasStopped else { return "" }
    let piece = release(held + decoder.finish())
    guard !hasStopped else { return piece }
    let rest = held
    held = ""
    text += rest
    return piece + rest
  }

  private mutating func release(_ grown: String) -> String {
    guard !hasStopped else { return "" }
    guard !stops.isEmpty else {
      text += grown
      return grown
    }
    let firsts = stops.compactMap { grown.firstRange(of: $0)?.lowerBound }
    if let end = firsts.min() {
      hasStopped = true
      held = ""
      let piece = String(grown[..<end])
      text += piece
      return piece
    }
    let kept = beginningOfStop(at: grown)
    held = String(grown.suffix(kept))
    let piece = String(grown.dropLast(kept))
    text += piece
    return piece
  }

  /// How many characters at the end are the beginning of a stop text.
  private func beginningOfStop(at text: String) -> Int {
    stops.map { stop in
      (1..<max(1, stop.count)).last { text.hasSuffix(stop.prefix($0)) } ?? 0
    }.max() ?? 0
  }
}
