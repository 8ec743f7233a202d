import Tokenizers

/// The growing text of a generation, held back while its end may be the beginning of a stop text.
struct StoppingText {
  private(set) var text = ""
  private(set) var hasStopped = false
  private var decoder: StreamDecoder
  private var held = ""
  private let stops: [String]

  init(tokenizer: Tokenizer, stops: [String]) {
    decoder = StreamDecoder(tokenizer)
    self.stops = stops.filter { !$0.isEmpty }
  }

  /// The text that is certain after this token.
  mutating func append(_ token: TokenID) -> String { release(held + decoder.append(token)) }

  /// The text that was held back, if nothing follows.
  mutating func finish() -> String {
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
