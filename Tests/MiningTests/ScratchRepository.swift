import Foundation
import Mining
import PromptPool
import Settings
import TestSupport
import Testing

/// A Git repository in a folder of its own, with commits at set times.
final class ScratchRepository {
  private let folder: TemporaryFolder
  let root: URL
  let environment: [String: String]
  private var seconds = 1_700_000_000

  /// - Parameter hasGit: false for a folder without a repository.
  init(hasGit: Bool = true) throws {
    folder = try TemporaryFolder()
    root = folder.url.resolvingSymlinksInPath().appending(path: "project")
    environment = [
      "HOME": folder.url.path, "GIT_CONFIG_NOSYSTEM": "1",
      "GIT_CONFIG_GLOBAL": folder.url.appending(path: "gitconfig").path,
      "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin",
    ]
    try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
    if hasGit { try git("init", "--quiet", "--initial-branch=main", ".") }
  }

  func beside(_ name: String) -> URL { root.deletingLastPathComponent().appending(path: name) }

  func write(_ text: String, _ path: String) throws {
    let file = root.appending(path: path)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: file)
  }

  @discardableResult
  func git(_ arguments: String..., author: String = "Ada", at folder: URL? = nil) throws -> String {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["git", "-C", (folder ?? root).path] + arguments
    process.environment = environment.merging([
      "GIT_AUTHOR_NAME": author, "GIT_COMMITTER_NAME": author,
      "GIT_AUTHOR_EMAIL": "\(author.lowercased())@example.org",
      "GIT_COMMITTER_EMAIL": "\(author.lowercased())@example.org",
      "GIT_AUTHOR_DATE": "\(seconds) +0000", "GIT_COMMITTER_DATE": "\(seconds) +0000",
    ]) { $1 }
    let output = beside("output")
    FileManager.default.createFile(atPath: output.path, contents: nil)
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    let text = String(decoding: try Data(contentsOf: output), as: UTF8.self)
    try #require(process.terminationStatus == 0, "git \(arguments) printed \(text)")
    return text.trimmingCharacters(in: .whitespacesAndNewlines)
  }

  /// Writes a file and commits it an hour after the last commit.
  @discardableResult
  func commit(
    _ message: String, _ text: String? = nil, in path: String = "app.py", author: String = "Ada"
  ) throws -> String {
    seconds += 3600
    try write(text ?? "value = \(seconds)\nprint(value)\n", path)
    try git("add", "--all", author: author)
    try git("commit", "--quiet", "--allow-empty", "-m", message, author: author)
    return try git("rev-parse", "HEAD")
  }

  func miner(_ settings: InstructionSettings = InstructionSettings()) -> Miner {
    Miner(root: root, settings: settings, environment: environment)
  }

  func mine(
    into pool: PromptPool, _ sources: MiningSource...,
    change: (inout MiningOptions) -> Void = { _ in }
  ) throws -> MiningReport {
    var options = MiningOptions()
    if !sources.isEmpty { options.sources = Set(sources) }
    change(&options)
    return try miner().mine(into: pool, options)
  }
}

extension PromptPool {
  func outputs(_ source: MiningSource) throws -> [String] {
    try exemplars(pool: source.pool).map(\.output)
  }
}
