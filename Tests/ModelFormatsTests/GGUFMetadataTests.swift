import Foundation
import ModelFormats
import TestSupport
import Testing

/// Each accessor gives values of its kind, and nil for those of another.
struct GGUFMetadataTests {
  private func withMetadata(_ body: (GGUFMetadata) throws -> Void) throws {
    let folder = try TemporaryFolder()
    try SmallModel.write(to: folder.file("model.gguf"))
    try body(GGUFFile(contentsOf: folder.file("model.gguf")).metadata)
  }

  @Test func scalars() throws {
    try withMetadata { metadata in
      #expect(metadata.string("general.architecture") == "llama")
      #expect(metadata.int("llama.block_count") == 7)
      #expect(metadata.int("llama.offset") == -3)
      #expect(metadata.int("llama.large") == 1 << 40)
      #expect(metadata.int("llama.negative") == -(1 << 40))
      #expect(metadata.float("llama.epsilon") == 0.25)
      #expect(metadata.double("llama.base") == 1e-30)
      #expect(metadata.double("llama.block_count") == 7)
      #expect(metadata.bool("tokenizer.add_bos") == true)
    }
  }

  @Test func arrays() throws {
    try withMetadata { metadata in
      let tokens = try #require(metadata.strings("tokenizer.tokens"))
      #expect(tokens.count == 3)
      #expect(tokens.map { Array($0) } == [[0xE2, 0x82], [], Array("größe".utf8)])
      #expect(tokens.string(at: 2) == "größe")
      #expect(tokens.string(at: 0) == "\u{FFFD}")
      #expect(metadata.strings("tokenizer.empty")?.isEmpty == true)
      #expect(metadata.floats("tokenizer.scores") == [1.5, -2])
      #expect(metadata.ints("tokenizer.types") == [1, -1, 6])
      #expect(metadata.floats("tokenizer.types") == [1, -1, 6])
      #expect(metadata.bools("tokenizer.flags") == [true, false])
      #expect(metadata.count("tokenizer.types") == 3)
    }
  }

  @Test func otherTypesAndMissingKeysAreNil() throws {
    try withMetadata { metadata in
      #expect(metadata.string("llama.block_count") == nil)
      #expect(metadata.int("general.architecture") == nil)
      #expect(metadata.int("llama.epsilon") == nil)
      #expect(metadata.bool("llama.block_count") == nil)
      #expect(metadata.strings("tokenizer.scores") == nil)
      #expect(metadata.ints("tokenizer.scores") == nil)
      #expect(metadata.ints("tokenizer.tokens") == nil)
      #expect(metadata.int("tokenizer.types") == nil)
      #expect(metadata.count("llama.block_count") == nil)
      #expect(metadata.string("no such key") == nil)
      #expect(!metadata.contains("no such key"))
    }
  }

  @Test func valuesOutliveTheFileObject() throws {
    let folder = try TemporaryFolder()
    try SmallModel.write(to: folder.file("model.gguf"))
    let tokens = try GGUFFile(contentsOf: folder.file("model.gguf")).metadata
      .strings("tokenizer.tokens")
    #expect(tokens?.string(at: 2) == "größe")
  }
}
