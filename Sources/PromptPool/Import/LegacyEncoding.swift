/// An encoding from before UTF-8 that bytes are probably in, told by which letters they would be.
struct LegacyEncoding: Equatable {
  let name: String
  /// What `iconv` calls it.
  let label: String
  /// Its characters may hold bytes of ASCII, so that quotation marks and brackets cannot be trusted.
  var isMultibyte = false

  /// Nil where nothing speaks for one more than for others, or where it is UTF-8 with some damage.
  static func guess(_ bytes: some Sequence<UInt8>) -> LegacyEncoding? {
    let bytes = Array(bytes)
    guard bytes.contains(where: { $0 >= 0x80 }), !isDamagedUTF8(bytes) else { return nil }
    // Words of another alphabet may pass for pairs, where all are of even length.
    return alphabetic(bytes, share: 0.6) ?? eastAsian(bytes) ?? alphabetic(bytes, share: 0.4)
      ?? western(bytes)
  }

  private static func isDamagedUTF8(_ bytes: [UInt8]) -> Bool {
    var whole = 0
    var broken = 0
    for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars where scalar.value >= 0x80 {
      if scalar == "\u{FFFD}" { broken += 1 } else { whole += 1 }
    }
    return whole > broken
  }

  // MARK: Two bytes a character

  /// The first bytes of the characters of two bytes; nil where some byte has no place.
  private struct Pairs {
    var leads: [UInt8] = []
    var hiragana = 0
    var katakana = 0

    init?(
      _ bytes: [UInt8], lead: (UInt8) -> Bool, trail: (UInt8) -> Bool,
      single: (UInt8) -> Bool = { _ in false }
    ) {
      var index = 0
      var isAfterLetter = false
      var withinWords = 0
      while index < bytes.count {
        let byte = bytes[index]
        index += 1
        if byte < 0x80 || single(byte) {
          isAfterLetter = byte.isLetter
          continue
        }
        if isAfterLetter { withinWords += 1 }
        isAfterLetter = false
        guard lead(byte) else { return nil }
        // The end may be cut off.
        guard index < bytes.count else { break }
        guard trail(bytes[index]) else { return nil }
        leads.append(byte)
        // In Shift-JIS.
        if byte == 0x82, (0x9F...0xF1).contains(bytes[index]) { hiragana += 1 }
        if byte == 0x83, (0x40...0x96).contains(bytes[index]) { katakana += 1 }
        index += 1
      }
      // An accented letter in a word, and the letter after it.
      if leads.count < 2 || withinWords * 2 > leads.count { return nil }
    }

    /// How many of the characters, punctuation left aside, begin with some bytes.
    func share(_ range: ClosedRange<UInt8>, outside punctuation: ClosedRange<UInt8>) -> Double {
      let letters = leads.filter { !punctuation.contains($0) }
      return letters.isEmpty
        ? 0 : Double(letters.count(where: range.contains)) / Double(letters.count)
    }
  }

  private static func eastAsian(_ bytes: [UInt8]) -> LegacyEncoding? {
    let isHigh = { (byte: UInt8) in (0xA1...0xFE).contains(byte) }
    if let pairs = Pairs(bytes, lead: isHigh, trail: isHigh) {
      // The rows of kana; in the other sets nobody writes them.
      if pairs.share(0xA4...0xA5, outside: 0xA1...0xA3) >= 0.25 {
        return LegacyEncoding(name: "EUC-JP", label: "EUC-JP", isMultibyte: true)
      }
      if pairs.share(0xB0...0xC8, outside: 0xA1...0xAF) >= 0.95 {
        return LegacyEncoding(name: "EUC-KR", label: "EUC-KR", isMultibyte: true)
      }
    }
    let shiftJIS = Pairs(
      bytes, lead: { (0x81...0x9F).contains($0) || (0xE0...0xFC).contains($0) },
      trail: { (0x40...0xFC).contains($0) && $0 != 0x7F }, single: { (0xA1...0xDF).contains($0) })
    if let shiftJIS,
      shiftJIS.hiragana * 10 >= shiftJIS.leads.count && shiftJIS.hiragana > 0
        || shiftJIS.katakana > 2 && shiftJIS.katakana * 5 >= shiftJIS.leads.count * 3
    {
      return LegacyEncoding(name: "Shift-JIS", label: "SHIFT_JIS", isMultibyte: true)
    }
    let isHan = Pairs(bytes, lead: isHigh, trail: isHigh) != nil
    // The commoner half of the characters comes first in both.
    if !isHan,
      let pairs = Pairs(
        bytes, lead: { (0xA1...0xF9).contains($0) },
        trail: { (0x40...0x7E).contains($0) || isHigh($0) }),
      pairs.share(0xA4...0xC6, outside: 0xA1...0xA3) >= 0.8
    {
      return LegacyEncoding(name: "Big5", label: "BIG5", isMultibyte: true)
    }
    if let pairs = Pairs(
      bytes, lead: { (0x81...0xFE).contains($0) },
      trail: { (0x40...0xFE).contains($0) && $0 != 0x7F }),
      pairs.share(0xB0...0xD7, outside: 0xA1...0xA9) >= 0.6
    {
      return LegacyEncoding(name: "GBK", label: "GB18030", isMultibyte: true)
    }
    return nil
  }

