internal import Foundation
internal import GRDB

extension PromptPool {
  /// Exemplars that contain any of the text's words (prefixes count), best first by BM25; in a
  /// large pool common words count only if there are no others.
  public func search(_ text: String, limit: Int = 20) throws(PromptPoolError) -> [Exemplar] {
    try search(text, near: [], filter: ExemplarFilter(), limit: limit).map(\.exemplar)
  }

  /// Searches by words, and by meaning if neighbours are given, and merges the two by reciprocal
  /// rank fusion (Cormack, Clarke, Büttcher, SIGIR 2009; k = 60).
  ///
  /// - Parameters:
  ///   - near: ids of the nearest exemplars by embedding, best first.
  public func search(
    _ text: String, near: [Int64], filter: ExemplarFilter, limit: Int = 20
  ) throws(PromptPoolError) -> [SearchResult] {
    try read { db in
      let depth = near.isEmpty ? limit : max(limit, 64)
      let found = try TextMatches(text, filter, limit: depth, db)
      let meant = try near.prefix(depth).filter { try filter.holds(for: $0, db) }
      var scores: [Int64: Double] = [:]
      for ids in [found.ids, meant] {
        for (rank, id) in ids.enumerated() { scores[id, default: 0] += 1 / Double(61 + rank) }
      }
      let best = scores.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(limit)
      return try best.map { id, score in
        let textRank = found.ids.firstIndex(of: id)
        return SearchResult(
          exemplar: try Exemplar.required(db, id), score: score,
          textRank: textRank.map { $0 + 1 }, meaningRank: meant.firstIndex(of: id).map { $0 + 1 },
          snippet: found.snippets[id])
      }
    }
  }
}
