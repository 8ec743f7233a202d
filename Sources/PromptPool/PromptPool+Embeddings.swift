internal import Foundation
internal import GRDB

extension PromptPool {
  /// Stores an embedding for the exemplar's current content and replaces an earlier one.
  ///
  /// - Throws: ``PromptPoolError/invalidEmbedding(exemplar:reason:)`` for an empty vector or a NaN.
  public func store(
    embedding vector: [Float], of exemplarID: Int64, encoder: String
  ) throws(PromptPoolError) {
    try store(embeddings: [(id: exemplarID, vector: vector)], encoder: encoder)
  }

  /// Stores many in one transaction.
  public func store(
    embeddings: [(id: Int64, vector: [Float])], encoder: String
  ) throws(PromptPoolError) {
    try write { db in
      let statement = try db.cachedStatement(
        sql: """
          INSERT OR REPLACE INTO embeddings (exemplarID, encoder, contentHash, dimensions, vector)
          SELECT id, ?, contentHash, ?, ? FROM exemplars WHERE id = ?
          """)
      for (id, vector) in embeddings {
        guard !vector.isEmpty, vector.allSatisfy(\.isFinite) else {
          throw PromptPoolError.invalidEmbedding(
            exemplar: id, reason: vector.isEmpty ? "it is empty" : "a value is not finite")
        }
        let blob = vector.withUnsafeBytes { Data($0) }
        try statement.execute(arguments: [encoder, vector.count, blob, id])
        guard db.changesCount == 1 else { throw PromptPoolError.exemplarNotFound(id) }
      }
    }
  }

  /// Exemplars without an embedding of their current content, by ascending id.
  ///
  /// - Parameter after: only those with a greater id, so that a pass over a large pool need not
  ///   start over.
  public func exemplarsWithoutEmbedding(
    encoder: String, after: Int64 = 0, limit: Int = .max
  ) throws(PromptPoolError) -> [Exemplar] {
    try read { db in
      try Exemplar.fetch(
        db,
        where: """
          id > :after AND retiredAt IS NULL AND NOT EXISTS (
            SELECT 1 FROM embeddings WHERE exemplarID = exemplars.id AND encoder = :encoder
              AND embeddings.contentHash = exemplars.contentHash)
          ORDER BY id LIMIT :limit
          """,
        ["encoder": encoder, "limit": limit, "after": after])
    }
  }

  /// How many exemplars have no embedding of their current content.
  public func countWithoutEmbedding(encoder: String) throws(PromptPoolError) -> Int {
    try read { db in
      try Int.fetchOne(
        db,
        sql: """
          SELECT count(*) FROM exemplars WHERE retiredAt IS NULL AND NOT EXISTS (
            SELECT 1 FROM embeddings WHERE exemplarID = exemplars.id AND encoder = ?
              AND embeddings.contentHash = exemplars.contentHash)
          """,
        arguments: [encoder]) ?? 0
    }
  }

  /// The current embeddings of some exemplars, in their order; exemplars without one, and retired
  /// ones, are left out.
  public func embeddings(
    of ids: [Int64], encoder: String
  ) throws(PromptPoolError) -> [(id: Int64, vector: [Float])] {
    try read { db in
      let statement = try db.cachedStatement(
        sql: """
          SELECT m.vector FROM exemplars e JOIN embeddings m ON m.exemplarID = e.id
            AND m.contentHash = e.contentHash AND m.encoder = ?
          WHERE e.id = ? AND e.retiredAt IS NULL
          """)
      return try ids.compactMap { id in
        guard let blob = try Data.fetchOne(statement, arguments: [encoder, id]) else { return nil }
        let length = blob.count / MemoryLayout<Float>.stride
        let vector = [Float](unsafeUninitializedCapacity: length) { vector, count in
          _ = blob.copyBytes(to: vector)
          count = length
        }
        return (id: id, vector: vector)
      }
    }
  }

  /// The pinned and the muted exemplars, by ascending id.
  public func marks() throws(PromptPoolError) -> (pinned: [Int64], muted: Set<Int64>) {
    try read { db in
      let rows = try Row.fetchAll(
        db,
        sql: """
          SELECT id, isPinned, isMuted FROM exemplars
          WHERE (isPinned OR isMuted) AND retiredAt IS NULL ORDER BY id
          """)
      return (
        rows.filter { $0["isPinned"] }.map { $0["id"] },
        Set(rows.filter { $0["isMuted"] }.map { $0["id"] })
      )
    }
  }

  /// The current embeddings of one encoder; retired exemplars and those whose content has changed
  /// since are left out.
  public func loadEmbeddings(encoder: String) throws(PromptPoolError) -> EmbeddingTable {
    try read { db in
      let cursor = try Row.fetchCursor(
        db,
        sql: """
          SELECT e.id AS id, e.isPinned AS isPinned, e.isMuted AS isMuted, m.vector AS vector
          FROM exemplars e JOIN embeddings m ON m.exemplarID = e.id
            AND m.contentHash = e.contentHash AND m.encoder = ?
          WHERE e.retiredAt IS NULL ORDER BY e.id
          """,
        arguments: [encoder])
      var ids: [Int64] = []
      var vectors: [Float] = []
      var dimensions = 0
      var pinned: [Int] = []
      var muted: Set<Int> = []
      while let row = try cursor.next() {
        let id: Int64 = row["id"]
        let blob: Data = row["vector"]
        let length = blob.count / MemoryLayout<Float>.stride
        if dimensions == 0 { dimensions = length }
        guard length == dimensions, blob.count % MemoryLayout<Float>.stride == 0 else {
          throw PromptPoolError.invalidEmbedding(
            exemplar: id, reason: "it has \(length) numbers, and others have \(dimensions)")
        }
        blob.withUnsafeBytes { bytes in
          for i in 0..<length {
            vectors.append(bytes.loadUnaligned(fromByteOffset: i * 4, as: Float.self))
          }
        }
        if row["isPinned"] { pinned.append(ids.count) }
        if row["isMuted"] { muted.insert(ids.count) }
        ids.append(id)
      }
      return EmbeddingTable(
        ids: ids, vectors: vectors, dimensions: dimensions, pinned: pinned, muted: muted)
    }
  }
}
