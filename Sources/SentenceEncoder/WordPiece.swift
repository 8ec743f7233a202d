import Foundation

/// BERT's tokenizer without case: clean the text, split it at spaces and punctuation, and take the
/// longest pieces of each word that the vocabulary has.
///
/// Source: Hugging Face `tokenizers`, BertNormalizer, BertPreTokenizer and WordPiece.
struct WordPiece: Sendable {
  private let vocabulary: [[UInt8]: Int32]
  private let unknown: Int32
  private let start: Int32
  private let end: Int32
  /// Literal texts that count as one token, taken out before anything else.
  private let special: [(text: String, id: Int32)]
  private let longestPiece: Int
  /// Words of more characters count as unknown.
  private static let longestWord = 100

  init(contentsOf url: URL, vocabularySize: Int) throws(SentenceEncoderError) {
    let path = url.path(percentEncoded: false)
    guard
      let json = try? JSONSerialization.jsonObject(with: readFile(url)) as? [String: Any],
      let model = json["model"] as? [String: Any],
      let pieces = model["vocab"] as? [String: Int]
    else {
      _ = try readFile(url)
      throw .damaged(path: path, reason: "it has no WordPiece vocabulary")
    }
    if let type = model["type"] as? String, type != "WordPiece" {
      throw .unsupported(path: path, reason: "its model is \(type), not WordPiece")
    }
    if let normalizer = json["normalizer"] as? [String: Any],
      normalizer["type"] as? String != "BertNormalizer" || normalizer["lowercase"] as? Bool == false
    {
      throw .unsupported(path: path, reason: "its normalizer is not BERT's without case")
    }
    guard pieces.values.allSatisfy({ (0..<vocabularySize).contains($0) }) else {
      throw .damaged(path: path, reason: "a token is beyond the model's vocabulary")
    }
    func id(_ piece: String) throws(SentenceEncoderError) -> Int32 {
      guard let id = pieces[piece] else {
        throw .damaged(path: path, reason: "the token \(piece) is missing")
      }
      return Int32(id)
    }
    unknown = try id("[UNK]")
    start = try id("[CLS]")
    end = try id("[SEP]")
    var vocabulary: [[UInt8]: Int32] = [:]
    vocabulary.reserveCapacity(pieces.count)
    for (piece, id) in pieces { vocabulary[Array(piece.utf8)] = Int32(id) }
    self.vocabulary = vocabulary
    longestPiece = vocabulary.keys.reduce(0) { max($0, $1.count) }
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"].compactMap { text in
      pieces[text].map { (text, Int32($0)) }
    }
  }

  /// `[CLS]`, the tokens of the text, `[SEP]`: at most `maximumLength` in all.
  func encode(_ text: String, maximumLength: Int) -> [Int32] {
    let room = max(0, maximumLength - 2)
    var ids = [start]
    var rest = Substring(text)
    while ids.count - 1 < room, let found = nextSpecial(in: rest) {
      encode(rest[..<found.range.lowerBound], into: &ids, room: room)
      ids.append(found.id)
      rest = rest[found.range.upperBound...]
    }
    encode(rest, into: &ids, room: room)
    return Array(ids.prefix(room + 1)) + [end]
  }

  private func nextSpecial(in text: Substring) -> (range: Range<String.Index>, id: Int32)? {
    guard text.utf8.contains(UInt8(ascii: "[")) else { return nil }
    return special.compactMap { token in
      text.range(of: token.text, options: .literal).map { ($0, token.id) }
    }.min { $0.0.lowerBound < $1.0.lowerBound }
  }

  private func encode(_ text: Substring, into ids: inout [Int32], room: Int) {
    var word: [Unicode.Scalar] = []
    func flush() {
      guard !word.isEmpty else { return }
      appendPieces(of: word, to: &ids)
      word.removeAll(keepingCapacity: true)
    }
    for scalar in Self.normalized(text) {
      if ids.count - 1 >= room { return }
      if scalar.properties.isWhitespace {
        flush()
      } else if Self.isPunctuation(scalar) {
        flush()
        appendPieces(of: [scalar], to: &ids)
      } else {
        word.append(scalar)
      }
    }
    flush()
  }

  private func appendPieces(of word: [Unicode.Scalar], to ids: inout [Int32]) {
    guard word.count <= Self.longestWord else {
      ids.append(unknown)
      return
    }
    let characters = word.map { Array(String(Character($0)).utf8) }
    var found: [Int32] = []
    var position = 0
    while position < characters.count {
      var piece: [UInt8] = position == 0 ? [] : Array("##".utf8)
      var best: (id: Int32, end: Int)?
      for end in position..<characters.count {
        piece += characters[end]
        if piece.count > longestPiece { break }
        if let id = vocabulary[piece] { best = (id, end + 1) }
      }
      guard let best else {
        ids.append(unknown)
        return
      }
      found.append(best.id)
      position = best.end
    }
    ids += found
  }

  /// Drops control characters, sets CJK apart, drops accents, lower-cases; in this order.
  private static func normalized(_ text: Substring) -> String.UnicodeScalarView {
    var clean = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\t", "\n", "\r": clean.append(" ")
      case "\0", "\u{FFFD}": break
      default:
        if isControl(scalar) {
          break
        } else if isCJK(scalar.value) {
          clean.append(contentsOf: [" ", scalar, " "])
        } else {
          clean.append(scalar)
        }
      }
    }
    guard !clean.allSatisfy({ $0.isASCII }) else {
      return String(clean).lowercased().unicodeScalars
    }
    var result = String.UnicodeScalarView()
    for scalar in String(clean).decomposedStringWithCanonicalMapping.unicodeScalars
    where scalar.properties.generalCategory != .nonspacingMark {
      result.append(contentsOf: scalar.properties.lowercaseMapping.unicodeScalars)
    }
    return result
  }

  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .unassigned, .privateUse, .surrogate: true
    default: false
    }
  }

  private static func isPunctuation(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCII {
      return (33...47).contains(scalar.value) || (58...64).contains(scalar.value)
        || (91...96).contains(scalar.value) || (123...126).contains(scalar.value)
    }
    switch scalar.properties.generalCategory {
    case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation,
      .initialPunctuation, .finalPunctuation, .otherPunctuation:
      return true
    default:
      return false
    }
  }

  private static func isCJK(_ value: UInt32) -> Bool {
    switch value {
    case 0x4E00...0x9FFF, 0x3400...0x4DBF, 0x20000...0x2A6DF, 0x2A700...0x2B73F, 0x2B740...0x2B81F,
      0x2B920...0x2CEAF, 0xF900...0xFAFF, 0x2F800...0x2FA1F:
      true
    default: false
    }
  }
}
