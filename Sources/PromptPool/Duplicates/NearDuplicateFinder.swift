internal import GRDB

/// Finds near duplicates of a batch of new exemplars, in the pool and within the batch.
///
/// The pool's signatures are read once a batch and not kept, so memory does not grow with the pool.
struct NearDuplicateFinder {
  private var earlier: [UInt64: [Int64]] = [:]

  /// - Parameter batch: signatures of what may be added.
  init(_ batch: [TextSignature], _ db: Database) throws {
    if batch.isEmpty { return }
    var wanted: Set<UInt64> = []
    wanted.reserveCapacity(batch.count * TextSignature.bandCount)
    for signature in batch { Self.forEachKey(of: signature) { wanted.insert($0) } }
    let rows = try Row.fetchCursor(
      db, sql: "SELECT exemplarID, bandsLow, bandsHigh FROM exemplarSignatures")
    while let row = try rows.next() {
      let id: Int64 = row[0]
      Self.forEachKey(of: TextSignature(low: row[1], high: row[2])) { key in
        if wanted.contains(key) { earlier[key, default: []].append(id) }
      }
    }
  }

  /// The exemplar that is nearly the same, the oldest first; nil when there is none.
  func match(
    for draft: ExemplarDraft, _ signature: TextSignature, _ db: Database
  ) throws -> (id: Int64, similarity: Double)? {
    var candidates: Set<Int64> = []
    Self.forEachKey(of: signature) { key in
      // Templates can share a band with thousands; a few tell.
      for id in (earlier[key] ?? []).prefix(16) { candidates.insert(id) }
    }
    for id in candidates.sorted() {
      let found = try Exemplar.fetch(db, where: "id = :id AND retiredAt IS NULL", ["id": id]).first
      guard let found else { continue }
      let similarity = similarity(draft, found.draft)
      if similarity >= nearDuplicateSimilarity { return (id, similarity) }
    }
    return nil
  }

  mutating func insert(_ id: Int64, _ signature: TextSignature) {
    Self.forEachKey(of: signature) { earlier[$0, default: []].append(id) }
  }

  private static func forEachKey(of signature: TextSignature, _ body: (UInt64) -> Void) {
    let keys = signature.keys
    body(keys.0)
    body(keys.1)
    body(keys.2)
    body(keys.3)
  }
}
