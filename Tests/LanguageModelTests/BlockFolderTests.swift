import Foundation
import LanguageModel
import TestSupport
import Testing

/// Exemplars that a process has read and another one reads no more.
struct BlockFolderTests {
  private let folder: TemporaryFolder
  private static let prompt = BlockPrompt(
    beginning: [5, 6, 7], blocks: [(10..<30).map { $0 }, (30..<45).map { $0 }], rest: [8, 9])
  private static let options = GenerationOptions(maximumTokens: 6, stopsAtEnd: false)

  init() throws { folder = try TemporaryFolder() }

  private func model(
    _ name: String = "gemma3", bytes: Int = 1 << 30, at folder: URL? = nil
  ) throws -> LanguageModel {
    var options = LanguageModelOptions()
    options.blockFolder = folder ?? self.folder.url.appending(path: "blocks")
    options.blockFolderBytes = bytes
    return try LanguageModel(contentsOf: ArchitectureAnswer(name).model, options: options)
  }

  private func files() throws -> [URL] {
    try FileManager.default.contentsOfDirectory(
      at: folder.url.appending(path: "blocks"), includingPropertiesForKeys: nil)
  }

  /// - Returns: the answer, after it was asked for twice.
  private func fill(_ model: LanguageModel) async throws -> [Int32] {
    let first = try await model.generate(Self.prompt, options: Self.options)
    #expect(first.timings.cachedTokens == 0)
    // Another list uses both again.
    var turned = Self.prompt
    turned.blocks.swapAt(0, 1)
    _ = try await model.generate(turned, options: Self.options)
    model.finishWriting()
    return first.tokens
  }

  private func expect(
    _ known: Int, _ answer: [Int32], from model: LanguageModel,
    _ location: SourceLocation = #_sourceLocation
  ) async throws {
    let found = try await model.generate(Self.prompt, options: Self.options)
    #expect(found.timings.cachedTokens == known, sourceLocation: location)
    #expect(found.tokens == answer, sourceLocation: location)
  }

  @Test func anotherProcessReadsThem() async throws {
    let answer = try await fill(model())
    #expect(try files().count == 2)
    // The beginning was in the cache when it was needed again.
    try await expect(35, answer, from: model())
    // Another model does not use these files.
    _ = try await fill(model("qwen3"))
  }

  @Test func oneThatWasUsedOnceIsNotWritten() async throws {
    let model = try model()
    _ = try await model.generate(Self.prompt, options: Self.options)
    model.finishWriting()
    #expect(!FileManager.default.fileExists(atPath: folder.url.appending(path: "blocks").path))
  }

  @Test(arguments: ["a byte", "the end", "everything"])
  func damagedOnesAreComputedAgain(damage: String) async throws {
    let answer = try await fill(model())
    for file in try files() {
      var data = try Data(contentsOf: file)
      switch damage {
      case "a byte": data[data.count / 2] ^= 1
      case "the end": data.removeLast(7)
      default: data = Data()
      }
      try data.write(to: file)
    }
    try await expect(0, answer, from: model())
  }

  @Test func thoseUsedLeastRecentlyGo() async throws {
    let model = try model()
    _ = try await fill(model)
    let size = try #require(try files().map { try Data(contentsOf: $0).count }.max())
    let small = try self.model(bytes: size)
    var other = Self.prompt
    other.blocks = [(45..<60).map { $0 }]
    for rest in [Int32(1), 2] {
      other.rest = [rest]
      _ = try await small.generate(BlockPrompt([3, 3, 3]), options: Self.options)
      _ = try await small.generate(other, options: Self.options)
    }
    small.finishWriting()
    let left = try files().map { try Data(contentsOf: $0).count }
    #expect(left.reduce(0, +) <= size)
    #expect(!left.isEmpty)
  }

  @Test func aFolderThatCannotBeIsDoneWithout() async throws {
    let file = folder.url.appending(path: "file")
    try Data("x".utf8).write(to: file)
    _ = try await fill(model(at: file))
    #expect(try Data(contentsOf: file) == Data("x".utf8))
  }
}
