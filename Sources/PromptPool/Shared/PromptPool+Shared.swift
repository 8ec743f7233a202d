import ErrorWording
public import Foundation
internal import GRDB

extension PromptPool {
  /// Makes the pool hold what a folder's `*.jsonl` files hold: what is new is added, what is in no
  /// file any more is retired, and comes back with it. What a person removed stays removed. Files
  /// that did not change are not read.
  public func readSharedPools(in folder: URL) throws(PromptPoolError) -> SharedPoolReport {
    var report = SharedPoolReport()
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    let names = files.filter { $0.hasSuffix(".jsonl") && !$0.hasPrefix(".") }.sorted()
    for name in names {
      do throws(PromptPoolError) {
        try readShared(folder.appending(path: name), name, &report)
      } catch .unreadable(let path, let reason) {
        report.problems.append(PromptPoolError.unreadable(path: path, reason: reason).description)
      }
    }
    let date = now().timeIntervalSince1970
    report.retired += try write { db in
      let known = try String.fetchAll(db, sql: "SELECT name FROM sharedFiles")
      var retired = 0
      for name in known where !names.contains(name) {
        retired += try dropShared("file = ?", [name], at: date, db)
        try db.execute(sql: "DELETE FROM sharedFiles WHERE name = ?", arguments: [name])
      }
      return retired
    }
    return report
  }

  private func readShared(
    _ url: URL, _ name: String, _ report: inout SharedPoolReport
  ) throws(PromptPoolError) {
    guard let fingerprint = fileFingerprint(url.path),
      let handle = FileHandle(forReadingAtPath: url.path)
    else { throw .unreadable(path: url.path, reason: String(cString: strerror(errno))) }
    defer { try? handle.close() }
    let date = now()
    do {
      let source = try ByteReader(handle)
      var run = SharedRun(name: name)
      try writer.write { db in
        let known = try Row.fetchOne(
          db, sql: "SELECT fingerprint, generation FROM sharedFiles WHERE name = ?",
          arguments: [name])
        if let known, known[0] == fingerprint { return }
        run.generation = (known?[1] ?? 0) + 1
        try db.execute(
          sql: "INSERT INTO sharedFiles VALUES (?, ?, ?) ON CONFLICT (name) DO UPDATE SET "
            + "fingerprint = excluded.fingerprint, generation = excluded.generation",
          arguments: [name, fingerprint, run.generation])
        var reader = JSONLinesReader(source)
        let insertion = try ExemplarInsertion(
          pool: url.deletingPathExtension().lastPathComponent, origin: name, at: date, db)
        while let raw = try reader.next() { try run.take(raw, insertion, db) }
        try run.index.end(db)
        run.report.retired += try dropShared(
          "file = ? AND generation < ?", [name, run.generation], at: date.timeIntervalSince1970, db)
      }
      report.added += run.report.added
      report.retired += run.report.retired
      report.problems += run.report.problems
    } catch let error as CocoaError {
      throw .unreadable(path: url.path, reason: ErrorWording.reason(error))
    } catch {
      throw failure(error)
    }
  }

  /// Forgets that files hold some exemplars, and retires those that no other file holds.
  private func dropShared(
    _ condition: String, _ arguments: StatementArguments, at date: Double, _ db: Database
  ) throws -> Int {
    let ids = try Int64.fetchAll(
      db, sql: "SELECT exemplarID FROM sharedExemplars WHERE \(condition)", arguments: arguments)
    try db.execute(sql: "DELETE FROM sharedExemplars WHERE \(condition)", arguments: arguments)
    var retired = 0
    for id in ids {
      try db.execute(
        sql: """
          UPDATE exemplars SET retiredAt = ?, retiredBecause = 'not shared any more'
          WHERE id = ? AND retiredAt IS NULL
            AND NOT EXISTS (SELECT 1 FROM sharedExemplars WHERE exemplarID = exemplars.id)
          """,
        arguments: [date, id])
      retired += db.changesCount
    }
    return retired
  }

