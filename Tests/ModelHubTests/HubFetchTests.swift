import Crypto
import Foundation
import ModelHub
import ModelStore
import Synchronization
import TestSupport
import Testing

/// Downloads from a server that behaves like the hub, and from one that does not.
@Suite struct HubFetchTests {
  private static let model = HubServer.content(300_000)
  private static let file = "Small-Q4_K_M.gguf"

  private static func sha256(_ data: Data) -> String {
    SHA256.hash(data: data).map { String(format: "%02x", $0) }.joined()
  }

  private func server(
    _ faults: [[String: Any]] = [], token: String? = nil
  ) throws -> HubServer {
    try HubServer(
      [Self.file: .init(Self.model), "README.md": .init(Data("# Small".utf8), isLarge: false)],
      faults: faults, token: token)
  }

  private func error(_ server: HubServer, _ file: String? = nil) async -> HubError? {
    await #expect(throws: HubError.self) { try await server.fetch(file) }
  }

  // MARK: The layout

  @Test func theCacheHasTheLayoutThatOtherToolsShare() async throws {
    let server = try server()
    let url = try await server.fetch()
    let (hash, commit) = (Self.sha256(Self.model), HubServer.commit)
    #expect(url.path == server.cache.appending(path: "snapshots/\(commit)/\(Self.file)").path)
    #expect(try Data(contentsOf: url) == Self.model)
    #expect(server.files() == ["blobs/\(hash)", "refs/main", "snapshots/\(commit)/\(Self.file)"])
    #expect(
      try FileManager.default.destinationOfSymbolicLink(atPath: url.path) == "../../blobs/\(hash)")
    let main = try String(contentsOf: server.cache.appending(path: "refs/main"), encoding: .utf8)
    #expect(main == commit)
    let found = try ModelSearch(environment: server.environment).find(
      try #require(ModelReference("hf:\(HubServer.repository)")))
    #expect(found.path.path == url.path)
    #expect(found.bytes == 300_000)
  }

  @Test func aFileThatIsThereIsNotFetchedAgain() async throws {
    let server = try server()
    let first = try await server.fetch()
    let downloads = try server.requests().filter { $0.server == "store" }.count
    #expect(try await server.fetch() == first)
    #expect(try server.requests().filter { $0.server == "store" }.count == downloads)
  }

  @Test func aDamagedBlobIsFetchedAgain() async throws {
    let server = try server()
    let url = try await server.fetch()
    let blob = url.resolvingSymlinksInPath()
    var bytes = Self.model
    bytes[77] ^= 1
    try bytes.write(to: blob)
    _ = try await server.fetch()
    #expect(try Data(contentsOf: url) == Self.model)
  }

  @Test func allPartsOfASplitModelAreFetchedIntoTheirFolder() async throws {
    let names = (1...3).map { "Q8_0/Big-Q8_0-0000\($0)-of-00003.gguf" }
    let parts = Dictionary(
      uniqueKeysWithValues: names.enumerated().map {
        ($1, HubServer.File(HubServer.content(1000, seed: UInt64($0))))
      })
    let server = try HubServer(
      parts.merging([Self.file: .init(Self.model)]) { $1 }, page: 2)
    let url = try await server.fetch("Q8_0")
    #expect(url.path.hasSuffix("Q8_0/Big-Q8_0-00001-of-00003.gguf"))
    for name in names {
      let path = server.cache.appending(path: "snapshots/\(HubServer.commit)/\(name)")
      #expect(try Data(contentsOf: path) == parts[name]?.content)
      let link = try FileManager.default.destinationOfSymbolicLink(atPath: path.path)
      #expect(link.hasPrefix("../../../blobs/"))
    }
  }

  /// Small files are not in the store of large ones; their hash is Git's.
  @Test func aSmallFileIsCheckedByGitsHash() async throws {
    let server = try HubServer(["tiny-F16.gguf": .init(HubServer.content(500), isLarge: false)])
    let url = try await server.fetch("tiny-F16")
    #expect(try Data(contentsOf: url) == HubServer.content(500))
    #expect(url.resolvingSymlinksInPath().lastPathComponent.count == 40)
  }

  // MARK: Choosing

  @Test(arguments: [
    (nil, "a-Q4_K_M.gguf"), ("Q8_0", "a-Q8_0.gguf"), ("q8_0", "a-Q8_0.gguf"),
    ("a-q3_k_s", "a-Q3_K_S.gguf"), ("A-Q3_K_S.gguf", "a-Q3_K_S.gguf"),
  ])
  func aFileIsChosenByNameOrQuantisation(_ wanted: String?, _ file: String) async throws {
    let names = ["a-Q3_K_S.gguf", "a-Q4_K_M.gguf", "a-Q8_0.gguf", "mmproj-a-Q8_0.gguf"]
    let server = try HubServer(
      Dictionary(uniqueKeysWithValues: names.map { ($0, .init(Data($0.utf8))) }))
    #expect(try await server.fetch(wanted).lastPathComponent == file)
  }

