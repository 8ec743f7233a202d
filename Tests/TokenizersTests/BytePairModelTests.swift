import Foundation
import ModelFormats
import TestSupport
import Testing
import Tokenizers

/// Byte-level BPE gives the tokens of Hugging Face `tokenizers`, by each model's rule for words.
struct BytePairModelTests {
  @Test(arguments: ["llama-bpe", "qwen2", "gpt-2", "dbrx", "gpt-4o", "tekken"])
  func tokensOfTheReference(rule: String) throws {
    var data = try Golden.bytePairData()
    data.preTokenizer = rule
    let tokenizer = try Tokenizer(data)
    let golden = try Golden.decode([String: [Golden.Text]].self, "bytepair.json")
    let texts = try #require(golden[rule])
    #expect(texts.count > 150)
    for expected in texts {
      let ids = tokenizer.encode(expected.text, parsingSpecial: true)
      #expect(ids == expected.ids, "\(expected.text.debugDescription)")
      #expect(tokenizer.decode(ids).utf8.elementsEqual(expected.text.utf8))
    }
  }

  @Test(.enabled(if: TestModels.exists(TestModels.smolLM2), "the default model is not fetched"))
  func tokensOfTheDefaultModel() throws {
    let tokenizer = try Golden.smolLM2()
    let texts = try Golden.decode([Golden.Text].self, "smollm.json")
    #expect(texts.count > 200)
    for expected in texts {
      let ids = tokenizer.encode(expected.text, parsingSpecial: true)
      #expect(ids == expected.ids, "\(expected.text.debugDescription)")
    }
  }

  /// Any bytes come back, whatever their order, and words beyond any length too.
  @Test(arguments: ["llama-bpe", "qwen2", "gpt-2", "smollm", "gpt-4o", "tekken"])
  func anyBytesComeBack(rule: String) throws {
    var data = try Golden.bytePairData()
    data.preTokenizer = rule
    let tokenizer = try Tokenizer(data)
    var generator = SplitMix(seed: 7)
    for _ in 0..<300 {
      let length = Int.random(in: 0..<200, using: &generator)
      let letters = Bool.random(using: &generator)
      let bytes = (0..<length).map { _ in
        letters
          ? UInt8.random(in: 97..<103, using: &generator) : .random(in: 0...255, using: &generator)
      }
      let parsing = Bool.random(using: &generator)
      #expect(tokenizer.decodeBytes(tokenizer.encode(bytes, parsingSpecial: parsing)) == bytes)
    }
  }

  @Test func brokenCharactersAreSymbolsOfTheirOwn() throws {
    let tokenizer = try Tokenizer(Golden.bytePairData())
    let bytes: [UInt8] = [0x61, 0xFF, 0xC3, 0x62, 0xED, 0xA0, 0x80, 0xF4, 0x90, 0x80, 0x80, 0x80]
    let ids = tokenizer.encode(bytes, parsingSpecial: true)
    #expect(ids.count == bytes.count)
    #expect(tokenizer.decodeBytes(ids) == bytes)
  }
}
