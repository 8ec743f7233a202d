import LanguageModel
import Testing
import Tokenizers

/// The tokens around a reasoning model's thoughts tell them from its answer.
struct ReasoningTests {
  /// A vocabulary of single characters and the two tokens.
  private static let characters = Array("abcdefghijklmnopqrstuvwxyz<>/Ċ")
  private static let open = TokenID(characters.count)
  private static let close = open + 1

  private static func tokenizer(hasThoughts: Bool = true) throws -> Tokenizer {
    var tokens = ByteStrings()
    for character in characters { tokens.append(String(character).utf8) }
    if hasThoughts { for token in ["<think>", "</think>"] { tokens.append(token.utf8) } }
    var data = TokenizerData(model: "gpt2", preTokenizer: "gpt-2", tokens: tokens)
    data.kinds = characters.map { _ in 1 } + (hasThoughts ? [4, 4] : [])
    return try Tokenizer(data)
  }

  /// The text of tokens, of which each character is one, `[` and `]` those around thoughts.
  private func text(_ marked: String, hidesReasoning: Bool = true) throws -> String {
    var text = StoppingText(
      tokenizer: try Self.tokenizer(), stops: ["xyz"], hidesReasoning: hidesReasoning)
    var pieces = ""
    for character in marked {
      let token: TokenID
      switch character {
      case "[": token = Self.open
      case "]": token = Self.close
      default:
        let stored: Character = character == "\n" ? "Ċ" : character
        token = TokenID(try #require(Self.characters.firstIndex(of: stored)))
      }
      pieces += text.append(token)
    }
    pieces += text.finish()
    #expect(pieces == text.text, "what is handed out is the text")
    return pieces
  }

  @Test func thoughtsAreLeftOut() throws {
    #expect(try text("[hm]\n\nab") == "ab")
    #expect(try text("\n[hm\n]a\nb") == "\na\nb")
    #expect(try text("[]ab") == "ab")
    #expect(try text("[never ended".replacing(" ", with: "")) == "")
    #expect(try text("[xyz]ab") == "ab", "a stop within the thoughts is none")
  }

  /// The same letters, or the tokens within an answer, are content.
  @Test func whatComesLaterIsContent() throws {
    #expect(try text("<think>a</think>b") == "<think>a</think>b")
    #expect(try text("a[b]c") == "a<think>b</think>c")
    #expect(try text("[hm]a[b]c") == "a<think>b</think>c")
    #expect(try text("[hm]a", hidesReasoning: false) == "<think>hm</think>a")
  }

  @Test func stopsStillCount() throws {
    #expect(try text("[hm]abxyzc") == "ab")
    #expect(try text("abxy") == "abxy")
  }

  @Test func aModelWithoutTheTokensWritesWhatItWrites() throws {
    var text = StoppingText(
      tokenizer: try Self.tokenizer(hasThoughts: false), stops: [], hidesReasoning: true)
    let written = "<a>"
    for character in written {
      _ = text.append(TokenID(try #require(Self.characters.firstIndex(of: character))))
    }
    _ = text.finish()
    #expect(text.text == written)
  }
}
