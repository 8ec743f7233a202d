import ErrorWording
public import Foundation
internal import GRDB

extension PromptPool {
  /// Longest record that is read, 4 MiB.
  public static let longestImportedLine = 1 << 22

  /// Imports a file of exemplars. Bad records are skipped and reported; retired exemplars come
  /// back; what the pool has already changes nothing.
  ///
  /// It is stored batch by batch, so that others can write in between and an import that was cut
  /// off goes on where it is repeated; a strict one is stored as a whole or not at all.
  ///
  /// - Parameters:
  ///   - pool: the pool's name; by default the file's name without its extension.
  ///   - progress: called now and then; what it throws ends the import (`CancellationError` as
  ///     ``PromptPoolError/cancelled``). The cancellation of the surrounding task ends it too.
  /// - Throws: ``PromptPoolError/unreadable(path:reason:)``,
  ///   ``PromptPoolError/unknownFormat(path:)``, ``PromptPoolError/invalidPoolName(_:reason:)``.
  @discardableResult
  public func importFile(
    _ url: URL, options: ImportOptions = ImportOptions(), pool: String? = nil,
    origin: String? = nil, progress: (ImportProgress) throws -> Void = { _ in }
  ) throws(PromptPoolError) -> ImportReport {
    let pool = pool ?? url.deletingPathExtension().lastPathComponent
    try PoolName.require(pool)
    let handle = try Self.open(url)
    defer { try? handle.close() }
    let size = try? url.resourceValues(forKeys: [.fileSizeKey]).fileSize
    return try importFile(
      reading: handle, named: url.path, options: options, pool: pool,
      origin: origin ?? url.lastPathComponent, totalBytes: size, progress: progress)
  }

  /// The same for an open file or a pipe, such as standard input.
  @discardableResult
  public func importFile(
    reading handle: FileHandle, named name: String = "standard input",
    options: ImportOptions = ImportOptions(), pool: String, origin: String,
    totalBytes: Int? = nil, progress: (ImportProgress) throws -> Void = { _ in }
  ) throws(PromptPoolError) -> ImportReport {
    try PoolName.require(pool)
    let source: ByteReader
    do { source = try ByteReader(handle) } catch {
      throw .unreadable(path: name, reason: ErrorWording.reason(error))
    }
    var run = try ImportRun(
      source, name: name, options: options, pool: pool, origin: origin, date: now(),
      existing: try count())
    func tell() throws {
      if Task.isCancelled { throw CancellationError() }
      try progress(run.progress(of: totalBytes))
    }
    func nextBatch() throws -> [PreparedRecord]? {
      do { return try run.nextBatch() } catch {
        throw PromptPoolError.unreadable(path: name, reason: ErrorWording.reason(error))
      }
    }
    do {
      try keepMorePages(true)
      let checkpoint = url.map(BackgroundCheckpoint.init)
      defer {
        checkpoint?.end()
        try? keepMorePages(false, wasWrittenTo: run.report.added >= options.smallestBatch)
      }
      if options.isStrict {
        try writer.write { db in
          while let batch = try nextBatch() {
            try run.store(batch, db)
            try tell()
          }
          if run.report.rejectedCount > 0 { throw StrictRefusal() }
        }
      } else {
        while let batch = try nextBatch() {
          try write { try run.store(batch, $0) }
          if run.report.added >= Self.checkpointedFrom { checkpoint?.begin() }
          try tell()
        }
      }
    } catch is StrictRefusal {
      run.refuse()
    } catch {
      throw failure(error)
    }
    return run.report
  }

  /// Pages that an import goes through again and again stay in memory, and reach the database from
  /// its log less often; without, each is read and written several times in a transaction. The
  /// writer itself does so only when the log has grown to 256 MiB.
  ///
  /// - Parameter wasWrittenTo: whether the log may have grown large.
  private func keepMorePages(_ isImporting: Bool, wasWrittenTo: Bool = false) throws {
    try writer.writeWithoutTransaction { db in
      try db.execute(sql: "PRAGMA cache_size = \(isImporting ? -65_536 : -2000)")
      try db.execute(sql: "PRAGMA wal_autocheckpoint = \(isImporting ? 65_536 : 1000)")
      guard !isImporting else { return }
      try db.execute(sql: "PRAGMA shrink_memory")
      if wasWrittenTo { try db.execute(sql: "PRAGMA wal_checkpoint(PASSIVE)") }
    }
  }

  /// Exemplars, before which the log is small.
  private static let checkpointedFrom = 1 << 14

  private static func open(_ url: URL) throws(PromptPoolError) -> FileHandle {
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder), isFolder.boolValue
    {
      throw .unreadable(path: url.path, reason: "it is a folder")
    }
    // A device such as /dev/zero never ends; a pipe does.
    var status = stat()
    if stat(url.path, &status) == 0, [S_IFBLK, S_IFCHR].contains(status.st_mode & S_IFMT) {
      throw .unreadable(path: url.path, reason: "it is a device")
    }
    do { return try FileHandle(forReadingFrom: url) } catch {
      throw .unreadable(path: url.path, reason: ErrorWording.reason(error))
    }
  }
}

private struct StrictRefusal: Error {}
