import Foundation
import Settings
import TestSupport
import Testing
import WorkspaceRules

/// A repository in a folder of its own, with no other configuration of Git than its own.
final class RulesRepository {
  private let folder: TemporaryFolder
  let root: URL
  let environment: [String: String]

  init() throws {
    folder = try TemporaryFolder()
    // Behind links, such as macOS's /tmp, rules count by the other name, too.
    root = folder.url.resolvingSymlinksInPath().appending(path: "repository")
    environment = [
      "HOME": folder.url.path, "GIT_CONFIG_NOSYSTEM": "1", "PATH": "/usr/bin:/bin:/usr/local/bin",
      "GIT_CONFIG_GLOBAL": folder.url.appending(path: "gitconfig").path,
    ]
    try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
    try git(["init", "--quiet", "."])
  }

  /// A path beside the repository.
  func beside(_ name: String) -> URL { root.deletingLastPathComponent().appending(path: name) }

  func write(_ text: String, _ path: String) throws {
    try write(Array(text.utf8), Array(path.utf8))
  }

  /// Paths are bytes here.
  func write(_ bytes: [UInt8], _ path: [UInt8]) throws {
    var folder = Array(root.path.utf8)
    let parts = path.split(separator: UInt8(ascii: "/"))
    for part in parts.dropLast() {
      folder += [UInt8(ascii: "/")] + part
      mkdir(folder.map { CChar(bitPattern: $0) } + [0], 0o755)
    }
    let name = Array(root.path.utf8) + [UInt8(ascii: "/")] + path
    let descriptor = open(
      name.map { CChar(bitPattern: $0) } + [0], O_CREAT | O_WRONLY | O_TRUNC, 0o644)
    try #require(descriptor >= 0)
    defer { close(descriptor) }
    #expect(Foundation.write(descriptor, bytes, bytes.count) == bytes.count)
  }

  func global(_ text: String) throws {
    try Data(text.utf8).write(to: folder.url.appending(path: "gitconfig"))
  }

  @discardableResult
  func git(_ arguments: [String], input: [UInt8] = []) throws -> [UInt8] {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["git", "-C", root.path] + arguments
    process.environment = environment
    let (toGit, fromGit) = (beside("input"), beside("output"))
    try Data(input).write(to: toGit)
    FileManager.default.createFile(atPath: fromGit.path, contents: nil)
    process.standardInput = try FileHandle(forReadingFrom: toGit)
    process.standardOutput = try FileHandle(forWritingTo: fromGit)
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    return Array(try Data(contentsOf: fromGit))
  }

  /// The paths that Git ignores, of those given.
  func ignored(_ paths: [[UInt8]]) throws -> Set<[UInt8]> {
    let input = Array(paths.joined(separator: [0])) + [0]
    let output = try git(["check-ignore", "--no-index", "-z", "--stdin"], input: input)
    return Set(output.split(separator: 0).map(Array.init))
  }

  func refusal(
    _ path: [UInt8], workspace: URL? = nil, _ change: (inout InstructionSettings) -> Void = { _ in }
  ) -> DocumentRules.Refusal? {
    let encoded = (Array(root.path.utf8) + [UInt8(ascii: "/")] + path).map { byte in
      byte == UInt8(ascii: "/") || byte > 0x60 && byte < 0x7B
        ? String(UnicodeScalar(byte)) : String(format: "%%%02X", Int(byte))
    }
    return refusal(uri: "file://" + encoded.joined(), workspace: workspace, change)
  }

  func refusal(
    _ path: String, workspace: URL? = nil, _ change: (inout InstructionSettings) -> Void = { _ in }
  ) -> DocumentRules.Refusal? {
    refusal(Array(path.utf8), workspace: workspace, change)
  }

  func refusal(
    uri: String, workspace: URL? = nil, _ change: (inout InstructionSettings) -> Void = { _ in }
  ) -> DocumentRules.Refusal? {
    var settings = InstructionSettings()
    change(&settings)
    return DocumentRules(settings, environment: environment)
      .refusal(uri: uri, languageID: "markdown", root: workspace ?? root)
  }
}
