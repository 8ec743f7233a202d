/// A walk through a text, from one secret to the next.
struct SecretScan {
  typealias Bytes = UnsafeBufferPointer<UInt8>

  struct Match {
    /// For the user: “a private key”.
    var kind: String
    /// Bytes of the text.
    var range: Range<Int>
  }

  let bytes: Bytes
  private var position = 0
  /// Names up to here have been looked at.
  private var namesEnd = 0
  /// Rows of SQL up to here have been read.
  var statementsEnd = 0

  init(_ bytes: Bytes) { self.bytes = bytes }

  /// The next secret; nil when there is none any more.
  mutating func next() -> Match? {
    // No form is shorter than three bytes.
    while position + 2 < bytes.count {
      let found = SecretTriggers.table.families(
        bytes[position], bytes[position + 1], bytes[position + 2])
      if !found.isEmpty, let match = match(at: position, found) {
        position = max(match.range.upperBound, position + 1)
        return match
      }
      position += 1
    }
    return nil
  }

  private mutating func match(at start: Int, _ families: SecretTriggers.Families) -> Match? {
    if families.contains(.token), let match = token(at: start) { return match }
    if families.contains(.armour), let match = armour(at: start) { return match }
    if families.contains(.url), let match = credentials(ofURLAt: start) { return match }
    if families.contains(.command), let match = command(at: start) { return match }
    if families.contains(.statement), let match = storedSecret(at: start) { return match }
    if families.contains(.label), let match = labelled(at: start) { return match }
    guard families.contains(.name), start >= namesEnd else { return nil }
    let name = identifier(around: start)
    namesEnd = name.upperBound
    return assignment(to: name) ?? comparedSecret(with: name)
  }

  // MARK: Bytes

  func has(_ text: [UInt8], at start: Int, ignoringCase: Bool = false) -> Bool {
    text.withUnsafeBufferPointer { has($0, at: start, ignoringCase: ignoringCase) }
  }

  private func has(_ text: Bytes, at start: Int, ignoringCase: Bool) -> Bool {
    guard start >= 0, start + text.count <= bytes.count else { return false }
    for (offset, byte) in text.enumerated() {
      let found = bytes[start + offset]
      let isSame = found == byte || ignoringCase && found.isUpper && found | 0x20 == byte
      if !isSame { return false }
    }
    return true
  }

  func has(_ text: StaticString, at start: Int, ignoringCase: Bool = false) -> Bool {
    let wanted = UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
    return has(wanted, at: start, ignoringCase: ignoringCase)
  }

  func byte(at index: Int) -> UInt8? { bytes.indices.contains(index) ? bytes[index] : nil }

  /// No token is longer.
  static let runReach = 8192

  /// Where a run of some bytes ends, or as much of it as is looked at.
  func end(ofRunFrom start: Int, _ isIncluded: (UInt8) -> Bool) -> Int {
    let last = min(bytes.count, start + Self.runReach)
    var end = start
    while end < last, isIncluded(bytes[end]) { end += 1 }
    return end
  }

  /// A text may be a single line of a megabyte, in which every word asks for its line.
  static let lineReach = 2000

  /// The end of a line, or of as much of it as is looked at.
  func end(ofLineAt start: Int) -> Int {
    let last = min(bytes.count, start + Self.lineReach)
    var end = start
    while end < last, bytes[end] != 0x0A { end += 1 }
    return end
  }

  /// The start of a line, or of as much of it as is looked at.
  func start(ofLineAt index: Int) -> Int {
    let first = max(0, index - Self.lineReach)
    var start = index
    while start > first, bytes[start - 1] != 0x0A { start -= 1 }
    return start
  }

  /// Whether a token may begin here: what is before is no part of a word.
  func isWordStart(_ index: Int) -> Bool {
    guard index > 0, bytes[index - 1].isToken else { return true }
    // The escapes \n, \t and \r of a quoted text.
    return index > 1 && bytes[index - 2] == UInt8(ascii: "\\")
      && [UInt8(ascii: "n"), UInt8(ascii: "t"), UInt8(ascii: "r")].contains(bytes[index - 1])
  }

  func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
}

extension UInt8 {
  var isDigit: Bool { self >= 0x30 && self <= 0x39 }
  var isUpper: Bool { self >= 0x41 && self <= 0x5A }
  var isLower: Bool { self >= 0x61 && self <= 0x7A }
  var isLetter: Bool { isUpper || isLower }
  var isAlphanumeric: Bool { isLetter || isDigit }
  var isHex: Bool { isDigit || self | 0x20 >= 0x61 && self | 0x20 <= 0x66 }
  /// Letters, digits, `_` and `-`.
  var isToken: Bool { isAlphanumeric || self == 0x5F || self == 0x2D }
  var isBlank: Bool { self == 0x20 || self == 0x09 }
  var isQuote: Bool { self == 0x22 || self == 0x27 || self == 0x60 }
}
