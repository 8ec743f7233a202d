import Foundation
import ModelHub
import ModelStore
import Synchronization
import TestSupport
import Testing

/// `hub.py` with one repository, and a cache to fetch into.
///
/// `@unchecked`: the environment is changed only before anything is fetched.
final class HubServer: @unchecked Sendable {
  static let repository = "someone/Small-GGUF"
  static let commit = String(repeating: "a1", count: 20)

  struct Request: Decodable {
    let server, path: String
    let range, authorization: String?
  }

  struct File {
    var content: Data
    var isLarge = true
    var size: Int?
    var oid: String?

    init(_ content: Data, isLarge: Bool = true) {
      self.content = content
      self.isLarge = isLarge
    }
  }

  let folder: TemporaryFolder
  let port: Int
  private let process = Process()
  private let input = Pipe()
  let pauses = Mutex<[Duration]>([])
  var environment: [String: String]

  /// Bytes of which no two ranges are alike.
  static func content(_ count: Int, seed: UInt64 = 1) -> Data {
    var generator = SplitMix(seed: seed)
    return Data((0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) })
  }

  init(
    _ files: [String: File], faults: [[String: Any]] = [], listFaults: [[String: Any]] = [],
    token: String? = nil, page: Int = 1000
  ) throws {
    folder = try TemporaryFolder()
    var entries: [String: Any] = [:]
    for (index, (path, file)) in files.enumerated() {
      try file.content.write(to: folder.file("content-\(index)"))
      var entry: [String: Any] = ["content": "content-\(index)", "lfs": file.isLarge]
      entry["size"] = file.size
      entry["oid"] = file.oid
      entries[path] = entry
    }
    var state: [String: Any] = [
      "repository": Self.repository, "commit": Self.commit, "files": entries, "faults": faults,
      "list_faults": listFaults, "page": page,
    ]
    state["token"] = token
    try JSONSerialization.data(withJSONObject: state).write(to: folder.file("state.json"))
    process.executableURL = URL(filePath: "/usr/bin/env")
    let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "hub.py")
    process.arguments = ["python3", script.path, folder.url.path]
    let output = Pipe()
    process.standardInput = input
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
    port = try #require(line.split(separator: " ").first.flatMap { Int($0) }, "hub.py: \(line)")
    environment = [
      "HOME": folder.file("home").path, "HF_ENDPOINT": "http://127.0.0.1:\(port)",
    ]
  }

  deinit {
    try? input.fileHandleForWriting.close()
    process.terminate()
  }

  var cache: URL {
    folder.file("home").appending(path: ".cache/huggingface/hub/models--someone--Small-GGUF")
  }

  func fetch(
    _ file: String? = nil, progress: @escaping @Sendable (FetchProgress) -> Void = { _ in }
  ) async throws(HubError) -> URL {
    let hub = try ModelHub(environment: environment) { [self] duration in
      pauses.withLock { $0.append(duration) }
    }
    let name = Self.repository + (file.map { ":" + $0 } ?? "")
    guard let reference = try? HubReference(name) else { throw .badEndpoint(name) }
    return try await hub.fetch(reference, progress: progress)
  }

  func requests() throws -> [Request] {
    guard let log = try? Data(contentsOf: folder.file("log")) else { return [] }
    return try log.split(separator: UInt8(ascii: "\n"))
      .map { try JSONDecoder().decode(Request.self, from: $0) }
  }

  /// The files below the repository's folder, without the locks.
  func files() -> [String] {
    let all = FileManager.default.enumerator(atPath: cache.path)?.allObjects as? [String] ?? []
    return all.filter {
      var isFolder: ObjCBool = false
      let path = cache.appending(path: $0).path
      return
        !(FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
        && isFolder.boolValue)
    }.sorted()
  }
}
