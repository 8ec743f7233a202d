import Foundation
import ModelFormats
import TestSupport
import Testing
import Tokenizers

/// SentencePiece's BPE gives the tokens of the `sentencepiece` library.
struct SentencePieceModelTests {
  private func tokenizer(prefix: Bool) throws -> Tokenizer {
    var data = try Golden.pieceData()
    data.addsSpacePrefix = prefix
    return try Tokenizer(data)
  }

  @Test(arguments: [true, false])
  func tokensOfTheReference(prefix: Bool) throws {
    let tokenizer = try tokenizer(prefix: prefix)
    let golden = try Golden.decode([String: [Golden.Text]].self, "pieces.json")
    let texts = try #require(golden[prefix ? "with-prefix" : "without-prefix"])
    #expect(texts.count > 80)
    for expected in texts {
      let ids = tokenizer.encode(expected.text, parsingSpecial: false)
      #expect(ids == expected.ids, "\(expected.text.debugDescription)")
      #expect(tokenizer.decode(ids).utf8.elementsEqual(expected.text.utf8))
    }
  }

  /// U+2581 stands for a space and comes back as one; every other text comes back as it was.
  @Test(arguments: [true, false])
  func anyBytesComeBack(prefix: Bool) throws {
    let tokenizer = try tokenizer(prefix: prefix)
    var generator = SplitMix(seed: 11)
    for _ in 0..<300 {
      let length = Int.random(in: 0..<150, using: &generator)
      let parts: [[UInt8]] = [
        [32], [32], [116, 104, 101], [10], Array("</s>".utf8), Array("<tag>".utf8),
      ]
      let bytes = (0..<length).flatMap { _ in
        Bool.random(using: &generator)
          ? [UInt8.random(in: 0...255, using: &generator)]
          : parts.randomElement(using: &generator) ?? []
      }
      let parsing = Bool.random(using: &generator)
      let ids = tokenizer.encode(bytes, parsingSpecial: parsing)
      let text = String(decoding: bytes, as: UTF8.self)
      if !text.contains("\u{2581}") { #expect(tokenizer.decodeBytes(ids) == bytes) }
    }
  }

  @Test func brokenCharactersBecomeTheirBytes() throws {
    let tokenizer = try tokenizer(prefix: false)
    let ids = tokenizer.encode([0xE2, 0x96, 0x20, 0xFF] as [UInt8], parsingSpecial: false)
    #expect(ids.first == tokenizer.id(ofByte: 0xE2))
    #expect(ids.last == tokenizer.id(ofByte: 0xFF))
    #expect(ids.count == 4)
  }

  /// Gemma's vocabulary: tokens of llama.cpp for texts that it and Hugging Face agree on.
  @Test(.enabled(if: TestModels.exists(TestModels.gemma3), "gemma-3-270m is not fetched"))
  func tokensOfGemma() throws {
    let tokenizer = try Tokenizer(gguf: GGUFFile(contentsOf: TestModels.gemma3))
    #expect(tokenizer.vocabularySize == 262_144)
    #expect(tokenizer.addsBeginning)
    #expect(tokenizer.beginning == 2)
    #expect(tokenizer.endOfTurn == 106)
    #expect(tokenizer.stopTokens == [1, 106])
    let expected: [(String, [TokenID])] = [
      ("Hello, world!", [9259, 236764, 1902, 236888]),
      (
        "<start_of_turn>user\nWrite a haiku.<end_of_turn>\n",
        [105, 2364, 107, 6974, 496, 678, 20517, 236761, 106, 107]
      ),
      (
        "  def f(x):\n\n        return x\t# \u{FC}ber",
        [138, 2063, 517, 236769, 236781, 1473, 108, 144, 2060, 1123, 255968, 236865, 8046]
      ),
      (
        "👩‍💻 汉字 1234",
        [243767, 237243, 244862, 236743, 239908, 237871, 236743, 236770, 236778, 236800, 236812]
      ),
      ("\u{378}\u{1}<b>bold</b>", [443, 422, 249732, 200, 15640, 209]),
    ]
    for (text, ids) in expected {
      #expect(tokenizer.encode(text, parsingSpecial: true) == ids)
      #expect(tokenizer.decode(ids) == text)
    }
  }
}

extension Tokenizer {
  /// The token that stands for a byte alone.
  fileprivate func id(ofByte byte: UInt8) -> TokenID? {
    (0..<TokenID(vocabularySize)).first { bytes(of: $0) == [byte] }
  }
}
