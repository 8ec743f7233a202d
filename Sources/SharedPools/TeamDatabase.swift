import Foundation
import PromptPool

/// A team's database, as far as synchronising needs it.
///
/// Every call waits for the server; none belongs on the cooperative thread pool.
final class TeamDatabase {
  let connection: PostgresConnection
  /// The version of its tables; 0 before ``prepare()``.
  private(set) var schema = 0

  private static let columns = """
    uid, version, hash, instruction, input, output, tags, language, marks, is_retired, is_pinned, \
    changed
    """

  /// - Throws: ``TeamError``.
  init(_ address: TeamAddress, stop: Int32? = nil) throws(TeamError) {
    connection = try PostgresConnection(address, stop: stop)
  }

  private var server: String { connection.address.description }

  // MARK: Schema

  /// Creates or updates the tables where this role may, and checks that it can use them.
  ///
  /// - Returns: the database's identity.
  func prepare() throws(TeamError) -> String {
    try connection.query("SET search_path = pillow")
    // What hangs on the server ends there, too.
    try connection.query("SET statement_timeout = '60s'")
    var version = try schemaVersion()
    if version < TeamSchema.current {
      do throws(TeamError) { try migrate() } catch {
        // An older schema shares exemplars all the same.
        guard case .notSetUp = error, version > 0 else { throw error }
      }
      version = try schemaVersion()
    }
    schema = version
    guard version <= TeamSchema.current else {
      throw .newerSchema(server: server, version: version)
    }
    let rows = try connection.query("SELECT id FROM pillow.identity")
    guard let id = rows.count > 0 ? rows.text(0, 0) : nil else {
      throw .server(server: server, state: "", message: "the table pillow.identity is empty")
    }
    return id
  }

  private func schemaVersion() throws(TeamError) -> Int {
    let there = try connection.query(
      """
      SELECT has_schema_privilege(n.oid, 'USAGE') FROM pg_namespace n WHERE n.nspname = 'pillow'
      """)
    guard there.count > 0 else { return 0 }
    guard there.flag(0, 0) else {
      throw .notAllowed(server: server, what: "use the schema pillow")
    }
    let rows = try connection.query("SELECT max(version) FROM pillow.schema_versions")
    return Int(rows.integer(0, 0) ?? 0)
  }

  /// Two clients may find the database empty at the same time.
  private func migrate() throws(TeamError) {
    try connection.query("BEGIN")
    do throws(TeamError) {
      try connection.query("SELECT pg_advisory_xact_lock(781245691)")
      let version = try schemaVersion()
      for next in TeamSchema.versions.indices.dropFirst(version) {
        try connection.script(TeamSchema.versions[next])
        try connection.query(
          "INSERT INTO pillow.schema_versions (version) VALUES ($1::int)", ["\(next + 1)"])
      }
      try connection.query("COMMIT")
    } catch {
      _ = try? connection.query("ROLLBACK")
      if case .notAllowed = error { throw .notSetUp(server: server) }
      throw error
    }
  }

  // MARK: Exemplars

  /// Whether the database has everything that was agreed on, as far as numbers of changes tell.
  func isWhole(for remote: TeamRemote) throws(TeamError) -> Bool {
    func newest(_ query: String, _ values: [String?] = []) throws(TeamError) -> Int64 {
      try connection.query(query, values).integer(0, 0) ?? 0
    }
    let pool = remote.pool
    let exemplars = "SELECT max(changed) FROM pillow.exemplars WHERE pool = $1"
    guard try newest(exemplars, [pool]) >= remote.cursor else { return false }
    guard sharesLearning else { return true }
    if remote.outcomeCursor > 0 {
      let outcomes = "SELECT max(changed) FROM pillow.outcomes WHERE pool = $1"
      guard try newest(outcomes, [pool]) >= remote.outcomeCursor else { return false }
    }
    return try newest("SELECT last_value FROM pillow.changes") >= remote.newestChange
  }

  /// Sends exemplars; durable when it returns.
  ///
  /// - Returns: those that the team sees differently, since somebody else's change is newer.
  func push(_ exemplars: [TeamExemplar], to pool: String) throws(TeamError) -> [TeamExemplar] {
    let items = try json(exemplars)
    let rows = try connection.query(
      "SELECT \(Self.columns) FROM pillow.push($1, $2::json)", [pool, items])
    return self.exemplars(rows).exemplars
  }

  /// Changes of a pool after a given one, in their order.
  func changes(
    of pool: String, after cursor: Int64, limit: Int
  ) throws(TeamError) -> (exemplars: [TeamExemplar], cursor: Int64) {
    let rows = try connection.query(
      """
      SELECT \(Self.columns) FROM pillow.exemplars WHERE pool = $1 AND changed > $2::bigint
      ORDER BY changed LIMIT $3::int
      """, [pool, "\(cursor)", "\(limit)"])
    let found = exemplars(rows)
    return (found.exemplars, found.newest ?? cursor)
  }

  private func exemplars(_ rows: PostgresRows) -> (exemplars: [TeamExemplar], newest: Int64?) {
    let all = (0..<rows.count).map { row in
      TeamExemplar(
        uid: rows.text(row, 0) ?? "", version: Int(rows.integer(row, 1) ?? 0),
        hash: rows.text(row, 2) ?? "", instruction: rows.text(row, 3) ?? "",
        input: rows.text(row, 4) ?? "", output: rows.text(row, 5) ?? "",
        tags: rows.text(row, 6) ?? "[]", language: rows.text(row, 7),
        marks: Int(rows.integer(row, 8) ?? 0), isRetired: rows.flag(row, 9),
        isPinned: rows.flag(row, 10))
    }
    return (all, rows.count > 0 ? rows.integer(rows.count - 1, 11) : nil)
  }

