/// Places of tokens in a short text; those beyond the 128th are left out.
struct TokenSet: Sendable, Hashable {
  private var low: UInt64 = 0
  private var high: UInt64 = 0

  mutating func insert(_ range: Range<Int>) {
    let (low, high) = Self.bits(range)
    self.low |= low
    self.high |= high
  }

  func union(_ other: TokenSet) -> TokenSet {
    var union = self
    union.low |= other.low
    union.high |= other.high
    return union
  }

  func overlaps(_ range: Range<Int>) -> Bool {
    let (low, high) = Self.bits(range)
    return self.low & low != 0 || self.high & high != 0
  }

  private static func bits(_ range: Range<Int>) -> (UInt64, UInt64) {
    func mask(_ from: Int, _ to: Int) -> UInt64 {
      guard from < to else { return 0 }
      return (to - from == 64 ? UInt64.max : (1 << UInt64(to - from)) - 1) << UInt64(from)
    }
    return (
      mask(min(range.lowerBound, 64), min(range.upperBound, 64)),
      mask(
        min(max(range.lowerBound - 64, 0), 64), min(max(range.upperBound - 64, 0), 64))
    )
  }
}
