internal import Foundation
internal import GRDB

extension PromptPool {
  /// Exemplars that hold any of the text's words (prefixes count), best first by BM25.
  public func search(_ text: String, limit: Int = 20) throws(PromptPoolError) -> [Exemplar] {
    let words = text.split { !$0.isLetter && !$0.isNumber }
    guard !words.isEmpty else { return [] }
    let pattern = words.map { "\"\($0)\"*" }.joined(separator: " OR ")
    return try read { db in
      let columns = Exemplar.columns.split(separator: ", ").map { "e.\($0) AS \($0)" }
      return try Row.fetchAll(
        db,
        sql: """
          SELECT \(columns.joined(separator: ", "))
          FROM exemplarText JOIN exemplars e ON e.id = exemplarText.rowid
          WHERE exemplarText MATCH ? AND e.retiredAt IS NULL
          ORDER BY bm25(exemplarText), e.id LIMIT ?
          """,
        arguments: [pattern, limit]
      ).map(Exemplar.init)
    }
  }
}
