import ErrorWording
public import Foundation
internal import GRDB

extension PromptPool {
  /// Databases beside this one that were set aside as damaged, oldest first.
  public var setAsideFiles: [URL] { url.map { Self.filesBeside($0, "corrupt") } ?? [] }

  /// Adds to the pool what can be read of a database that SQLite rejects: the pages are read one by
  /// one, and the intact ones give their rows. What the pool already has stays as it is, and
  /// repeating the recovery changes nothing.
  ///
  /// Embeddings are computed again. Removed exemplars stay removed.
  ///
  /// - Throws: ``PromptPoolError/unreadable(path:reason:)``.
  public func recover(from file: URL) throws(PromptPoolError) -> RecoveryReport {
    let pages: DatabasePages
    do { pages = try DatabasePages(file) } catch {
      throw .unreadable(path: file.path, reason: ErrorWording.reason(error))
    }
    var carver = RowCarver(pages)
    var rows = RecoveredRows()
    carver.forEachRow { rows.take($0) }
    let (found, damagedPages) = (rows, carver.damagedPages)
    return try write { db in
      var report = RecoveryReport()
      report.damagedPages = damagedPages
      let ids = try Self.store(found.exemplars, &report, db)
      try Self.store(found.versions, ids, &report, db)
      try Self.storeSuggestions(found, ids, &report, db)
      try Self.store(found.matchers, &report, db)
      return report
    }
  }

  /// - Returns: a map from numbers in the damaged database to numbers here.
  private static func store(
    _ found: [Int64: RecoveredRows.StoredExemplar], _ report: inout RecoveryReport, _ db: Database
  ) throws -> [Int64: Int64] {
    var ids: [Int64: Int64] = [:]
    for (id, stored) in found.sorted(by: { $0.key < $1.key }) {
      let exemplar = stored.exemplar
      let known = try Int64.fetchOne(
        db, sql: "SELECT id FROM exemplars WHERE contentHash = ?",
        arguments: [exemplar.contentHash])
      if let known {
        report.alreadyThere += 1
        ids[id] = known
        try db.execute(
          sql: """
            UPDATE exemplars SET isPinned = isPinned OR ?, isMuted = isMuted OR ?
            WHERE id = ? AND (isPinned < ? OR isMuted < ?)
            """,
          arguments: [
            exemplar.isPinned, exemplar.isMuted, known, exemplar.isPinned, exemplar.isMuted,
          ])
        continue
      }
      let isTaken =
        try Bool.fetchOne(
          db, sql: "SELECT EXISTS (SELECT 1 FROM exemplars WHERE id = ?)", arguments: [id]) ?? false
      try db.execute(
        sql: """
          INSERT INTO exemplars (id, instruction, input, output, tags, language, origin, pool,
            contentHash, version, createdAt, updatedAt, retiredAt, isPinned, isMuted, retiredBecause)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
          """,
        arguments: [
          isTaken ? nil : id, exemplar.instruction, exemplar.input, exemplar.output,
          encodeTags(exemplar.tags), exemplar.language, exemplar.origin, exemplar.pool,
          exemplar.contentHash, exemplar.version, exemplar.createdAt.timeIntervalSince1970,
          exemplar.updatedAt.timeIntervalSince1970, exemplar.retiredAt?.timeIntervalSince1970,
          exemplar.isPinned, exemplar.isMuted, stored.retiredBecause,
        ])
      ids[id] = db.lastInsertedRowID
      try sign(db.lastInsertedRowID, TextSignature(exemplar.draft), db)
      report.exemplars += 1
    }
    return ids
  }

  private static func store(
    _ versions: [RecoveredRows.Version], _ ids: [Int64: Int64], _ report: inout RecoveryReport,
    _ db: Database
  ) throws {
    for version in versions {
      guard let id = ids[version.exemplarID] else { continue }
      try db.execute(
        sql:
          "INSERT INTO exemplarVersions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        arguments: [
          id, version.version, version.draft.instruction, version.draft.input, version.draft.output,
          encodeTags(version.draft.tags), version.draft.language, version.contentHash,
          version.updatedAt,
        ])
      report.versions += db.changesCount
    }
  }

  private static func storeSuggestions(
    _ found: RecoveredRows, _ ids: [Int64: Int64], _ report: inout RecoveryReport, _ db: Database
  ) throws {
    var added: Set<String> = []
    for (id, var suggestion) in found.suggestions.sorted(by: { $0.key < $1.key }) {
      // The places of exemplars that are lost are left out.
      suggestion.draws = (found.shots[id] ?? [:]).sorted { $0.key < $1.key }.compactMap {
        guard let exemplar = ids[$0.value.exemplar] else { return nil }
        var draw = $0.value
        draw.exemplar = exemplar
        return draw
      }
      if try store(suggestion, db) { added.insert(id) }
    }
    report.suggestions = added.count
    for (_, feedback) in found.feedback.sorted(by: { $0.key < $1.key })
    where added.contains(feedback.suggestionID) {
      _ = try store(feedback, db)
      report.feedback += 1
    }
  }

  /// None of them is put into service: the pool has changed, and the user decides.
  private static func store(
    _ matchers: [Int64: MatcherVersion], _ report: inout RecoveryReport, _ db: Database
  ) throws {
    for (_, matcher) in matchers.sorted(by: { $0.key < $1.key }) {
      try db.execute(
        sql: """
          INSERT INTO matcherVersions (parameters, encoder, createdAt, note)
          SELECT :parameters, :encoder, :createdAt, :note WHERE NOT EXISTS (
            SELECT 1 FROM matcherVersions WHERE parameters = :parameters AND createdAt = :createdAt)
          """,
        arguments: [
          "parameters": matcher.parameters, "encoder": matcher.encoder,
          "createdAt": matcher.createdAt.timeIntervalSince1970, "note": matcher.note,
        ])
      report.matchers += db.changesCount
    }
  }
}
