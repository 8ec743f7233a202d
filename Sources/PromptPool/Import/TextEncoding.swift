/// How a file's text is stored, as far as its first bytes tell for certain.
enum TextEncoding: Equatable {
  case utf8
  case utf16(isBigEndian: Bool)
  case utf32(isBigEndian: Bool)

  /// Recognises byte-order marks, and UTF-16 without one: of ASCII text every second byte is 0.
  ///
  /// - Returns: the encoding and how many bytes its mark takes.
  static func recognise(_ start: some Collection<UInt8>) -> (encoding: TextEncoding, mark: Int) {
    let first = Array(start.prefix(64))
    // The mark of UTF-32 begins like that of UTF-16.
    if first.starts(with: [0xFF, 0xFE, 0, 0]) { return (.utf32(isBigEndian: false), 4) }
    if first.starts(with: [0, 0, 0xFE, 0xFF]) { return (.utf32(isBigEndian: true), 4) }
    if first.starts(with: [0xFF, 0xFE]) { return (.utf16(isBigEndian: false), 2) }
    if first.starts(with: [0xFE, 0xFF]) { return (.utf16(isBigEndian: true), 2) }
    if first.starts(with: [0xEF, 0xBB, 0xBF]) { return (.utf8, 3) }
    let pairs = stride(from: 0, to: first.count - first.count % 2, by: 2).map {
      (first[$0], first[$0 + 1])
    }
    guard pairs.count >= 4 else { return (.utf8, 0) }
    if pairs.allSatisfy({ $0.0 != 0 && $0.1 == 0 }) { return (.utf16(isBigEndian: false), 0) }
    if pairs.allSatisfy({ $0.0 == 0 && $0.1 != 0 }) { return (.utf16(isBigEndian: true), 0) }
    return (.utf8, 0)
  }

  /// What is wrong with bytes that are not UTF-8: what they probably are instead, and what to do.
  static func problem(with bytes: some Sequence<UInt8>) -> String {
    guard let legacy = LegacyEncoding.guess(bytes) else {
      return "it is not valid UTF-8: if the file has another encoding, convert it first, as with "
        + "`iconv -f ENCODING -t UTF-8`"
    }
    return "it is not valid UTF-8 but probably \(legacy.name): \(advice(legacy.label))"
  }

  static func advice(_ label: String) -> String {
    "convert the file first, as with `iconv -f \(label) -t UTF-8`"
  }
}

/// Turns the bytes of a file into UTF-8, piece by piece.
struct TextTranscoder {
  private let encoding: TextEncoding
  /// Of a unit that is not complete yet.
  private var pending: [UInt8] = []
  private var highSurrogate: UInt32?

  init(_ encoding: TextEncoding) { self.encoding = encoding }

  /// - Parameter bytes: the next piece; an empty one is the end.
  mutating func decode(_ bytes: [UInt8]) -> [UInt8] {
    let size: Int
    let isBigEndian: Bool
    switch encoding {
    case .utf8: return bytes
    case .utf16(let order): (size, isBigEndian) = (2, order)
    case .utf32(let order): (size, isBigEndian) = (4, order)
    }
    let all = pending + bytes
    let whole = all.count - all.count % size
    pending = Array(all[whole...])
    var result: [UInt8] = []
    result.reserveCapacity(all.count)
    for start in stride(from: 0, to: whole, by: size) {
      let unit = (0..<size).reduce(UInt32(0)) {
        $0 << 8 | UInt32(all[isBigEndian ? start + $1 : start + size - 1 - $1])
      }
      append(unit, to: &result)
    }
    if bytes.isEmpty, !pending.isEmpty || highSurrogate != nil {
      (pending, highSurrogate) = ([], nil)
      result += "\u{FFFD}".utf8
    }
    return result
  }

  /// Halves of a surrogate pair that have no partner become U+FFFD.
  private mutating func append(_ unit: UInt32, to result: inout [UInt8]) {
    var value = unit
    if let high = highSurrogate.take() {
      if (0xDC00..<0xE000).contains(unit) {
        value = 0x10000 + (high - 0xD800) << 10 + (unit - 0xDC00)
      } else {
        result += "\u{FFFD}".utf8
      }
    }
    if value < 0x80 {
      result.append(UInt8(value))
    } else if case .utf16 = encoding, (0xD800..<0xDC00).contains(value) {
      highSurrogate = value
    } else {
      result += String(Character(Unicode.Scalar(value) ?? "\u{FFFD}")).utf8
    }
  }
}
