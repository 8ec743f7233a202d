import ErrorWording
import Foundation
import WorkspaceRules

/// Runs a program without a shell and reads its output as it comes, on the thread that asks.
struct Program: Sendable {
  let executable: URL
  let environment: [String: String]

  /// A program by its name, looked for in `PATH`.
  init?(named name: String, environment: [String: String]) {
    let folders = (environment["PATH"] ?? "").split(separator: ":").filter { $0.hasPrefix("/") }
    let found = folders.map { "\($0)/\(name)" }.first { path in
      var isFolder: ObjCBool = false
      return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
        && !isFolder.boolValue && FileManager.default.isExecutableFile(atPath: path)
    }
    guard let found else { return nil }
    executable = URL(filePath: found)
    self.environment = environment
  }

  /// How a program ended.
  struct Ending: Sendable {
    var status: Int32
    /// The end of what it wrote to standard error.
    var message: String
    /// Whether the reader had enough before the end.
    var isStopped: Bool
  }

  /// Runs the program to its end, or until the reader has had enough.
  ///
  /// - Parameters:
  ///   - input: what it reads; from a file, so that no pipe can fill up.
  ///   - body: gets the output piece by piece; false stops the program.
  func run(
    _ arguments: [String], in folder: URL, input: [UInt8] = [],
    _ body: (ArraySlice<UInt8>) throws(MiningError) -> Bool
  ) throws(MiningError) -> Ending {
    let name = executable.lastPathComponent
    // Foundation keeps a process for good that could not be started, and what it holds open.
    guard BytePath(folder.path(percentEncoded: false)).kindOfTarget == .folder else {
      throw .program(
        name: name, reason: "the folder \(folder.path(percentEncoded: false)) is not there")
    }
    guard let source = scratchFile(holding: input), let errors = scratchFile(holding: []) else {
      throw .program(name: name, reason: "no temporary file can be written")
    }
    defer {
      try? source.close()
      try? errors.close()
    }
    let output = Pipe()
    let process = Process()
    process.executableURL = executable
    process.arguments = arguments
    process.environment = environment
    process.currentDirectoryURL = folder
    process.standardInput = source
    process.standardOutput = output
    process.standardError = errors
    let ended = DispatchSemaphore(value: 0)
    process.terminationHandler = { _ in ended.signal() }
    do { try process.run() } catch {
      try? output.fileHandleForReading.close()
      try? output.fileHandleForWriting.close()
      throw .program(name: name, reason: ErrorWording.reason(error))
    }
    try? output.fileHandleForWriting.close()
    var isStopped = false
    var failure: MiningError?
    while let piece = try? output.fileHandleForReading.read(upToCount: 1 << 16), !piece.isEmpty {
      do throws(MiningError) {
        if try body(ArraySlice(piece)) { continue }
        isStopped = true
      } catch {
        failure = error
      }
      process.terminate()
      break
    }
    try? output.fileHandleForReading.close()
    if ended.wait(timeout: .now() + 10) == .timedOut {
      kill(process.processIdentifier, SIGKILL)
      ended.wait()
    }
    // It has ended; without this, the thread's run loop keeps two kilobytes of it for good.
    process.waitUntilExit()
    if let failure { throw failure }
    try? errors.seek(toOffset: 0)
    let message = (try? errors.read(upToCount: 4096)) ?? Data()
    return Ending(
      status: process.terminationStatus, message: String(decoding: message, as: UTF8.self),
      isStopped: isStopped)
  }

  /// A file without a name, at its start.
  private func scratchFile(holding bytes: [UInt8]) -> FileHandle? {
    let path = FileManager.default.temporaryDirectory.appending(path: "pillow-\(UUID().uuidString)")
      .path(percentEncoded: false)
    let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { return nil }
    unlink(path)
    let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    guard !bytes.isEmpty else { return handle }
    do {
      try handle.write(contentsOf: Data(bytes))
      try handle.seek(toOffset: 0)
    } catch {
      return nil
    }
    return handle
  }
}

/// Cuts a stream of bytes at a delimiter, wherever its pieces end.
struct StreamCutter {
  private let delimiter: UInt8
  /// Longer tokens are cut to this, so that one cannot take all memory.
  private let longest: Int
  private var rest: [UInt8] = []

  init(at delimiter: UInt8, longest: Int = 4 << 20) {
    self.delimiter = delimiter
    self.longest = longest
  }

  /// Calls back with each token that is complete.
  mutating func take<E: Error>(
    _ piece: ArraySlice<UInt8>, _ body: (ArraySlice<UInt8>) throws(E) -> Void
  ) throws(E) {
    var piece = piece
    while let end = piece.firstIndex(of: delimiter) {
      let token = piece[..<end]
      piece = piece[(end + 1)...]
      if rest.isEmpty {
        try body(token.prefix(longest))
      } else {
        keep(token)
        let whole = rest
        rest = []
        try body(whole[...])
      }
    }
    keep(piece)
  }

  /// Calls back with what stands after the last delimiter.
  mutating func end<E: Error>(_ body: (ArraySlice<UInt8>) throws(E) -> Void) throws(E) {
    let whole = rest
    rest = []
    if !whole.isEmpty { try body(whole[...]) }
  }

  private mutating func keep(_ bytes: ArraySlice<UInt8>) {
    rest += bytes.prefix(max(0, longest - rest.count))
  }
}