  // MARK: Whole words of one byte a letter

  /// The ten commonest letters of Russian (о е а и н т с р в л) and of Greek (α ο ι ε τ σ ν η ρ υ).
  private static let alphabets: [(encoding: LegacyEncoding, letters: [UInt8])] = [
    (
      LegacyEncoding(name: "Windows-1251", label: "WINDOWS-1251"),
      [0xEE, 0xE5, 0xE0, 0xE8, 0xED, 0xF2, 0xF1, 0xF0, 0xE2, 0xEB]
    ),
    (
      LegacyEncoding(name: "KOI8-R", label: "KOI8-R"),
      [0xCF, 0xC5, 0xC1, 0xC9, 0xCE, 0xD4, 0xD3, 0xD2, 0xD7, 0xCC]
    ),
    (
      LegacyEncoding(name: "CP866", label: "CP866"),
      [0xAE, 0xA5, 0xA0, 0xA8, 0xAD, 0xE2, 0xE1, 0xE0, 0xA2, 0xAB]
    ),
    (
      LegacyEncoding(name: "ISO 8859-5", label: "ISO-8859-5"),
      [0xDE, 0xD5, 0xD0, 0xD8, 0xDD, 0xE2, 0xE1, 0xE0, 0xD2, 0xDB]
    ),
    (
      LegacyEncoding(name: "Windows-1253 or ISO 8859-7", label: "WINDOWS-1253"),
      [0xE1, 0xEF, 0xE9, 0xE5, 0xF4, 0xF3, 0xED, 0xE7, 0xF1, 0xF5]
    ),
  ]

  /// - Parameter share: of the letters, the least that the commonest ten have.
  private static func alphabetic(_ bytes: [UInt8], share: Double) -> LegacyEncoding? {
    let runs = bytes.split { $0 < 0x80 }
    let high = runs.reduce(0) { $0 + $1.count }
    let inWords = runs.filter { $0.count >= 3 }.reduce(0) { $0 + $1.count }
    guard high >= 4, inWords * 2 >= high else { return nil }
    let scored = alphabets.map { alphabet in
      (alphabet.encoding, bytes.count { alphabet.letters.contains($0) })
    }
    guard let best = scored.max(by: { $0.1 < $1.1 }), Double(best.1) >= share * Double(high) else {
      return nil
    }
    return best.0
  }

  // MARK: Accented letters among others

  /// How each writes ä ö ü ß é è à ç ñ ó í á ê å, and less common letters and signs.
  private static let westerns: [(encoding: LegacyEncoding, common: [UInt8], rare: [UInt8])] = [
    (
      LegacyEncoding(name: "Windows-1252 or ISO 8859-1", label: "WINDOWS-1252"),
      [0xE4, 0xF6, 0xFC, 0xDF, 0xE9, 0xE8, 0xE0, 0xE7, 0xF1, 0xF3, 0xED, 0xE1, 0xEA, 0xE5],
      Array(0xC0...0xFE) + [
        0x80, 0x85, 0x91, 0x92, 0x93, 0x94, 0x96, 0x97, 0xA0, 0xA7, 0xAB, 0xB0, 0xBB,
      ]
    ),
    (
      LegacyEncoding(name: "CP437 or CP850", label: "CP850"),
      [0x84, 0x94, 0x81, 0xE1, 0x82, 0x8A, 0x85, 0x87, 0xA4, 0xA2, 0xA1, 0xA0, 0x88, 0x86],
      Array(0x80...0xA8) + [0xAE, 0xAF, 0xF8]
    ),
    (
      LegacyEncoding(name: "Mac Roman", label: "MACINTOSH"),
      [0x8A, 0x9A, 0x9F, 0xA7, 0x8E, 0x8F, 0x88, 0x8D, 0x96, 0x97, 0x92, 0x87, 0x90, 0x8C],
      Array(0x80...0x9F) + [0xA1, 0xC7, 0xC8, 0xC9, 0xCA, 0xD0, 0xD1, 0xD2, 0xD3, 0xD4, 0xD5]
    ),
  ]

  private static func western(_ bytes: [UInt8]) -> LegacyEncoding? {
    let runs = bytes.split { $0 < 0x80 }
    guard runs.allSatisfy({ $0.count <= 2 }) else { return nil }
    let high = runs.joined()
    var best: (encoding: LegacyEncoding, score: Int)?
    for (encoding, common, rare) in westerns {
      guard high.allSatisfy({ common.contains($0) || rare.contains($0) }) else { continue }
      let score = high.reduce(0) { $0 + (common.contains($1) ? 3 : 1) }
      if score > best?.score ?? 0 { best = (encoding, score) }
    }
    return best?.encoding
  }
}
