public import Foundation

/// BERT's uncased tokenizer: it cleans the text, splits it at spaces and punctuation, and takes the
/// longest pieces of each word that are in the vocabulary.
///
/// Source: Hugging Face `tokenizers`, BertNormalizer, BertPreTokenizer and WordPiece.
public struct WordPiece: Sendable {
  private let vocabulary: [[UInt8]: TokenID]
  private let unknown: TokenID
  private let start: TokenID
  private let end: TokenID
  /// Literal texts that count as one token; they are matched before anything else.
  private let special: [(text: String, id: TokenID)]
  private let longestPiece: Int
  /// Words with more characters count as unknown.
  private static let longestWord = 100

  /// - Parameters:
  ///   - json: A `tokenizer.json` of Hugging Face.
  ///   - vocabularySize: Every token has to be below this number.
  /// - Throws: ``WordPieceError``.
  public init(json: Data, vocabularySize: Int) throws(WordPieceError) {
    let (file, pieces) = try Self.read(json)
    if let type = file.model.type, type != "WordPiece" {
      throw .unsupported(reason: "its model is \(type), not WordPiece")
    }
    if let normalizer = file.normalizer,
      normalizer.type != "BertNormalizer" || normalizer.lowercase == false
    {
      throw .unsupported(reason: "its normalizer is not that of an uncased BERT")
    }
    guard pieces.values.allSatisfy({ (0..<vocabularySize).contains($0) }) else {
      throw .damaged(reason: "a token is beyond the model's vocabulary")
    }
    func id(_ piece: String) throws(WordPieceError) -> TokenID {
      guard let id = pieces[Array(piece.utf8)] else {
        throw .damaged(reason: "the token \(piece) is missing")
      }
      return TokenID(id)
    }
    unknown = try id("[UNK]")
    start = try id("[CLS]")
    end = try id("[SEP]")
    vocabulary = pieces.mapValues { TokenID($0) }
    longestPiece = pieces.keys.reduce(0) { max($0, $1.count) }
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"].compactMap { text in
      pieces[Array(text.utf8)].map { (text, TokenID($0)) }
    }
  }

  private static func read(
    _ json: Data
  ) throws(WordPieceError) -> (file: TokenizerFile, pieces: [[UInt8]: Int]) {
    let quick = VocabularyObject(json: json)
    guard let file = try? JSONDecoder().decode(TokenizerFile.self, from: quick?.rest ?? json) else {
      throw .damaged(reason: "it has no WordPiece vocabulary")
    }
    if let quick { return (file, quick.pieces) }
    return (
      file,
      Dictionary(file.model.vocab.map { (Array($0.key.utf8), $0.value) }, uniquingKeysWith: { $1 })
    )
  }

  /// `[CLS]`, the tokens of the text, `[SEP]`: at most `maximumLength` in all.
  public func encode(_ text: String, maximumLength: Int) -> [TokenID] {
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

  private func nextSpecial(in text: Substring) -> (range: Range<String.Index>, id: TokenID)? {
    guard text.utf8.contains(UInt8(ascii: "[")) else { return nil }
    return special.compactMap { token in
      text.range(of: token.text, options: .literal).map { ($0, token.id) }
    }.min { $0.0.lowerBound < $1.0.lowerBound }
  }

  private func encode(_ text: Substring, into ids: inout [TokenID], room: Int) {
    var word: [Unicode.Scalar] = []
    func flush() {
      guard !word.isEmpty else { return }
      appendPieces(of: word, to: &ids)
      word.removeAll(keepingCapacity: true)
    }
    for scalar in BERTText.normalized(text) {
      if ids.count - 1 >= room { return }
      if scalar.properties.isWhitespace {
        flush()
      } else if BERTText.isPunctuation(scalar) {
        flush()
        appendPieces(of: [scalar], to: &ids)
      } else {
        word.append(scalar)
      }
    }
    flush()
  }

  private func appendPieces(of word: [Unicode.Scalar], to ids: inout [TokenID]) {
    guard word.count <= Self.longestWord else {
      ids.append(unknown)
      return
    }
    let characters = word.map { Array(String(Character($0)).utf8) }
    var found: [TokenID] = []
    var position = 0
    while position < characters.count {
      var piece: [UInt8] = position == 0 ? [] : Array("##".utf8)
      var best: (id: TokenID, end: Int)?
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
}

/// The relevant parts of a `tokenizer.json`.
private struct TokenizerFile: Decodable {
  struct Model: Decodable {
    var type: String?
    var vocab: [String: Int]
  }

  struct Normalizer: Decodable {
    var type: String?
    var lowercase: Bool?
  }

  var model: Model
  var normalizer: Normalizer?
}
