internal import GRDB

/// Identifies the state of what can be matched. Equal revisions have the same exemplars, marks,
/// vectors and network.
public struct PoolRevision: Sendable, Hashable {
  fileprivate let newest: Int64
  fileprivate let changes: Int64
  fileprivate let marks: String
  fileprivate let served: Double
}

extension PromptPool {
  /// Cheap enough to read once per second, so that a process notices what others have written.
  public func revision() throws(PromptPoolError) -> PoolRevision {
    try read { db in
      let row = try Row.fetchOne(
        db,
        sql: """
          SELECT coalesce((SELECT max(id) FROM exemplars), 0), (SELECT changes FROM vectorState),
            coalesce((SELECT group_concat(id || iif(isPinned, 'p', '') || iif(isMuted, 'm', ''))
              FROM exemplars WHERE isPinned OR isMuted), ''),
            coalesce((SELECT max(servedSince) FROM matcherVersions), 0)
          """)
      guard let row else { throw DatabaseError(message: "a table is empty") }
      return PoolRevision(newest: row[0], changes: row[1], marks: row[2], served: row[3])
    }
  }
}
