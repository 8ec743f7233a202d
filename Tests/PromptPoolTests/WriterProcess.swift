import Foundation
import Testing

/// The program `PoolWriter` at work on a database.
final class WriterProcess {
  private let process = Process()
  private let output = Pipe()
  private let errors = Pipe()

  init(_ arguments: [String]) throws {
    let bundle = URL(filePath: CommandLine.arguments[0])
    process.executableURL = bundle.deletingLastPathComponent().appending(path: "PoolWriter")
    process.arguments = arguments
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = errors
    try process.run()
  }

  /// Kills it after a while and returns the lines that it wrote whole.
  func kill(after seconds: Double) throws -> [String] {
    // This pause is no wait for a result: it is the random moment.
    usleep(UInt32(seconds * 1e6))
    Foundation.kill(process.processIdentifier, SIGKILL)
    return try finish().lines
  }

  /// Waits for its end.
  func finish() throws -> (lines: [String], errors: String, code: Int32) {
    let data = try output.fileHandleForReading.readToEnd() ?? Data()
    let said = try errors.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    let whole = data.prefix(through: data.lastIndex(of: 0x0A) ?? data.startIndex - 1)
    let lines = String(decoding: whole, as: UTF8.self).split(separator: "\n").map(String.init)
    return (lines, String(decoding: said, as: UTF8.self), process.terminationStatus)
  }
}

struct Generator: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state ^ state >> 29
  }
}
