import Foundation

/// The built program, run as a user runs it.
enum Program {
  struct Outcome {
    let code: Int32
    /// Ended by a signal, not by itself.
    let crashed: Bool
    let bytes: Data
    let errors: String

    var output: String { String(decoding: bytes, as: UTF8.self) }
    var lines: [Substring] { output.split(separator: "\n") }
  }

  static let url = URL(filePath: CommandLine.arguments[0])
    .deletingLastPathComponent().appending(path: "pillow-lsp")

  /// - Parameters:
  ///   - input: what standard input holds.
  ///   - folder: the working directory.
  ///   - data: the data folder; the user's own where it is nil.
  ///   - environment: what is added to this process's own.
  ///   - memoryKilobytes: a limit of the address space.
  static func run(
    _ arguments: [String], input: Data = Data(), in folder: URL? = nil, data: URL? = nil,
    environment: [String: String] = [:], memoryKilobytes: Int? = nil
  ) throws -> Outcome {
    let process = Process()
    process.executableURL = URL(filePath: "/bin/sh")
    let limit = memoryKilobytes.map { "ulimit -v \($0); " } ?? ""
    process.arguments = ["-c", limit + #"exec "$@""#, "sh", url.path] + arguments
    if let folder { process.currentDirectoryURL = folder }
    process.environment = ProcessInfo.processInfo.environment
      .merging(data.map { ["XDG_DATA_HOME": $0.path] } ?? [:]) { $1 }
      .merging(environment) { $1 }
    // Files, so that no pipe fills up while nobody reads it.
    return try withFolder { files in
      let (given, printed, said) = (
        files.appending(path: "in"), files.appending(path: "out"), files.appending(path: "err")
      )
      try input.write(to: given)
      for file in [printed, said] { try Data().write(to: file) }
      process.standardInput = try FileHandle(forReadingFrom: given)
      process.standardOutput = try FileHandle(forWritingTo: printed)
      process.standardError = try FileHandle(forWritingTo: said)
      try process.run()
      process.waitUntilExit()
      return Outcome(
        code: process.terminationStatus, crashed: process.terminationReason == .uncaughtSignal,
        bytes: try Data(contentsOf: printed),
        errors: String(decoding: try Data(contentsOf: said), as: UTF8.self))
    }
  }

  static func withFolder<T>(_ body: (URL) throws -> T) throws -> T {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try body(folder)
  }
}