  @Test func aMissingQuantisationNamesThoseThatExist() async throws {
    let text = try #require(await error(try server(), "Q5_K_M")).description
    #expect(text.contains("Q4_K_M"))
    let empty = try HubServer(["model.safetensors": .init(Data([1]))])
    #expect(await error(empty) == .noModelFile(repository: HubServer.repository))
  }

  // MARK: Broken connections

  @Test(arguments: ["reset", "short"])
  func aBrokenDownloadContinuesWhereItStopped(_ fault: String) async throws {
    let server = try server([[fault: 100_000], [fault: 50_000]])
    let url = try await server.fetch()
    #expect(try Data(contentsOf: url) == Self.model)
    let ranges = try server.requests().filter { $0.server == "store" }.map(\.range)
    #expect(ranges.count == 3 && ranges[0] == nil)
    let starts = ranges.compactMap { range in
      range.flatMap { Int($0.dropFirst("bytes=".count).dropLast()) }
    }
    #expect(starts.count == 2 && starts == starts.sorted())
    #expect(starts.allSatisfy { (1...150_000).contains($0) })
  }

  @Test func anotherRunContinuesToo() async throws {
    // No progress at all from the sixth connection on.
    let server = try server([["short": 120_000]] + Array(repeating: ["status": 503], count: 9))
    guard case .serverFailed? = await error(server) else {
      Issue.record("another error")
      return
    }
    #expect(server.files().contains { $0.hasSuffix(".incomplete") })
    #expect(!server.files().contains { $0.hasPrefix("snapshots") })
    // Five of the faults are left for the next run.
    guard case .serverFailed? = await error(server) else {
      Issue.record("another error")
      return
    }
    _ = try await server.fetch()
    let last = try #require(server.requests().last { $0.server == "store" }?.range)
    let start = try #require(Int(last.dropFirst("bytes=".count).dropLast()))
    #expect((1...120_000).contains(start), "some of what was sent may be lost with the connection")
  }

  @Test func serversWithoutRangesStartOver() async throws {
    for fault in ["whole", "shifted"] {
      let server = try server([["short": 100_000], [fault: true]])
      #expect(try await Data(contentsOf: server.fetch()) == Self.model)
    }
  }

  @Test func busyServersAreAskedAgainWhenTheySay() async throws {
    let server = try server([["status": 429], ["status": 502]])
    _ = try await server.fetch()
    #expect(server.pauses.withLock { $0.contains(.seconds(7)) })
  }

  @Test func noServerAtAll() async throws {
    let server = try server()
    server.environment["HF_ENDPOINT"] = "http://127.0.0.1:1"
    guard case .unreachable("127.0.0.1", _)? = await error(server) else {
      Issue.record("another error")
      return
    }
    let pauses = server.pauses.withLock { $0 }
    #expect(pauses == pauses.sorted() && pauses.count == 4)
  }

  // MARK: Wrong content

  @Test func aWrongHashLeavesNothing() async throws {
    let server = try server([["corrupt": true]])
    guard case .wrongHash(Self.file, _, _)? = await error(server) else {
      Issue.record("another error")
      return
    }
    #expect(server.files().isEmpty)
    _ = try await server.fetch()
  }

  /// What an earlier run has left may be damaged; then it costs one more download, no error.
  @Test func aDamagedBeginningIsFetchedAgain() async throws {
    let server = try server()
    let blobs = server.cache.appending(path: "blobs")
    try FileManager.default.createDirectory(at: blobs, withIntermediateDirectories: true)
    try Data(repeating: 0, count: 1000).write(
      to: blobs.appending(path: Self.sha256(Self.model) + ".incomplete"))
    #expect(try await Data(contentsOf: server.fetch()) == Self.model)
    let ranges = try server.requests().filter { $0.server == "store" }.map(\.range)
    #expect(ranges == ["bytes=1000-", nil])
  }

  @Test func moreBytesThanDeclared() async throws {
    let server = try server([["longer": true]])
    guard case .badAnswer? = await error(server) else {
      Issue.record("another error")
      return
    }
    #expect(!server.files().contains { $0.hasPrefix("snapshots") })
  }

  @Test func listsThatAreNone() async throws {
    for text in [
      "<html>", "{}", #"{"branches": []}"#, "",
      #"{"branches":[{"name":"main","targetCommit":"../x"}]}"#,
    ] {
      let server = try HubServer([Self.file: .init(Self.model)], listFaults: [["text": text]])
      guard case .badAnswer? = await error(server) else {
        Issue.record("another error for \(text)")
        continue
      }
    }
  }

  /// A path or a hash from the server never leads out of the cache.
  @Test func namesThatLeadElsewhereAreRefused() async throws {
    let escaping = try HubServer(["../../../evil.gguf": .init(Self.model)])
    var lying = HubServer.File(Self.model)
    lying.oid = "../../../../evil"
    for server in [escaping, try HubServer([Self.file: lying])] {
      guard case .badAnswer? = await error(server) else {
        Issue.record("another error")
        continue
      }
      #expect(server.files().isEmpty)
    }
  }

