import Tokenizers

/// Tells the tokens of a reasoning model's thoughts from those of its answer.
struct ReasoningBlock {
  private enum State { case before, within, ended, none }

  private let open, close: TokenID
  private let tokenizer: Tokenizer
  private var state = State.before

  /// Nil for a model that has no tokens for it.
  init?(_ tokenizer: Tokenizer) {
    guard let open = tokenizer.id(of: "<think>"), let close = tokenizer.id(of: "</think>") else {
      return nil
    }
    self.open = open
    self.close = close
    self.tokenizer = tokenizer
  }

  /// Whether a block was there and is over.
  var hasEnded: Bool { state == .ended }

  /// To be asked for each token in order.
  mutating func isHidden(_ token: TokenID) -> Bool {
    switch state {
    case .none, .ended: return false
    case .within:
      if token == close { state = .ended }
      return true
    case .before:
      if token == open {
        state = .within
        return true
      }
      let isBlank = tokenizer.bytes(of: token).allSatisfy { $0 == 0x20 || $0 == 0x0A || $0 == 0x0D }
      if !isBlank { state = .none }
      return false
    }
  }
}
