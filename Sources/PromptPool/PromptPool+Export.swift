internal import Foundation
internal import GRDB

extension PromptPool {
  /// Hands out a pool as JSON lines (no line ends), sorted by content and not by age, so that two
  /// machines with the same exemplars write the same file.
  ///
  /// - Parameter pool: only this pool; nil for all.
  public func exportJSONL(
    pool: String? = nil, _ write: (String) throws -> Void
  ) throws(PromptPoolError) {
    try read { db in
      let rows = try Row.fetchCursor(
        db,
        sql: """
          SELECT \(Exemplar.columns) FROM exemplars
          WHERE retiredAt IS NULL AND (:pool IS NULL OR pool = :pool)
          ORDER BY instruction, input, contentHash
          """,
        arguments: ["pool": pool])
      while let row = try rows.next() { try write(Exemplar(row).jsonLine) }
    }
  }
}

extension Exemplar {
  /// The exemplar as a line of a JSONL pool, keys in a fixed order, empty ones left out.
  public var jsonLine: String {
    var fields = ["\"instruction\":" + jsonString(instruction)]
    if !input.isEmpty { fields.append("\"input\":" + jsonString(input)) }
    fields.append("\"output\":" + jsonString(output))
    if !tags.isEmpty { fields.append("\"tags\":" + encodeTags(tags)) }
    if let language { fields.append("\"language\":" + jsonString(language)) }
    return "{" + fields.joined(separator: ",") + "}"
  }
}
