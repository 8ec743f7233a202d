import Foundation
import ModelStore
import TestSupport
import Testing

@Suite struct ModelStoreTests {
  @Test func verifyFindsAFlippedByte() async throws {
    let index = try LocalIndex()
    try await index.store.fetch(.miniLM)
    try index.store.verify(.miniLM)
    let file = index.models.appending(path: "minilm-l6-v2/second.bin")
    var bytes = LocalIndex.second
    bytes[49_999] ^= 0x80
    try bytes.write(to: file)
    let error = try #require(
      #expect(throws: ModelStoreError.self) { try index.store.verify(.miniLM) })
    guard case .damagedFile(.miniLM, file.path, _) = error else {
      Issue.record("\(error)")
      return
    }
    #expect(error.description.contains("`pillow-lsp model fetch minilm-l6-v2`"))
  }

  @Test func aMissingOrShortFileMakesTheModelIncomplete() async throws {
    let index = try LocalIndex()
    #expect(throws: ModelStoreError.notInstalled(.miniLM)) { try index.store.verify(.miniLM) }
    try await index.store.fetch(.miniLM)
    let file = index.models.appending(path: "minilm-l6-v2/second.bin")
    try LocalIndex.second.dropLast().write(to: file)
    #expect(index.store.path(of: .miniLM) == nil)
    #expect(
      throws: ModelStoreError.damagedFile(
        .miniLM, path: file.path, reason: "49999 bytes instead of 50000")
    ) { try index.store.verify(.miniLM) }
    try FileManager.default.removeItem(at: file)
    #expect(throws: ModelStoreError.missingFile(.miniLM, path: file.path)) {
      try index.store.verify(.miniLM)
    }
    let states = index.store.list().map(\.state)
    #expect(states == [.absent, .incomplete, .absent])
    #expect(index.store.list().map(\.model) == ModelName.allCases)
  }

  @Test func recipesNameFilesThatAddUp() {
    for model in ModelName.allCases {
      let recipe = ModelRecipe.standard(model)
      #expect(recipe.files.allSatisfy { $0.sha256.count == 64 && $0.bytes > 0 })
      #expect(
        recipe.files.flatMap(\.members).allSatisfy { recipe.wheels.indices.contains($0.wheel) })
      if let main = recipe.mainFile { #expect(recipe.files.contains { $0.name == main }) }
    }
    #expect(!ModelName.defaults.contains { $0.requiresAcceptingLicense })
  }

  @Test(.enabled(if: TestModels.exists(TestModels.miniLM), "the sentence encoder is not fetched"))
  func theInstalledEncoderIsWhole() throws {
    let folder = TestModels.folder.deletingLastPathComponent()
    let store = ModelStore(folder: DataFolder(url: folder))
    try store.verify(.miniLM)
    #expect(store.path(of: .miniLM) == TestModels.miniLM)
  }
}
