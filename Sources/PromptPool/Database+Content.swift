internal import GRDB

extension Database {
  /// Gives an exemplar another content as its next version; the content that it had is kept.
  ///
  /// - Parameters:
  ///   - hash: of the draft.
  ///   - date: seconds since 1970.
  ///   - mayBeKept: whether the content that it had may be kept already.
  func replaceContent(
    of id: Int64, with draft: ExemplarDraft, hash: String, at date: Double, mayBeKept: Bool = false
  ) throws {
    try execute(
      sql: """
        INSERT \(mayBeKept ? "OR IGNORE " : "")INTO exemplarVersions
        SELECT id, version, instruction, input, output, tags, language, contentHash, updatedAt
        FROM exemplars WHERE id = ?
        """,
      arguments: [id])
    try execute(
      sql: """
        UPDATE exemplars SET instruction = ?, input = ?, output = ?, tags = ?, language = ?,
          contentHash = ?, updatedAt = ?, version = version + 1 WHERE id = ?
        """,
      arguments: [
        draft.instruction, draft.input, draft.output, encodeTags(draft.tags), draft.language, hash,
        date, id,
      ])
  }
}
