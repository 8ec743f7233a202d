internal import Foundation
internal import GRDB

/// The format of an export; every format can be imported again.
public enum ExportFormat: String, Sendable, CaseIterable {
  /// One object per line, keys in a fixed order, empty ones left out.
  case jsonl
  /// A JSON array of `instruction`, `input`, `output`, one element per line.
  case alpaca
  /// One object per line with `messages` of `role` and `content`, as training programs read them.
  case chatml
}

extension PromptPool {
  /// Passes a pool on line by line (without line ends), sorted by content and not by age, so that
  /// two machines with the same exemplars write the same file.
  ///
  /// - Parameter pool: only this pool; nil for all.
  public func export(
    _ format: ExportFormat = .jsonl, pool: String? = nil, _ write: (String) throws -> Void
  ) throws(PromptPoolError) {
    try read { db in
      let rights = try Rights.all(db)
      let rows = try Row.fetchCursor(
        db,
        sql: """
          SELECT \(Exemplar.columns) FROM exemplars
          WHERE retiredAt IS NULL AND (:pool IS NULL OR pool = :pool)
          ORDER BY instruction, input, contentHash
          """,
        arguments: ["pool": pool])
      guard format == .alpaca else {
        while let row = try rows.next() {
          let exemplar = try Exemplar(row)
          try write(
            format == .jsonl
              ? exemplar.exportLine(rights[exemplar.id]) : exemplar.draft.chatMLLine)
        }
        return
      }
      try write("[")
      var pending: String?
      while let row = try rows.next() {
        if let pending { try write(pending + ",") }
        pending = try Exemplar(row).draft.alpacaElement
      }
      if let pending { try write(pending) }
      try write("]")
    }
  }

  /// The same as JSON lines.
  public func exportJSONL(
    pool: String? = nil, _ write: (String) throws -> Void
  ) throws(PromptPoolError) {
    try export(.jsonl, pool: pool, write)
  }
}

/// Who wrote what was mined, and under which licence.
private struct Rights {
  var author: String?
  var licence: String?

  /// By the exemplar's number.
  static func all(_ db: Database) throws -> [Int64: Rights] {
    let rows = try Row.fetchAll(db, sql: "SELECT exemplarID, author, licence FROM minedExemplars")
    return Dictionary(
      rows.map { ($0[0], Rights(author: $0[1], licence: $0[2])) },
      uniquingKeysWith: { first, _ in first })
  }
}

extension Exemplar {
  /// The exemplar as a line of a JSONL pool.
  public var jsonLine: String { draft.jsonLine }

  /// The same; what was mined from the project's own work says where, and names its pool, author
  /// and licence.
  fileprivate func exportLine(_ rights: Rights?) -> String {
    guard isMined else { return jsonLine }
    var fields = [
      String(jsonLine.dropLast()), "\"origin\":" + jsonString(origin),
      "\"pool\":" + jsonString(pool),
    ]
    if let author = rights?.author { fields.append("\"author\":" + jsonString(author)) }
    if let licence = rights?.licence { fields.append("\"licence\":" + jsonString(licence)) }
    return fields.joined(separator: ",") + "}"
  }

  /// Whether it was mined from the project's own work.
  public var isMined: Bool { origin.hasPrefix("git:") || origin.hasPrefix("file:") }
}

extension ExemplarDraft {
  /// The exemplar as a line of a JSONL pool, keys in a fixed order, empty ones left out.
  public var jsonLine: String {
    var fields = ["\"instruction\":" + jsonString(instruction)]
    if !input.isEmpty { fields.append("\"input\":" + jsonString(input)) }
    fields.append("\"output\":" + jsonString(output))
    return "{" + (fields + labels).joined(separator: ",") + "}"
  }

  fileprivate var alpacaElement: String {
    let fields = [
      "\"instruction\":" + jsonString(instruction), "\"input\":" + jsonString(input),
      "\"output\":" + jsonString(output),
    ]
    return "{" + (fields + labels).joined(separator: ",") + "}"
  }

  /// The input is written twice, within the question and separately, so that an import can split
  /// them again.
  fileprivate var chatMLLine: String {
    let question = input.isEmpty ? instruction : instruction + "\n\n" + input
    let messages = [("user", question), ("assistant", output)].map {
      "{\"role\":\"\($0.0)\",\"content\":\(jsonString($0.1))}"
    }
    var fields = ["\"messages\":[" + messages.joined(separator: ",") + "]"]
    if !input.isEmpty { fields.append("\"input\":" + jsonString(input)) }
    return "{" + (fields + labels).joined(separator: ",") + "}"
  }

  private var labels: [String] {
    var fields: [String] = []
    if !tags.isEmpty { fields.append("\"tags\":" + encodeTags(tags)) }
    if let language { fields.append("\"language\":" + jsonString(language)) }
    return fields
  }
}
