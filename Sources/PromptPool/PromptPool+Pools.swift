internal import GRDB

extension PromptPool {
  /// The numbers of a pool's live exemplars.
  public func ids(pool: String) throws(PromptPoolError) -> [Int64] {
    try read { db in
      try Int64.fetchAll(
        db, sql: "SELECT id FROM exemplars WHERE pool = ? AND retiredAt IS NULL", arguments: [pool])
    }
  }

  /// - Throws: ``PromptPoolError/poolNotFound(_:known:)`` for a pool without exemplars.
  public func requirePool(_ name: String) throws(PromptPoolError) {
    let known = try statistics().pools.map(\.name)
    guard known.contains(name) else { throw .poolNotFound(name, known: known) }
  }

  /// Moves all exemplars of a pool to another, which is created if it does not exist.
  ///
  /// - Returns: the number of moved exemplars.
  /// - Throws: ``PromptPoolError/invalidPoolName(_:reason:)``.
  @discardableResult
  public func merge(pool: String, into target: String) throws(PromptPoolError) -> Int {
    try PoolName.require(target)
    return try write { db in
      try db.execute(
        sql: "UPDATE exemplars SET pool = ? WHERE pool = ?", arguments: [target, pool])
      return db.changesCount
    }
  }

  /// Moves the exemplars with a tag out of a pool into another.
  ///
  /// - Returns: the number of moved exemplars.
  /// - Throws: ``PromptPoolError/invalidPoolName(_:reason:)``.
  @discardableResult
  public func split(
    pool: String, tag: String, into target: String
  ) throws(PromptPoolError) -> Int {
    try PoolName.require(target)
    return try write { db in
      try db.execute(
        sql: """
          UPDATE exemplars SET pool = ? WHERE pool = ?
            AND EXISTS (SELECT 1 FROM json_each(tags) WHERE value = ?)
          """,
        arguments: [target, pool, tag])
      return db.changesCount
    }
  }
}

extension PromptPool {
  /// The instructions of each pool: of a large one the newest, which show how people write them now.
  ///
  /// - Parameter most: of one pool.
  package func instructionsByPool(most: Int = 100) throws(PromptPoolError) -> [[String]] {
    try read { db in
      let pools = try String.fetchAll(db, sql: "SELECT DISTINCT pool FROM exemplars")
      return try pools.map { pool in
        try String.fetchAll(
          db,
          sql: """
            SELECT substr(instruction, 1, 80) FROM exemplars WHERE pool = ? AND NOT isMuted AND retiredAt IS NULL
            ORDER BY id DESC LIMIT ?
            """, arguments: [pool, most])
      }
    }
  }
}
