import Foundation
import ModelFormats
import TestSupport
import Testing
import Tokenizers

/// Special tokens, errors, and whole data sets.
struct TokenizerTests {
  @Test func specialTokensCountOnlyWhereTheyMay() throws {
    let tokenizer = try Tokenizer(Golden.bytePairData())
    let text = "<|im_start|>a<|im_end|>"
    #expect(tokenizer.encode(text, parsingSpecial: true).first == 1)
    #expect(tokenizer.encode(text, parsingSpecial: true).last == 2)
    let plain = tokenizer.encode(text, parsingSpecial: false)
    #expect(!plain.contains(where: tokenizer.isSpecial))
    #expect(tokenizer.decode(plain) == text)
    // A user-defined token is text, and one token in any case.
    let tag = try #require(tokenizer.id(of: "<tag>"))
    #expect(tokenizer.encode("<tag>", parsingSpecial: false) == [tag])
    #expect(!tokenizer.isSpecial(tag))
  }

  @Test func whatTheFileSaysOfSpecialTokens() throws {
    let tokenizer = try Tokenizer(Golden.bytePairData())
    #expect(tokenizer.beginning == 0)
    #expect(tokenizer.end == 2)
    #expect(tokenizer.endOfTurn == 2)
    #expect(tokenizer.stopTokens == [0, 2])
    #expect(tokenizer.addsBeginning)
    var data = try Golden.bytePairData()
    data.preTokenizer = "qwen2"
    #expect(try !Tokenizer(data).addsBeginning)
    data.addsBeginning = true
    #expect(try Tokenizer(data).addsBeginning)
  }

  @Test func identifiersBeyondTheVocabularyAreNothing() throws {
    for data in [try Golden.bytePairData(), try Golden.pieceData()] {
      let tokenizer = try Tokenizer(data)
      let size = TokenID(tokenizer.vocabularySize)
      #expect(tokenizer.decodeBytes([-1, size, .max, .min]).isEmpty)
      #expect(!tokenizer.isSpecial(size))
    }
  }

  @Test func whatIsNotSupportedIsNamed() throws {
    var data = try Golden.bytePairData()
    data.preTokenizer = "poro-chat"
    var error = #expect(throws: TokenizerError.self) { try Tokenizer(data) }
    #expect(error?.description.contains("\"poro-chat\"") == true)
    #expect(error?.description.contains("smollm") == true)
    data.model = "rwkv"
    error = #expect(throws: TokenizerError.self) { try Tokenizer(data) }
    #expect(error?.description.contains("\"rwkv\"") == true)
    #expect(error?.description.contains("gpt2, llama") == true)
  }

  @Test func listsThatDoNotFitAreDamage() throws {
    func isDamage(_ change: (inout TokenizerData) -> Void, of data: TokenizerData) -> Bool {
      var data = data
      change(&data)
      guard
        case .damaged? = #expect(throws: TokenizerError.self, performing: { try Tokenizer(data) })
      else { return false }
      return true
    }
    let pairs = try Golden.bytePairData()
    #expect(isDamage({ $0.kinds.removeLast() }, of: pairs))
    #expect(isDamage({ $0.merges.append("nospace".utf8) }, of: pairs))
    #expect(isDamage({ $0.merges.append("q zzzz".utf8) }, of: pairs))
    #expect(isDamage({ $0.merges.append(" ".utf8) }, of: pairs))
    #expect(isDamage({ $0.end = 1_000_000 }, of: pairs))
    #expect(isDamage({ $0.beginning = -3 }, of: pairs))
    #expect(isDamage({ $0.tokens = ByteStrings() }, of: pairs))
    let pieces = try Golden.pieceData()
    #expect(isDamage({ $0.scores.removeLast() }, of: pieces))
    #expect(isDamage({ $0.kinds[400] = 6 }, of: pieces))
  }

  private struct DataSet: Decodable {
    let tokens: Int
    let hash, rows: String
  }

  /// Every row of the experiment data has the reference's tokens, by their hashes.
  @Test(
    .enabled(if: TestModels.exists(TestModels.smolLM2), "the default model is not fetched"),
    .enabled(if: TestPaths.experimentData != nil, "../shared/data is not there"))
  func tokensOfTheExperimentData() throws {
    try compare(Golden.smolLM2(), "experiment-data.json", parsingSpecial: true)
  }

  @Test(
    .enabled(if: TestModels.exists(TestModels.gemma3), "gemma-3-270m is not fetched"),
    .enabled(if: TestPaths.experimentData != nil, "../shared/data is not there"))
  func tokensOfTheExperimentDataByGemma() throws {
    let tokenizer = try Tokenizer(gguf: GGUFFile(contentsOf: TestModels.gemma3))
    // The library takes no special token out of a text, and two rows speak of <mask>.
    try compare(tokenizer, "experiment-data-gemma.json", parsingSpecial: false)
  }

  private func compare(
    _ tokenizer: Tokenizer, _ golden: String, parsingSpecial: Bool
  ) throws {
    let folder = try #require(TestPaths.experimentData)
    for (name, expected) in try Golden.decode([String: DataSet].self, golden) {
      var (count, hash, rows) = (0, TokenHash(), "")
      for line in try Data(contentsOf: folder.appending(path: name)).split(separator: 10) {
        let row = try JSONDecoder().decode(Row.self, from: line)
        let ids = tokenizer.encode(row.text, parsingSpecial: parsingSpecial)
        #expect(tokenizer.decode(ids) == row.text)
        count += ids.count
        hash.add(ids)
        var own = TokenHash()
        own.add(ids)
        rows += String(own.digits.suffix(4))
      }
      #expect(rows == expected.rows, "\(name)")
      #expect(count == expected.tokens, "\(name)")
      #expect(hash.digits == expected.hash, "\(name)")
    }
  }

  private struct Row: Decodable {
    let instruction, output: String
    let input: String?
    var text: String { [instruction, input ?? "", output].joined(separator: "\n") }
  }
}

/// FNV-1a over the four bytes of each token.
private struct TokenHash {
  private var state: UInt64 = 0xCBF2_9CE4_8422_2325

  mutating func add(_ ids: [TokenID]) {
    for id in ids {
      for shift in [0, 8, 16, 24] {
        state = (state ^ UInt64(UInt8(truncatingIfNeeded: id >> shift))) &* 0x100_0000_01B3
      }
    }
  }

  var digits: String {
    let digits = String(state, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
