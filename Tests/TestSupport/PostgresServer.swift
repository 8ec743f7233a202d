import Foundation

/// A real PostgreSQL server on this machine, with a folder of its own: `Scripts/postgres`.
public final class PostgresServer: Sendable {
  /// Of its administrator.
  public let address: String
  public let port: Int
  private let server: Int32
  private let process: Process
  private let input = Pipe()

  public enum Failure: Error { case didNotStart(String) }

  /// Whether Debian's packages are there, as `Scripts/install-dependencies` installs them for
  /// tests.
  public static var isInstalled: Bool {
    let versions =
      (try? FileManager.default.contentsOfDirectory(atPath: "/usr/lib/postgresql")) ?? []
    return versions.contains {
      FileManager.default.isExecutableFile(atPath: "/usr/lib/postgresql/\($0)/bin/initdb")
    }
  }

  /// Starts it; blocks until it is ready.
  ///
  /// - Parameter arguments: such as `--data`, to start a killed one again.
  public init(_ arguments: [String] = []) throws {
    process = Process()
    process.executableURL = TestPaths.package.appending(path: "Scripts/postgres")
    process.arguments = arguments
    let output = Pipe()
    process.standardInput = input
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let line = try output.readLine()
    guard line.hasSuffix("\n") else { throw Failure.didNotStart(line) }
    let words = line.split(whereSeparator: \.isWhitespace)
    guard words.count == 2, let server = Int32(words[1]) else { throw Failure.didNotStart(line) }
    address = String(words[0])
    port = URL(string: address)?.port ?? 0
    self.server = server
  }

  /// As when its machine loses power.
  public func kill() {
    Foundation.kill(server, SIGKILL)
    try? input.fileHandleForWriting.close()
    process.waitUntilExit()
  }

  deinit {
    try? input.fileHandleForWriting.close()
    if process.isRunning { process.waitUntilExit() }
  }

  /// The address of another role.
  public func address(of role: String) -> String {
    address.replacing("admin@", with: "\(role)@")
  }

  /// Runs SQL, by default as its administrator, and returns what is printed; nothing for an error.
  @discardableResult
  public func run(_ command: String, at address: String? = nil) throws -> String {
    let psql = Process()
    psql.executableURL = URL(filePath: "/usr/bin/env")
    psql.arguments = [
      "psql", address ?? self.address, "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c",
      command,
    ]
    let output = Pipe()
    psql.standardOutput = output
    psql.standardError = FileHandle.nullDevice
    try psql.run()
    let text = try output.fileHandleForReading.readToEnd() ?? Data()
    psql.waitUntilExit()
    return String(decoding: text, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
  }
}
