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
  /// The same, but the merges alone decide.
  case dbrx
  /// The same, but every digit is a word.
  case qwen2
  /// GPT-4o's expression, see ``CasedWords``; up to three digits are a word.
  case gpt4o
  /// Mistral's, see ``CasedWords``; every digit is a word.
  case tekken

  /// Their names in GGUF files.
  private static let names: [(name: String, rule: PreTokenizer)] = [
    ("dbrx", .dbrx), ("deepseek-r1-qwen", .qwen2), ("default", .gpt2), ("gpt-2", .gpt2),
    ("gpt-4o", .gpt4o), ("llama-bpe", .llama3), ("llama-v3", .llama3), ("llama3", .llama3),
    ("qwen2", .qwen2), ("refact", .smollm), ("smaug-bpe", .dbrx), ("smollm", .smollm),
    ("starcoder", .smollm), ("tekken", .tekken),
  ]

  init(named name: String) throws(TokenizerError) {
    guard let rule = Self.names.first(where: { $0.name == name })?.rule else {
      throw .unsupportedPreTokenizer(name, supported: Self.names.map(\.name))
    }
    self = rule
  }

  /// Whether a word that is a token becomes that token, whatever the merges say.
  var takesWholeWords: Bool { self == .llama3 || self == .tekken }

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
        case .llama3, .dbrx: LlamaWords.end(of: text, at: position, digits: 3)
        case .qwen2: LlamaWords.end(of: text, at: position, digits: 1)
        case .gpt4o:
          CasedWords.end(of: text, at: position, digits: 3, contractions: true)
        case .tekken:
          CasedWords.end(of: text, at: position, digits: 1, contractions: false)
        }
      body(UnsafeBufferPointer(rebasing: text[position..<end]))
      position = end
    }
  }
}