  // MARK: The disk

  @Test func aFileThatHasNoRoomIsNotBegun() async throws {
    var large = HubServer.File(Self.model)
    large.size = 1 << 60
    let server = try HubServer([Self.file: large])
    guard case .storage(.diskFull(_, let needed))? = await error(server) else {
      Issue.record("another error")
      return
    }
    #expect(needed == 1 << 60)
    #expect(try server.requests().allSatisfy { $0.server == "hub" })
  }

  @Test func aDiskThatIsFullMeanwhile() throws {
    let file = HubFile(path: "x", bytes: 10, digest: .sha256(String(repeating: "0", count: 64)))
    let partial = try PartialBlob(at: URL(filePath: "/dev/full"), of: file)
    let error = #expect(throws: HubError.self) {
      try [UInt8](repeating: 1, count: 10).withUnsafeBytes { try partial.append($0) }
    }
    #expect(error == .storage(.diskFull(folder: "/dev/full", neededBytes: nil)))
  }

  @Test func aCacheThatCannotBeWritten() async throws {
    let server = try server()
    try Data().write(to: server.folder.file("home"))
    let text = try #require(await error(server)).description
    #expect(text.contains("HF_HOME"))
  }

  // MARK: Access

  @Test func theTokenGoesToTheHubAlone() async throws {
    let server = try server(token: "hf_secret")
    server.environment["HF_TOKEN"] = "hf_secret"
    _ = try await server.fetch()
    let requests = try server.requests()
    #expect(
      requests.filter { $0.server == "hub" }.allSatisfy { $0.authorization == "Bearer hf_secret" })
    let others = requests.filter { $0.server == "store" }
    #expect(!others.isEmpty && others.allSatisfy { $0.authorization == nil })
  }

  @Test func theStoredTokenIsUsed() async throws {
    let server = try server(token: "hf_stored")
    let home = server.folder.file("hf")
    try FileManager.default.createDirectory(at: home, withIntermediateDirectories: true)
    try Data("hf_stored\n".utf8).write(to: home.appending(path: "token"))
    server.environment["HF_HOME"] = home.path
    let url = try await server.fetch()
    #expect(url.path.hasPrefix(home.appending(path: "hub").path))
  }

  @Test func deniedAndMissing() async throws {
    let server = try server(token: "hf_right")
    #expect(
      await error(server)
        == .accessDenied(
          repository: HubServer.repository, status: 401, sentToken: false, withheldToken: false))
    server.environment["HF_TOKEN"] = "hf_wrong"
    let text = try #require(await error(server)).description
    #expect(text.contains("403") && text.contains("terms") && !text.contains("hf_wrong"))
    let hub = try ModelHub(environment: server.environment)
    let missing = await #expect(throws: HubError.self) {
      try await hub.fetch(HubReference("someone/Else"))
    }
    #expect(missing == .notFound(repository: "someone/Else", host: "127.0.0.1"))
  }

  @Test func settingsThatForbidOrAreNone() async throws {
    #expect(throws: HubError.offline(variable: "HF_HUB_OFFLINE")) {
      try ModelHub(environment: ["HF_HUB_OFFLINE": "1"])
    }
    for address in ["huggingface.co", "ftp://x", "http://", "no address"] {
      #expect(throws: HubError.badEndpoint(address)) {
        try ModelHub(environment: ["HF_ENDPOINT": address])
      }
    }
  }

  @Test func aRedirectInACircleEnds() async throws {
    let place = "/\(HubServer.repository)/resolve/\(HubServer.commit)/\(Self.file)"
    let server = try HubServer(
      [Self.file: .init(Self.model, isLarge: false)],
      faults: Array(repeating: ["elsewhere": place], count: 30))
    guard case .badAnswer(_, let reason)? = await error(server) else {
      Issue.record("another error")
      return
    }
    #expect(reason.contains("redirects"))
  }

  // MARK: Progress

  @Test func progressGrowsAndEndsComplete() async throws {
    let server = try server([["short": 100_000]])
    let seen = Mutex<[FetchProgress]>([])
    _ = try await server.fetch { progress in seen.withLock { $0.append(progress) } }
    let all = seen.withLock { $0 }
    #expect(all.last?.phase == .finished && all.last?.fraction == 1)
    let received = all.filter { $0.phase == .downloading }.map(\.completedBytes)
    #expect(received == received.sorted() && received.last == 300_000)
  }

  @Test func twoFetchesAtOnceDownloadOnce() async throws {
    let server = try server()
    async let one = server.fetch()
    async let two = server.fetch()
    #expect(try await one == two)
    #expect(try server.requests().filter { $0.server == "store" }.count == 1)
  }
}