  /// Writes a pool to `NAME.jsonl` in a folder, together with what the file holds already, a line
  /// an exemplar.
  ///
  /// Lines are sorted by content hash, so that the additions of two people fall between different
  /// lines; and `.gitattributes` tells Git to keep both sides where they do not.
  ///
  /// - Returns: the file.
  /// - Throws: ``PromptPoolError/poolNotFound(_:known:)`` for a pool without exemplars;
  ///   ``PromptPoolError/invalidPoolName(_:reason:)`` for a name that cannot be a file's.
  @discardableResult
  public func share(pool: String, to folder: URL) throws(PromptPoolError) -> URL {
    try requirePool(pool)
    try PoolName.require(pool)
    let file = folder.appending(path: pool + ".jsonl")
    let exemplars = try exemplars(pool: pool)
    var lines: [String: String] = [:]
    for exemplar in exemplars { lines[exemplar.contentHash] = exemplar.jsonLine }
    do {
      if let handle = FileHandle(forReadingAtPath: file.path) {
        defer { try? handle.close() }
        var reader = JSONLinesReader(try ByteReader(handle))
        while let raw = try reader.next() {
          let record = PreparedRecord(raw, number: 0, shape: .pair, allowsSecrets: true)
          guard case .success(let content) = record.result else { continue }
          lines[content.hash] = lines[content.hash] ?? content.draft.jsonLine
        }
      }
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      let attributes = folder.appending(path: ".gitattributes")
      if !FileManager.default.fileExists(atPath: attributes.path) {
        try Data("*.jsonl merge=union\n".utf8).write(to: attributes)
      }
      let text = lines.sorted { $0.key < $1.key }.map { $0.value + "\n" }.joined()
      try Data(text.utf8).write(to: file, options: .atomic)
    } catch {
      throw .cannotCreate(path: file.path, reason: ErrorWording.reason(error))
    }
    return file
  }
}

/// Tells whether a file is still the same, without reading it; nil when there is none.
package func fileFingerprint(_ path: String) -> String? {
  var status = stat()
  guard stat(path, &status) == 0 else { return nil }
  #if canImport(Darwin)
    let time = status.st_mtimespec
  #else
    let time = status.st_mtim
  #endif
  return "\(status.st_ino) \(status.st_size) \(time.tv_sec) \(time.tv_nsec)"
}

/// One shared file that is being read.
private struct SharedRun {
  let name: String
  var generation = 0
  var report = SharedPoolReport()
  var index = TextIndexFilling()

  mutating func take(_ raw: RawRecord, _ insertion: ExemplarInsertion, _ db: Database) throws {
    let record = PreparedRecord(raw, number: 0, shape: nil, allowsSecrets: false)
    switch record.result {
    case .failure(let mismatch):
      report.problems.append("\(name), line \(raw.line) is skipped: \(mismatch.reason)")
    case .success(let content):
      let known = try Int64.fetchOne(
        db, sql: "SELECT exemplarID FROM sharedExemplars WHERE file = ? AND contentHash = ?",
        arguments: [name, content.hash])
      // An exemplar that was edited here keeps its place: the file's line is known by its own hash.
      guard let id = try known ?? add(content, insertion, db) else { return }
      try db.execute(
        sql: "INSERT OR REPLACE INTO sharedExemplars VALUES (?, ?, ?, ?)",
        arguments: [name, content.hash, id, generation])
    }
  }

  private mutating func add(
    _ content: PreparedRecord.Content, _ insertion: ExemplarInsertion, _ db: Database
  ) throws -> Int64? {
    let found = try Row.fetchOne(
      db, sql: "SELECT id FROM exemplars WHERE contentHash = ? AND retiredBecause = 'removed'",
      arguments: [content.hash])
    if let found { return found[0] }
    if try PromptPool.wasTakenOut(content.hash, db) { return nil }
    switch try insertion.store(content, willInsert: { try index.begin(db) }) {
    case .duplicate(let id): return id
    case .added(let id):
      report.added += 1
      return id
    }
  }
}
