import Foundation
import ModelFormats
import TestSupport
import Tokenizers

/// The files that `Scripts/golden/tokenization.py` and `chat_templates.py` make.
enum Golden {
  struct Text: Decodable {
    let text: String
    let ids: [TokenID]
  }

  static func url(_ name: String) -> URL {
    TestPaths.package.appending(path: "Tests/TokenizersTests/Resources/\(name)")
  }

  static func decode<Value: Decodable>(_ type: Value.Type, _ name: String) throws -> Value {
    try JSONDecoder().decode(type, from: Data(contentsOf: url(name)))
  }

  /// A small vocabulary of bytes, merged; as a file says it.
  static func bytePairData() throws -> TokenizerData {
    try TokenizerData(GGUFFile(contentsOf: url("bytepair.gguf")).metadata)
  }

  /// A small vocabulary of SentencePiece; as a file says it.
  static func pieceData() throws -> TokenizerData {
    try TokenizerData(GGUFFile(contentsOf: url("pieces.gguf")).metadata)
  }

  /// The tokenizer of the default model.
  static func smolLM2() throws -> Tokenizer {
    try Tokenizer(gguf: GGUFFile(contentsOf: TestModels.smolLM2))
  }
}

/// Repeats itself for a seed. Source: Vigna's SplitMix64.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
    return value ^ value >> 31
  }
}
