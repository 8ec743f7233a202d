/// The terms that texts are compared by, as 64-bit hashes (FNV-1a over lower-case scalars).
///
/// Two different terms share a hash with a probability of about 10⁻¹³ in a pool of a thousand
/// terms, and then a score is a little too high.
enum TextTerms {
  /// Runs of letters and digits, in lower case.
  static func words(_ text: String) -> [UInt64] {
    var words: [UInt64] = []
    scan(text) { token, isWord in if isWord { words.append(token) } }
    return words
  }

  /// How many tokens from either end ``form(_:)`` reads.
  static let formReach = 8

  /// How a text begins and ends: its first one to eight tokens, and its last one to eight.
  ///
  /// People write the requests of one kind with the same opening and the same closing words, and
  /// vary what is between. Tokens are words, single other characters, and line ends.
  static func form(_ text: String) -> [UInt64] {
    var tokens: [UInt64] = []
    scan(text) { token, _ in tokens.append(token) }
    var terms: [UInt64] = []
    func add(_ tokens: some Sequence<UInt64>, from seed: UInt64) {
      var hash = seed
      for token in tokens {
        hash = combine(hash, token)
        terms.append(hash)
      }
    }
    add(tokens.prefix(formReach), from: 1)
    add(tokens.suffix(formReach).reversed(), from: 2)
    return terms
  }

  private static let offset: UInt64 = 0xCBF2_9CE4_8422_2325
  private static let prime: UInt64 = 0x0000_0100_0000_01B3

  private static func combine(_ hash: UInt64, _ token: UInt64) -> UInt64 {
    var result = hash ^ offset
    for shift in stride(from: 0 as UInt64, to: 64, by: 8) {
      result = (result ^ (token >> shift & 0xFF)) &* prime
    }
    return result
  }

  /// Calls `body` for each token: words, line ends, and other characters that are no white space.
  private static func scan(_ text: String, _ body: (_ token: UInt64, _ isWord: Bool) -> Void) {
    var word = offset
    var isInWord = false
    func add(_ scalar: Unicode.Scalar) { word = (word ^ UInt64(scalar.value)) &* prime }
    func finish() {
      if isInWord { body(word, true) }
      word = offset
      isInWord = false
    }
    for scalar in text.unicodeScalars {
      switch scalar {
      case "a"..."z", "0"..."9":
        isInWord = true
        add(scalar)
      case "A"..."Z":
        isInWord = true
        word = (word ^ UInt64(scalar.value | 0x20)) &* prime
      case " ", "\t", "\r": finish()
      case "\n":
        finish()
        body(10, false)
      default:
        if scalar.isASCII {
          finish()
          body(UInt64(scalar.value), false)
        } else if scalar.properties.isAlphabetic || scalar.properties.numericType != nil {
          isInWord = true
          for lower in scalar.properties.lowercaseMapping.unicodeScalars { add(lower) }
        } else if !scalar.properties.isWhitespace, scalar.properties.generalCategory != .format {
          finish()
          body(UInt64(scalar.value), false)
        } else {
          finish()
        }
      }
    }
    finish()
  }
}
