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
