import GRDB

extension PromptPool {
  /// The languages of exemplars, by number; those without one are left out.
  package func languages(of ids: [Int64]) throws(PromptPoolError) -> [Int64: String] {
    guard !ids.isEmpty else { return [:] }
    let list = "[\(ids.map(String.init).joined(separator: ","))]"
    return try read { db in
      let rows = try Row.fetchAll(
        db,
        sql: """
          SELECT id, language FROM exemplars
          WHERE language IS NOT NULL AND id IN (SELECT value FROM json_each(?))
          """, arguments: [list])
      var found: [Int64: String] = [:]
      for row in rows { found[row["id"]] = row["language"] }
      return found
    }
  }
}
