import Foundation
import SentenceEncoder
import TestSupport
import Testing

/// Files that are missing, damaged or of another model end in an error that names the file.
@Suite(.enabled(if: TestModels.exists(TestModels.miniLM), "the sentence encoder is not fetched"))
struct EncoderFailureTests {
  /// Loads the encoder from links to the model's files, some of them replaced.
  private func load(replacing files: [String: Data?]) throws -> SentenceEncoderError {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for name in ["config.json", "tokenizer.json", "model.safetensors"] {
      let url = folder.appending(path: name)
      switch files[name] {
      case .some(.some(let data)): try data.write(to: url)
      case .some(.none): break
      case .none:
        try FileManager.default.createSymbolicLink(
          at: url, withDestinationURL: TestModels.miniLM.appending(path: name))
      }
    }
    return try #require(
      #expect(throws: SentenceEncoderError.self) {
        try SentenceEncoder(folder: folder, threads: 1)
      })
  }

  private func safetensors(_ header: String, _ bytes: Int = 0) -> Data {
    withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Data($0) } + Data(header.utf8)
      + Data(count: bytes)
  }

  @Test(arguments: ["config.json", "tokenizer.json", "model.safetensors"])
  func missing(file: String) throws {
    let error = try load(replacing: [file: nil])
    guard case .unreadable(let path, _) = error else {
      Issue.record("\(error)")
      return
    }
    #expect(path.hasSuffix(file))
    #expect(error.description.contains("`pillow-lsp model fetch minilm-l6-v2`"))
  }

  @Test(arguments: ["config.json", "tokenizer.json", "model.safetensors"])
  func garbage(file: String) throws {
    for data in [Data(), Data("{".utf8), Data(repeating: 0xFF, count: 64)] {
      guard case .damaged(let path, _) = try load(replacing: [file: data]) else {
        Issue.record("another error")
        return
      }
      #expect(path.hasSuffix(file))
    }
  }

  @Test func headersThatLie() throws {
    let name = "embeddings.word_embeddings.weight"
    let entries = [
      #"{"\#(name)":{"dtype":"F32","shape":[30522,384],"data_offsets":[0,64]}}"#,
      #"{"\#(name)":{"dtype":"F32","shape":[4,4],"data_offsets":[0,999]}}"#,
      #"{"\#(name)":{"dtype":"F32","shape":[4,4],"data_offsets":[64,0]}}"#,
      #"{"\#(name)":{"dtype":"F32","shape":[-4,-4],"data_offsets":[0,64]}}"#,
      #"{"\#(name)":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,64]}}"#,
      #"{"\#(name)":{"dtype":"F32","shape":[4,4],"data_offsets":[0,64]}}"#,
      #"{"\#(name)":[]}"#,
      #"{}"#,
    ]
    for entry in entries {
      guard
        case .damaged = try load(replacing: ["model.safetensors": safetensors(entry, 64)])
      else {
        Issue.record("another error for \(entry)")
        return
      }
    }
  }

  @Test func otherModels() throws {
    let good = try String(
      contentsOf: TestModels.miniLM.appending(path: "config.json"), encoding: .utf8)
    let changes = [
      (#""model_type": "bert""#, #""model_type": "roberta""#),
      (#""hidden_act": "gelu""#, #""hidden_act": "relu""#),
      (#""num_attention_heads": 12"#, #""num_attention_heads": 7"#),
      (#""num_hidden_layers": 6"#, #""num_hidden_layers": 0"#),
      (#""position_embedding_type": "absolute""#, #""position_embedding_type": "rotary""#),
    ]
    for (old, new) in changes {
      try #require(good.contains(old))
      let config = Data(good.replacing(old, with: new).utf8)
      guard case .unsupported = try load(replacing: ["config.json": config]) else {
        Issue.record("another error for \(new)")
        return
      }
    }
  }
}