  // MARK: Outcomes

  /// Whether outcomes and versions can be shared.
  var sharesLearning: Bool { schema >= 2 }

  /// - Throws: ``TeamError/olderSchema(server:version:)``.
  private func requireLearning() throws(TeamError) {
    guard sharesLearning else { throw .olderSchema(server: server, version: schema) }
  }

  /// Sends outcomes, and withdraws those without JSON; durable when it returns.
  ///
  /// - Returns: the number of the last change; 0 where nothing changed.
  func push(_ records: [TeamOutcomeRecord], to pool: String) throws(TeamError) -> Int64 {
    guard !records.isEmpty else { return 0 }
    try requireLearning()
    let items = try json(records.map { OutcomeItem(id: $0.id, outcome: $0.json) })
    let rows = try connection.query("SELECT pillow.push_outcomes($1, $2::json)", [pool, items])
    return rows.integer(0, 0) ?? 0
  }

  private struct OutcomeItem: Codable {
    var id: String
    var outcome: String?
  }

  /// Changes of a pool's outcomes after a given one, in their order.
  func outcomes(
    of pool: String, after cursor: Int64, limit: Int
  ) throws(TeamError) -> [ToldOutcome] {
    let rows = try connection.query(
      """
      SELECT id, outcome, changed, written_by, written_by = session_user FROM pillow.outcomes
      WHERE pool = $1 AND changed > $2::bigint ORDER BY changed LIMIT $3::int
      """, [pool, "\(cursor)", "\(limit)"])
    return (0..<rows.count).map { row in
      ToldOutcome(
        record: TeamOutcomeRecord(
          id: rows.text(row, 0) ?? "", json: rows.text(row, 1), changed: rows.integer(row, 2) ?? 0),
        by: rows.text(row, 3) ?? "", isOwn: rows.flag(row, 4))
    }
  }

  /// - Throws: ``TeamError/notAllowed(server:what:)`` where this role may not tell outcomes.
  func requireTelling() throws(TeamError) {
    if sharesLearning, try !mayTell() { throw .notAllowed(server: server, what: "tell outcomes") }
  }

  private func mayTell() throws(TeamError) -> Bool {
    try connection.query("SELECT has_table_privilege('pillow.outcomes', 'SELECT')").flag(0, 0)
  }

  /// The numbers of a project's outcomes that the team has; none where this role may tell none.
  func ownOutcomes(of pool: String, member: String) throws(TeamError) -> Set<Int64> {
    guard try mayTell() else { return [] }
    let rows = try connection.query(
      """
      SELECT substr(id, length($2) + 2) FROM pillow.outcomes
      WHERE pool = $1 AND written_by = session_user AND starts_with(id, $2 || ':')
        AND outcome IS NOT NULL
      """, [pool, member])
    return Set((0..<rows.count).compactMap { rows.integer($0, 0) })
  }

  // MARK: Versions

  /// - Returns: the version's number, also where it was published before.
  func publish(
    _ version: NewTeamVersion, to pool: String
  ) throws(TeamError) -> Int64 {
    try requireLearning()
    let bytes = version.files.values.reduce(0) { $0 + $1.count }
    guard bytes <= NewTeamVersion.mostBytes else {
      throw .versionTooLarge(bytes: bytes, most: NewTeamVersion.mostBytes)
    }
    let files = try json(version.files.mapValues { $0.base64EncodedString() })
    let rows = try connection.query(
      "SELECT pillow.publish($1, $2, $3, $4, $5::json)",
      [pool, version.kind.rawValue, version.base, String(version.note.prefix(2000)), files])
    return rows.integer(0, 0) ?? 0
  }

  /// Oldest first.
  func versions(of pool: String) throws(TeamError) -> [TeamVersion] {
    try requireLearning()
    let rows = try connection.query(
      """
      SELECT v.number, v.kind, v.base, v.note, extract(epoch FROM v.published_at), v.published_by,
        (SELECT sum(length(f.content)) FROM pillow.version_files f WHERE f.number = v.number)
      FROM pillow.versions v WHERE v.pool = $1 ORDER BY v.number
      """, [pool])
    return (0..<rows.count).compactMap { row in
      guard let kind = rows.text(row, 1).flatMap(LearnedKind.init) else { return nil }
      return TeamVersion(
        number: rows.integer(row, 0) ?? 0, kind: kind, base: Self.line(rows.text(row, 2) ?? ""),
        note: Self.line(rows.text(row, 3) ?? ""),
        at: Date(timeIntervalSince1970: rows.text(row, 4).flatMap(Double.init) ?? 0),
        by: rows.text(row, 5) ?? "", bytes: Int(rows.integer(row, 6) ?? 0))
    }
  }

  /// Members write what they like, and it is shown in a list.
  private static func line(_ text: String) -> String {
    String(
      String.UnicodeScalarView(
        text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }))
  }

  /// The files of a version.
  func files(of number: Int64) throws(TeamError) -> [String: Data] {
    try requireLearning()
    let rows = try connection.query(
      """
      SELECT name, translate(encode(content, 'base64'), E'\\n', '') FROM pillow.version_files
      WHERE number = $1::bigint
      """, ["\(number)"])
    var files: [String: Data] = [:]
    for row in 0..<rows.count {
      guard let name = rows.text(row, 0) else { continue }
      files[name] = rows.text(row, 1).flatMap { Data(base64Encoded: $0) }
    }
    return files
  }

  private func json(_ value: some Encodable) throws(TeamError) -> String {
    do { return String(decoding: try JSONEncoder().encode(value), as: UTF8.self) } catch {
      throw .server(server: server, state: "", message: "a change cannot be written as JSON")
    }
  }

  // MARK: News

  func listen() throws(TeamError) { try connection.query("LISTEN pillow_changes") }
}
