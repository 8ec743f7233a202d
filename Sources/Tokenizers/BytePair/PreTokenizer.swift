/// The rule that splits text into the words within which byte-pair encoding merges.
///
/// Each is the regular expression of a model, implemented as a scanner.
enum PreTokenizer: Sendable, Equatable {
  /// GPT-2's expression, see ``GPT2Words``.
  case gpt2
  /// Every digit is a word; the text between them is split by GPT-2's expression.
  case smollm
  /// Llama 3's expression, see ``LlamaWords``; up to three digits are a word.
  case llama3
  /// The same, but every digit is a word.
  case qwen2

  /// Their names in GGUF files.
  private static let names: [(name: String, rule: PreTokenizer)] = [
    ("default", .gpt2), ("deepseek-r1-qwen", .qwen2), ("gpt-2", .gpt2), ("llama-bpe", .llama3),
    ("llama-v3", .llama3), ("llama3", .llama3), ("qwen2", .qwen2), ("smollm", .smollm),
  ]

  init(named name: String) throws(TokenizerError) {
    guard let rule = Self.names.first(where: { $0.name == name })?.rule else {
      throw .unsupportedPreTokenizer(name, supported: Self.names.map(\.name))
    }
    self = rule
  }

  /// Whether a word that is a token becomes that token, whatever the merges say.
  var takesWholeWords: Bool { self == .llama3 }

  /// Calls the closure with each word; joined, the words are the text.
  @inline(__always)
  func forEachWord(
    in text: UnsafeBufferPointer<UInt8>, _ body: (UnsafeBufferPointer<UInt8>) -> Void
  ) {
    var position = 0
    while position < text.count {
      let end =
        switch self {
        case .gpt2: GPT2Words.end(of: text, at: position, digitsApart: false)
        case .smollm: GPT2Words.end(of: text, at: position, digitsApart: true)
        case .llama3: LlamaWords.end(of: text, at: position, digits: 3)
        case .qwen2: LlamaWords.end(of: text, at: position, digits: 1)
        }
      body(UnsafeBufferPointer(rebasing: text[position..<end]))
      position = end
    }
  }
}
