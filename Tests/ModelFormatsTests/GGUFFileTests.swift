import Foundation
import ModelFormats
import TestSupport
import Testing

/// Files that are cut off, lie or are of another format end in an error that says so.
struct GGUFFileTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func error(_ bytes: [UInt8]) throws -> ModelFormatError {
    let url = try folder.write(bytes)
    return try #require(
      #expect(throws: ModelFormatError.self) { try GGUFFile(contentsOf: url) })
  }

  private func damage(_ bytes: [UInt8]) throws -> String {
    guard case .damaged(let path, let reason) = try error(bytes) else {
      Issue.record("another error")
      return ""
    }
    #expect(path.hasSuffix("model"))
    return reason
  }

  // MARK: A file by hand

  private func number<Value: FixedWidthInteger>(_ value: Value) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { Array($0) }
  }

  private func string(_ text: String) -> [UInt8] { number(UInt64(text.utf8.count)) + text.utf8 }

  private func header(
    _ tensors: UInt64, _ metadata: UInt64, version: UInt32 = 3
  ) -> [UInt8] { "GGUF".utf8 + number(version) + number(tensors) + number(metadata) }

  private func tensor(
    _ name: String = "w", _ shape: [UInt64] = [8], _ type: UInt32 = 0, offset: UInt64 = 0
  ) -> [UInt8] {
    string(name) + number(UInt32(shape.count)) + shape.flatMap { number($0) } + number(type)
      + number(offset)
  }

  private func padded(_ bytes: [UInt8], values: Int) -> [UInt8] {
    bytes + [UInt8](repeating: 0, count: (32 - bytes.count % 32) % 32 + values)
  }

  // MARK: Tests

  @Test(arguments: [UInt32(2), 3]) func bothVersionsAreRead(version: UInt32) throws {
    let url = try folder.write(padded(header(1, 0, version: version) + tensor(), values: 32))
    let file = try GGUFFile(contentsOf: url)
    #expect(file.version == Int(version))
    #expect(file.tensor(named: "w").map { file.floats(of: $0) } == [Float](repeating: 0, count: 8))
  }

  @Test func otherFormatsAreNamed() throws {
    let files: [([UInt8], String)] = [
      (header(0, 0, version: 1), "version 1"), (header(0, 0, version: 4), "version 4"),
      (header(0, 0, version: UInt32(3).byteSwapped), "big-endian"),
      (Array("FUGG".utf8) + number(UInt64(0)), "big-endian"),
      (Array("tjgg".utf8) + number(UInt64(0)), "before GGUF"),
      (Array("PK\u{3}\u{4}".utf8) + number(UInt64(0)), "no GGUF file"),
    ]
    for (bytes, words) in files {
      guard case .unsupportedFormat(_, let found) = try error(bytes) else {
        Issue.record("another error for \(words)")
        continue
      }
      #expect(found.contains(words))
    }
  }

  @Test func aPartOfASplitModelIsRefused() throws {
    try SmallModel.write(
      to: folder.file("model"), metadata: [("split.count", .uint32(3))], tensors: [])
    let found = try error(Array(Data(contentsOf: folder.file("model")))).description
    #expect(found.contains("one of 3 parts"))
  }

  @Test func anUnsupportedTypeIsNamedWithThoseThatAre() throws {
    for (number, name) in [(UInt32(18), "IQ3_XXS"), (26, "I32"), (999, "number 999")] {
      let text = try error(padded(header(1, 0) + tensor("w", [256], number), values: 4096))
        .description
      #expect(text.contains("the type \(name),") && text.contains("Q4_K") && text.contains("w"))
    }
  }

  @Test func everyTruncationIsDamage() throws {
    try SmallModel.write(to: folder.file("whole"))
    let whole = try Array(Data(contentsOf: folder.file("whole")))
    // The last bytes are the padding after the last tensor.
    let used = whole.count - 8
    for count in 0..<used { #expect(try !damage(Array(whole[..<count])).isEmpty) }
    _ = try GGUFFile(contentsOf: folder.write(Array(whole[..<used])))
  }

  @Test func countsThatTheFileCannotHold() throws {
    for count in [UInt64(20), 1 << 20, 1 << 62, .max] {
      #expect(try damage(header(count, 0)).contains("number of tensors"))
      #expect(try damage(header(0, count)).contains("number of metadata entries"))
      let key = header(0, 1) + number(count) + number(UInt64(0)) + number(UInt64(0))
      #expect(try damage(key).contains("key of metadata entry 0"))
      for element: UInt32 in [0, 8, 12] {
        let array =
          header(0, 1) + string("k") + number(UInt32(9)) + number(element) + number(count)
        #expect(try damage(array + [0]).contains("elements of k"))
      }
    }
  }

  @Test func shapesThatDoNotHold() throws {
    let shapes: [([UInt64], String)] = [
      ([0], "dimension of 0"), ([.max], "dimension of"), ([1 << 62, 4], "too large"),
      ([1 << 61], "too large"), ([1, 1, 1, 1, 1], "5 dimensions"),
      ([9], "past the end"), ([8, 2], "past the end"),
    ]
    for (shape, words) in shapes {
      let bytes = padded(header(1, 0) + tensor("w", shape), values: 32)
      #expect(try damage(bytes).contains(words), "\(shape)")
    }
    #expect(
      try damage(padded(header(1, 0) + tensor("w", [48], 8), values: 99)).contains("whole blocks"))
  }

  @Test func offsetsThatDoNotHold() throws {
    for (offset, words) in [(UInt64(4), "multiple of 32"), (64, "past"), (.max, "past")] {
      let bytes = padded(header(1, 0) + tensor(offset: offset), values: 64)
      #expect(try damage(bytes).contains(words))
    }
    let overlap = header(2, 0) + tensor("a", [16]) + tensor("b", offset: 32)
    #expect(try damage(padded(overlap, values: 64)) == "a and b overlap")
  }

  @Test func namesThatDoNotHold() throws {
    let twice = header(2, 0) + tensor() + tensor("w", offset: 32)
    #expect(try damage(padded(twice, values: 64)).contains("the tensor w twice"))
    let entry = string("k") + number(UInt32(7)) + [1]
    #expect(try damage(header(0, 2) + entry + entry).contains("the key k twice"))
    let badName = header(0, 1) + number(UInt64(1)) + [0xFF] + number(UInt32(7)) + [1]
    #expect(try damage(badName).contains("UTF-8"))
  }

  @Test func metadataThatDoesNotHold() throws {
    let key = header(0, 1) + string("k")
    #expect(try damage(key + number(UInt32(13)) + [0]).contains("which does not exist"))
    let nested = key + number(UInt32(9)) + number(UInt32(9)) + number(UInt64(0))
    #expect(try damage(nested).contains("array of arrays"))
    for alignment: UInt32 in [0, 4, 24, 1 << 31] {
      let bytes =
        header(0, 1) + string("general.alignment") + number(UInt32(4)) + number(alignment)
      #expect(try damage(bytes).contains("general.alignment"))
    }
  }

  @Test func whatIsNoFile() throws {
    #expect(try damage([]).contains("empty"))
    for url in [folder.url, folder.file("nothing")] {
      guard
        case .unreadable? = #expect(
          throws: ModelFormatError.self, performing: { try GGUFFile(contentsOf: url) })
      else {
        Issue.record("another error")
        continue
      }
    }
  }

  @Test(.enabled(if: TestModels.exists(TestModels.smolLM2), "the language model is not fetched"))
  func theDefaultModel() throws {
    let file = try GGUFFile(contentsOf: TestModels.smolLM2)
    #expect(file.metadata.string("general.architecture") == "llama")
    let tokens = try #require(file.metadata.strings("tokenizer.ggml.tokens"))
    #expect(tokens.count == 49152 && tokens.string(at: 1) == "<|im_start|>")
    #expect(file.metadata.strings("tokenizer.ggml.merges")?.count == 48900)
    #expect(file.tensor(named: "token_embd.weight")?.shape == [576, 49152])
    for tensor in file.tensors where tensor.elementCount < 1 << 20 {
      #expect(!file.floats(of: tensor).contains { !$0.isFinite })
    }
    file.dropResidentPages()
    #expect(tokens.string(at: 2) == "<|im_end|>")
  }
}
