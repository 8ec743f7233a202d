import Foundation

/// Runs a tool and waits for it without blocking a thread; cancelling the task ends the tool.
enum ToolRun {
  struct Outcome: Sendable {
    let status: Int32
    /// The end of its output on both streams.
    let output: String

    var succeeded: Bool { status == 0 }
  }

  private static let outputBytes = 64 << 10

  /// - Parameters:
  ///   - folder: Working folder.
  ///   - log: Receives the tool's output; it is a file, so that no pipe can fill up.
  ///   - whileRunning: Called about ten times a second.
  static func run(
    _ executable: URL, _ arguments: [String], environment: [String: String], in folder: URL,
    log: URL, whileRunning: () -> Void = {}
  ) async throws -> Outcome {
    let descriptor = open(
      log.path(percentEncoded: false), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw ModelStoreError(writing: log, errno: errno) }
    let output = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    let process = Process()
    process.executableURL = executable
    process.arguments = arguments
    process.environment = environment
    process.currentDirectoryURL = folder
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = output
    try process.run()
    var pause = Duration.milliseconds(5)
    while process.isRunning {
      whileRunning()
      do {
        try await Task.sleep(for: pause)
      } catch {
        await end(process)
        throw error
      }
      pause = min(pause * 2, .milliseconds(100))
    }
    let end = (try? output.seekToEnd()) ?? 0
    try? output.seek(toOffset: end > UInt64(outputBytes) ? end - UInt64(outputBytes) : 0)
    let bytes = (try? output.readToEnd()) ?? Data()
    return Outcome(
      status: process.terminationStatus, output: String(decoding: bytes, as: UTF8.self))
  }

  /// Asks a tool to end, and kills it after a fifth of a second: a child may have inherited a
  /// signal mask that blocks the request.
  ///
  /// `waitUntilExit` would run a run loop on a thread of the cooperative pool, which can hang.
  private static func end(_ process: Process) async {
    process.terminate()
    for attempt in 0... {
      guard process.isRunning else { return }
      if attempt == 20 { kill(process.processIdentifier, SIGKILL) }
      // A separate task, because this one is cancelled and would not sleep.
      await Task.detached { try? await Task.sleep(for: .milliseconds(10)) }.value
    }
  }

  /// All executables with a name in the folders of `PATH`, in order.
  static func find(_ name: String, environment: [String: String]) -> [URL] {
    (environment["PATH"] ?? "").split(separator: ":")
      .filter { $0.hasPrefix("/") }
      .map { URL(filePath: String($0)).appending(path: name) }
      .filter {
        FileSystem.size($0) != nil
          && FileManager.default.isExecutableFile(atPath: $0.path(percentEncoded: false))
      }
  }
}
