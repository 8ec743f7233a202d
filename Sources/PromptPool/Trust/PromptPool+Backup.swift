public import Foundation
internal import GRDB

extension PromptPool {
  /// Writes a copy of the database, even while others use it (`VACUUM INTO`).
  ///
  /// - Throws: ``PromptPoolError/cannotCreate(path:reason:)`` if the file exists.
  public func backUp(to file: URL) throws(PromptPoolError) {
    do { try Self.copy(writer, to: file) } catch { throw PromptPoolError(error, path: file.path) }
  }

  /// Replaces this pool's content with that of a backup; other programs that have the pool open see
  /// it too. The earlier content is first saved beside it.
  ///
  /// - Returns: the file with the earlier content; nil for a database in memory.
  /// - Throws: ``PromptPoolError/corrupt(path:)`` or `newerVersion` for a file that cannot be used;
  ///   the pool then stays as it is.
  @discardableResult
  public func restoreBackup(from file: URL) throws(PromptPoolError) -> URL? {
    do {
      guard FileManager.default.fileExists(atPath: file.path) else {
        throw PromptPoolError.unreadable(path: file.path, reason: "there is no such file")
      }
      var configuration = Configuration()
      configuration.readonly = true
      let source = try DatabaseQueue(path: file.path, configuration: configuration)
      try source.read { db in
        let check = try String.fetchOne(db, sql: "PRAGMA integrity_check(1)")
        let applied = try migrator.appliedIdentifiers(db)
        guard check == "ok", applied.contains("001-exemplars") else {
          throw PromptPoolError.corrupt(path: file.path)
        }
        guard try !migrator.hasBeenSuperseded(db) else {
          throw PromptPoolError.newerVersion(path: file.path)
        }
      }
      let kept = try keepCopy("before-restore")
      try source.backup(to: writer)
      try migrator.migrate(writer)
      try write { db in
        try db.execute(sql: "UPDATE vectorState SET changes = changes + 1")
        // Teams may have been told more since.
        try db.execute(sql: "UPDATE teamRemotes SET outcomesSeen = NULL")
        try Self.noteErasure(db)
      }
      return kept
    } catch {
      throw PromptPoolError(error, path: file.path)
    }
  }

  private func keepCopy(_ why: String) throws -> URL? {
    guard let url else { return nil }
    let copy = Self.backupPlace(of: url, why, at: now())
    try Self.copy(writer, to: copy)
    return copy
  }

  static func backupPlace(of url: URL, _ why: String, at date: Date) -> URL {
    let time = date.formatted(
      .iso8601.year().month().day().time(includingFractionalSeconds: true)
        .timeSeparator(.omitted).dateSeparator(.omitted))
    return URL(filePath: "\(url.path)-\(why)-\(time)")
  }

  static func copy(_ writer: any DatabaseReader, to file: URL) throws {
    guard !FileManager.default.fileExists(atPath: file.path) else {
      throw PromptPoolError.cannotCreate(path: file.path, reason: "there is such a file already")
    }
    // Created first, so that others can never read it; renamed last, so that a file with this name
    // is complete.
    let part = file.path + ".part"
    try? FileManager.default.removeItem(atPath: part)
    guard
      FileManager.default.createFile(
        atPath: part, contents: nil, attributes: [.posixPermissions: 0o600])
    else { throw PromptPoolError.readOnly(path: file.path) }
    do {
      try writer.unsafeRead { db in
        try db.execute(sql: "VACUUM INTO ?", arguments: [part])
      }
      try FileManager.default.moveItem(atPath: part, toPath: file.path)
    } catch {
      try? FileManager.default.removeItem(atPath: part)
      throw error
    }
  }
}
