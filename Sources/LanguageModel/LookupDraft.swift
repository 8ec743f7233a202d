import Tokenizers

/// Guesses what comes next from the earlier text: the tokens after the last place where the newest
/// tokens occurred (prompt lookup decoding, Saxena 2023).
///
/// The guesses go through the model together with the newest token, and a guess is accepted only if
/// it is what the sampler draws from the model's own logits. So the text is the same with and
/// without guesses.
struct LookupDraft {
  /// The most guesses, made after repeated success; with the newest token they fill
  /// `RunState.logitRows`.
  private static let most = RunState.logitRows - 1
  /// How many tokens have to match before anything is guessed.
  private static let agreement = 3...8

  private let isWanted: Bool
  private var agreement = Self.agreement.lowerBound
  private var wish = 4
  private(set) var guesses: [TokenID] = []
  /// How many of the guesses have been accepted.
  private(set) var accepted = 0

  init(isWanted: Bool) {
    self.isWanted = isWanted
    guesses.reserveCapacity(Self.most)
  }

  var count: Int { guesses.count }
  var rejected: Int { guesses.count - accepted }

  /// Whether that token was the next guess.
  mutating func take(_ token: TokenID) -> Bool {
    guard accepted < guesses.count, guesses[accepted] == token else { return false }
    accepted += 1
    return true
  }

  /// Looks for guesses of what follows `token`, which comes after the tokens in the cache.
  mutating func propose(after cached: [TokenID], _ token: TokenID, atMost room: Int) {
    learn()
    guesses.removeAll(keepingCapacity: true)
    accepted = 0
    guard isWanted, room > 0, cached.count > agreement else { return }
    // The previous place where the newest tokens occur.
    var place = cached.count - 1
    while place >= agreement - 1 {
      if cached[place] == token, agrees(cached, at: place) {
        let end = min(cached.count, place + 1 + min(room, wish))
        guesses.append(contentsOf: cached[(place + 1)..<end])
        return
      }
      place -= 1
    }
  }

  /// Takes tokens that are known to follow for guesses.
  mutating func propose(known tokens: some Sequence<TokenID>, atMost room: Int) {
    guesses.removeAll(keepingCapacity: true)
    accepted = 0
    guesses.append(contentsOf: tokens.prefix(max(0, min(room, Self.most))))
  }

  /// Whether the tokens before `place` are those at the end.
  private func agrees(_ cached: [TokenID], at place: Int) -> Bool {
    for back in 1..<agreement where cached[place - back] != cached[cached.count - back] {
      return false
    }
    return true
  }

  /// Wrong guesses cost time: after them, more tokens have to match, and fewer are guessed.
  private mutating func learn() {
    guard !guesses.isEmpty else { return }
    let isRight = rejected == 0
    wish = isRight ? min(Self.most, wish * 2) : max(2, accepted + 1)
    if accepted > 0 {
      agreement = Self.agreement.lowerBound
    } else {
      agreement = min(Self.agreement.upperBound, agreement + 1)
    }
  }
}
