internal import Foundation
internal import GRDB

extension PromptPool {
  /// Stores an embedding for the exemplar's present content, in place of an earlier one.
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

  /// Exemplars without an embedding of their present content, by ascending id.
  public func exemplarsWithoutEmbedding(
    encoder: String, limit: Int = .max
  ) throws(PromptPoolError) -> [Exemplar] {
    try read { db in
      try Exemplar.fetch(
        db,
        where: """
          retiredAt IS NULL AND NOT EXISTS (
            SELECT 1 FROM embeddings WHERE exemplarID = exemplars.id AND encoder = :encoder
              AND embeddings.contentHash = exemplars.contentHash)
          ORDER BY id LIMIT :limit
          """,
        ["encoder": encoder, "limit": limit])
    }
  }

  /// The current embeddings of one encoder; retired exemplars and those whose content has changed since
  /// are left out.
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
