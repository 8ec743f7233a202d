import TestSupport
import Testing
import Tokenizers

/// Text comes out in whole characters, and nothing of it is lost.
struct StreamDecoderTests {
  @Test func charactersComeWhole() throws {
    let tokenizer = try Tokenizer(Golden.bytePairData())
    let text = "a👩‍💻é汉\u{301} b"
    var decoder = StreamDecoder(tokenizer)
    var parts: [String] = []
    for id in tokenizer.encode(text, parsingSpecial: false) { parts.append(decoder.append(id)) }
    #expect(decoder.finish().isEmpty)
    #expect(parts.joined() == text)
    #expect(!parts.joined().contains("\u{FFFD}"))
    #expect(parts.contains(""))
  }

  /// Whatever the tokens are, the parts together are the repaired text of all bytes.
  @Test func partsMakeTheWhole() throws {
    let tokenizer = try Tokenizer(Golden.bytePairData())
    var generator = SplitMix(seed: 5)
    for _ in 0..<300 {
      let ids = (0..<40).map { _ in TokenID.random(in: 3..<400, using: &generator) }
      var decoder = StreamDecoder(tokenizer)
      var text = ids.reduce(into: "") { $0 += decoder.append($1) }
      text += decoder.finish()
      #expect(text.unicodeScalars.elementsEqual(tokenizer.decode(ids).unicodeScalars))
    }
  }

  @Test func specialTokensAreLeftOutUnlessWanted() throws {
    let tokenizer = try Tokenizer(Golden.bytePairData())
    let ids = tokenizer.encode("a<|im_end|>b", parsingSpecial: true)
    var decoder = StreamDecoder(tokenizer)
    #expect(ids.map { decoder.append($0) }.joined() == "ab")
    decoder = StreamDecoder(tokenizer, skippingSpecial: false)
    #expect(ids.map { decoder.append($0) }.joined() == "a<|im_end|>b")
  }

  /// A completion goes on within a line: the space of its first word is part of it.
  @Test func aFirstSpaceStays() throws {
    let tokenizer = try Tokenizer(Golden.pieceData())
    let id = try #require(tokenizer.encode("the", parsingSpecial: false).first)
    var decoder = StreamDecoder(tokenizer)
    #expect(decoder.append(id).first == " ")
    #expect(tokenizer.decode([id]).first != " ")
  }
}
