import GRDB

/// What an exemplar asks for, and how long its answer is.
package struct ExemplarRequest: Sendable, Hashable {
  package var id: Int64
  package var instruction = ""
  package var input = ""
  /// In bytes of UTF-8.
  package var answerLength = 0
  /// The answer; of a long one its beginning and its end.
  package var answerEnds = ""

  package init(id: Int64) { self.id = id }
}

extension PromptPool {
  /// The requests of exemplars, by ascending number: of all that are not retired, or of some.
  package func requests(of ids: [Int64]? = nil) throws(PromptPoolError) -> [ExemplarRequest] {
    let list = ids.map { "[\($0.map(String.init).joined(separator: ","))]" }
    let which =
      list == nil ? "retiredAt IS NULL" : "id IN (SELECT value FROM json_each(:ids))"
    return try read { db in
      let rows = try Row.fetchCursor(
        db,
        sql: """
          SELECT id, instruction, input, length(CAST(output AS BLOB)),
            CASE WHEN length(output) > 800 THEN substr(output, 1, 400) || char(10)
              || substr(output, -400) ELSE output END
          FROM exemplars WHERE \(which) ORDER BY id
          """, arguments: list.map { ["ids": $0] } ?? StatementArguments())
      var found: [ExemplarRequest] = []
      while let row = try rows.next() {
        var request = ExemplarRequest(id: row[0])
        request.instruction = row[1]
        request.input = row[2]
        request.answerLength = row[3]
        request.answerEnds = row[4]
        found.append(request)
      }
      return found
    }
  }
}
