public import Foundation
internal import GRDB

extension PromptPool {
  /// Longest line that is read, 4 MiB.
  public static let longestImportedLine = 1 << 22

  /// Imports a JSONL file in one transaction: every good line or, after an error or a cancellation,
  /// nothing. Bad lines are skipped and reported; retired exemplars come back.
  ///
  /// - Parameters:
  ///   - pool: the pool's name; by default the file's name without `.jsonl`.
  ///   - progress: called now and then; what it throws ends the import (`CancellationError` as
  ///     ``PromptPoolError/cancelled``). The cancellation of the surrounding task ends it too.
  @discardableResult
  public func importJSONL(
    from url: URL, pool: String? = nil, origin: String? = nil,
    progress: (ImportProgress) throws -> Void = { _ in }
  ) throws(PromptPoolError) -> ImportReport {
    let handle: FileHandle
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder), isFolder.boolValue
    {
      throw .unreadable(path: url.path, reason: "it is a folder")
    }
    do { handle = try FileHandle(forReadingFrom: url) } catch {
      throw .unreadable(path: url.path, reason: error.localizedDescription)
    }
    defer { try? handle.close() }
    let size = try? url.resourceValues(forKeys: [.fileSizeKey]).fileSize
    return try importJSONL(
      reading: handle, named: url.path,
      pool: pool ?? url.deletingPathExtension().lastPathComponent,
      origin: origin ?? url.lastPathComponent, totalBytes: size, progress: progress)
  }

  /// The same for an open file or a pipe, such as standard input.
  @discardableResult
  public func importJSONL(
    reading handle: FileHandle, named name: String = "standard input", pool: String,
    origin: String, totalBytes: Int? = nil, progress: (ImportProgress) throws -> Void = { _ in }
  ) throws(PromptPoolError) -> ImportReport {
    let date = now()
    return try write { db in
      var reader = LineReader(handle, maximumLength: Self.longestImportedLine)
      let decoder = JSONDecoder()
      var report = ImportReport()
      var number = 0
      func tell() throws {
        if Task.isCancelled { throw CancellationError() }
        try progress(
          ImportProgress(
            bytesRead: reader.bytesRead, totalBytes: totalBytes, lines: number,
            added: report.added))
      }
      while let line = try nextLine(&reader, name) {
        number += 1
        switch line {
        case .blank: break
        case .tooLong:
          report.reject(
            number, "the line is longer than \(Self.longestImportedLine / 1_048_576) MiB")
        case .bytes(let bytes):
          switch ExemplarLine.parse(bytes, decoder) {
          case .failure(let rejection): report.reject(number, rejection.reason)
          case .success(let draft):
            switch try insert(draft, pool: pool, origin: origin, at: date, db) {
            case .added: report.added += 1
            case .duplicate: report.duplicates += 1
            }
          }
        }
        if number % 500 == 0 { try tell() }
      }
      try tell()
      return report
    }
  }

  private func nextLine(_ reader: inout LineReader, _ name: String) throws -> LineReader.Line? {
    do { return try reader.next() } catch {
      throw PromptPoolError.unreadable(path: name, reason: error.localizedDescription)
    }
  }
}
