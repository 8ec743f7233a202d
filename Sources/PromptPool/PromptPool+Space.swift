internal import Foundation
internal import GRDB

extension PoolStatistics {
  /// What takes up space on disk.
  public struct Space: Sendable, Codable, Hashable {
    /// A name for the user.
    public let what: String
    public let bytes: Int
  }
}

extension PromptPool {
  /// The parts of the database and the files beside it, largest first. This reads the whole
  /// database.
  public func space() throws(PromptPoolError) -> [PoolStatistics.Space] {
    var bytes = try read { db in
      var bytes: [String: Int] = [:]
      let rows = try Row.fetchCursor(
        db,
        sql: """
          SELECT coalesce(tbl_name, dbstat.name), sum(pgsize) FROM dbstat
          LEFT JOIN sqlite_master ON sqlite_master.name = dbstat.name GROUP BY 1
          """)
      while let row = try rows.next() { bytes[Self.part(row[0]), default: 0] += row[1] }
      let free = try Int.fetchOne(db, sql: "PRAGMA freelist_count") ?? 0
      bytes["free pages"] = free * (try Int.fetchOne(db, sql: "PRAGMA page_size") ?? 0)
      return bytes
    }
    if let url {
      let folder = url.deletingLastPathComponent()
      for name in (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
      where name.hasPrefix(url.lastPathComponent + "-") && !name.hasSuffix("-shm") {
        let size = try? FileManager.default.attributesOfItem(
          atPath: folder.appending(path: name).path)[.size]
        let rest = name.dropFirst(url.lastPathComponent.count + 1)
        let what =
          rest == "wal" ? "write-ahead log" : rest.hasPrefix("vectors-") ? "vector files" : "copies"
        bytes[what, default: 0] += (size as? NSNumber)?.intValue ?? 0
      }
    }
    return bytes.filter { $0.value > 0 }.map { .init(what: $0.key, bytes: $0.value) }
      .sorted { ($1.bytes, $0.what) < ($0.bytes, $1.what) }
  }

  private static func part(_ table: String) -> String {
    switch table {
    case "exemplars": "exemplars"
    case "exemplarVersions": "earlier versions"
    case "embeddings": "embeddings"
    case "exemplarSignatures": "signatures for near duplicates"
    case "suggestions", "shots", "feedback", "harvest": "suggestions and feedback"
    case "matcherVersions": "matching networks"
    case _ where table.hasPrefix("exemplarText"): "full-text index"
    default: "other tables"
    }
  }
}
