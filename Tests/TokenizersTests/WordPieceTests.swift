import Foundation
import Testing
import Tokenizers

/// BERT's tokenizer without case, on a vocabulary of a few pieces; the model's own is compared with
/// the reference by the sentence encoder's tests.
struct WordPieceTests {
  private static let pieces = [
    "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "un", "##aff", "##able", "hello", ",", "wor",
    "##ld", "汉", "字", "cafe", "e", "!",
  ]

  private func json(
    type: String = "WordPiece", lowercase: Bool = true, pieces: [String] = Self.pieces
  ) throws -> Data {
    let vocabulary = Dictionary(uniqueKeysWithValues: zip(pieces, 0...))
    return try JSONSerialization.data(withJSONObject: [
      "model": ["type": type, "vocab": vocabulary],
      "normalizer": ["type": "BertNormalizer", "lowercase": lowercase],
    ])
  }

  @Test(arguments: [
    ("", []), ("Hello, world!", ["hello", ",", "wor", "##ld", "!"]),
    ("unaffable UNABLE", ["un", "##aff", "##able", "un", "##able"]),
    ("xyz hello", ["[UNK]", "hello"]), ("汉字hello", ["汉", "字", "hello"]),
    ("Cafe\u{301} É", ["cafe", "e"]), ("he\u{0}llo\thello\u{200B}", ["hello", "hello"]),
    ("hello[MASK]hello", ["hello", "[MASK]", "hello"]),
    (String(repeating: "a", count: 101), ["[UNK]"]),
  ])
  func longestPieces(text: String, expected: [String]) throws {
    let tokenizer = try WordPiece(json: json(), vocabularySize: Self.pieces.count)
    let names = tokenizer.encode(text, maximumLength: 64).map { Self.pieces[Int($0)] }
    #expect(names == ["[CLS]"] + expected + ["[SEP]"])
  }

  @Test func longTextsAreCut() throws {
    let tokenizer = try WordPiece(json: json(), vocabularySize: Self.pieces.count)
    let ids = tokenizer.encode(String(repeating: "hello ", count: 50), maximumLength: 8)
    #expect(ids == [2] + Array(repeating: 8, count: 6) + [3])
  }

  @Test func otherFilesAreErrors() throws {
    func error(_ json: Data, size: Int = Self.pieces.count) -> WordPieceError? {
      #expect(throws: WordPieceError.self) { try WordPiece(json: json, vocabularySize: size) }
    }
    #expect(error(Data("[]".utf8)) == .damaged(reason: "it has no WordPiece vocabulary"))
    #expect(
      error(try json(), size: 3) == .damaged(reason: "a token is beyond the model's vocabulary"))
    #expect(
      error(try json(pieces: ["[UNK]", "[CLS]"]))
        == .damaged(reason: "the token [SEP] is missing"))
    #expect(
      error(try json(type: "BPE")) == .unsupported(reason: "its model is BPE, not WordPiece"))
    #expect(
      error(try json(lowercase: false))
        == .unsupported(reason: "its normalizer is not that of an uncased BERT"))
  }
}
