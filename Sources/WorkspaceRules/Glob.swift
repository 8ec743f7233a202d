/// A pattern of paths, matched byte by byte as Git does it: `*` and `?` within one folder, `**`
/// across folders, `[a-z]`, `[!a-z]` and `[[:alpha:]]`, and `\` before a character that means
/// itself.
package struct Glob: Sendable, Equatable {
  private let pattern: [UInt8]
  private let ignoresCase: Bool

  package init(_ pattern: String) { self.init(bytes: Array(pattern.utf8)) }

  package init(bytes: [UInt8], ignoresCase: Bool = false) {
    pattern = bytes
    self.ignoresCase = ignoresCase
  }

  package func matches(_ path: String) -> Bool { matches(bytes: Array(path.utf8)) }

  /// Takes time in proportion to the lengths' product, whatever the pattern is.
  package func matches(bytes path: [UInt8]) -> Bool {
    var match = GlobMatch(pattern: pattern, path: path, ignoresCase: ignoresCase)
    return match.matches(0, 0)
  }
}

/// One comparison; what failed once is not tried again.
private struct GlobMatch {
  let pattern: [UInt8]
  let path: [UInt8]
  let ignoresCase: Bool
  private var failed: Set<Int> = []

  init(pattern: [UInt8], path: [UInt8], ignoresCase: Bool) {
    self.pattern = pattern
    self.path = path
    self.ignoresCase = ignoresCase
  }

  private static let slash = UInt8(ascii: "/")
  private static let star = UInt8(ascii: "*")
  private static let backslash = UInt8(ascii: "\\")

  mutating func matches(_ at: Int, _ index: Int) -> Bool {
    var (at, index) = (at, index)
    while at < pattern.count {
      if pattern[at] == Self.star { return matchesStar(at, index) }
      guard index < path.count, let next = single(at, path[index]) else { return false }
      at = next
      index += 1
    }
    return index == path.count
  }

  private mutating func matchesStar(_ at: Int, _ index: Int) -> Bool {
    let key = at * (path.count + 1) + index
    guard !failed.contains(key) else { return false }
    var rest = at
    while rest < pattern.count, pattern[rest] == Self.star { rest += 1 }
    let startsPart = at == 0 || pattern[at - 1] == Self.slash
    let endsPart = rest == pattern.count || pattern[rest] == Self.slash
    let crossesFolders = rest - at >= 2 && startsPart && endsPart
    // `**/` also stands for no folder at all.
    if crossesFolders, rest < pattern.count, matches(rest + 1, index) { return true }
    var next = index
    while true {
      if matches(rest, next) { return true }
      guard next < path.count, crossesFolders || path[next] != Self.slash else { break }
      next += 1
    }
    failed.insert(key)
    return false
  }

  /// Where the pattern goes on when it takes this byte; `nil` when it does not.
  private func single(_ at: Int, _ byte: UInt8) -> Int? {
    switch pattern[at] {
    case UInt8(ascii: "?"): return byte == Self.slash ? nil : at + 1
    case UInt8(ascii: "["):
      guard let (holds, end) = set(at, byte), holds, byte != Self.slash else { return nil }
      return end
    case Self.backslash:
      guard at + 1 < pattern.count, isSame(pattern[at + 1], byte) else { return nil }
      return at + 2
    default: return isSame(pattern[at], byte) ? at + 1 : nil
    }
  }

  private func isSame(_ left: UInt8, _ right: UInt8) -> Bool {
    left == right || ignoresCase && Self.lower(left) == Self.lower(right)
  }

  private static func lower(_ byte: UInt8) -> UInt8 {
    (0x41...0x5A).contains(byte) ? byte + 0x20 : byte
  }

  // MARK: Sets

  /// Whether the set that begins here holds a byte, and where it ends; `nil` for a set without end.
  private func set(_ start: Int, _ byte: UInt8) -> (holds: Bool, end: Int)? {
    var at = start + 1
    let isNegated =
      at < pattern.count && (pattern[at] == UInt8(ascii: "!") || pattern[at] == UInt8(ascii: "^"))
    if isNegated { at += 1 }
    var found = false
    var previous: UInt8?
    var isFirst = true
    while at < pattern.count, isFirst || pattern[at] != UInt8(ascii: "]") {
      isFirst = false
      if pattern[at] == UInt8(ascii: "-"), let low = previous, at + 1 < pattern.count,
        pattern[at + 1] != UInt8(ascii: "]")
      {
        at += 1
        if pattern[at] == Self.backslash { at += 1 }
        guard at < pattern.count else { return nil }
        found = found || isWithin(low, pattern[at], byte)
        previous = nil
      } else if pattern[at] == UInt8(ascii: "["), at + 1 < pattern.count,
        pattern[at + 1] == UInt8(ascii: ":"),
        let end = pattern[(at + 2)...].firstIndex(of: UInt8(ascii: "]")),
        pattern[end - 1] == UInt8(ascii: ":"), end - 1 >= at + 2
      {
        guard let holds = Self.isOfClass(pattern[(at + 2)..<(end - 1)], byte, ignoresCase) else {
          return nil
        }
        found = found || holds
        previous = nil
        at = end
      } else {
        if pattern[at] == Self.backslash { at += 1 }
        guard at < pattern.count else { return nil }
        found = found || isSame(pattern[at], byte)
        previous = pattern[at]
      }
      at += 1
    }
    guard at < pattern.count else { return nil }
    return (found != isNegated, at + 1)
  }

  private func isWithin(_ low: UInt8, _ high: UInt8, _ byte: UInt8) -> Bool {
    if byte >= low, byte <= high { return true }
    guard ignoresCase else { return false }
    let upper = (0x61...0x7A).contains(byte) ? byte - 0x20 : byte
    return upper >= low && upper <= high || Self.lower(byte) >= low && Self.lower(byte) <= high
  }

  private static func isOfClass(_ name: ArraySlice<UInt8>, _ byte: UInt8, _ ignoresCase: Bool)
    -> Bool?
  {
    let isDigit = (0x30...0x39).contains(byte)
    let isUpper = (0x41...0x5A).contains(byte)
    let isLower = (0x61...0x7A).contains(byte)
    let isGraphic = (0x21...0x7E).contains(byte)
    switch String(decoding: name, as: UTF8.self) {
    case "alnum": return isDigit || isUpper || isLower
    case "alpha": return isUpper || isLower
    case "blank": return byte == 0x20 || byte == 0x09
    case "cntrl": return byte < 0x20 || byte == 0x7F
    case "digit": return isDigit
    case "graph": return isGraphic
    case "lower": return isLower || ignoresCase && isUpper
    case "print": return isGraphic || byte == 0x20
    case "punct": return isGraphic && !isDigit && !isUpper && !isLower
    case "space": return byte == 0x20 || (0x09...0x0D).contains(byte)
    case "upper": return isUpper || ignoresCase && isLower
    case "xdigit":
      return isDigit || (0x41...0x46).contains(byte) || (0x61...0x66).contains(byte)
    default: return nil
    }
  }
}
