internal import Foundation
internal import GRDB

/// What a synchronisation with a team changed here.
public struct TeamReport: Sendable, Equatable, Codable {
  public var added = 0
  public var edited = 0
  /// Retired, brought back, pinned or unpinned.
  public var marked = 0
  public var sent = 0
  /// Exemplars that seem to hold a secret; they were neither sent nor taken over.
  public var secrets = 0
  /// Outcomes that the team was told of, those that were withdrawn there, and those of others.
  public var outcomesSent = 0, outcomesWithdrawn = 0, outcomesTaken = 0

  public init() {}

  public static func + (left: TeamReport, right: TeamReport) -> TeamReport {
    var sum = left
    sum.added += right.added
    sum.edited += right.edited
    sum.marked += right.marked
    sum.sent += right.sent
    sum.secrets += right.secrets
    sum.outcomesSent += right.outcomesSent
    sum.outcomesWithdrawn += right.outcomesWithdrawn
    sum.outcomesTaken += right.outcomesTaken
    return sum
  }
}

/// Takes a team's exemplars into the pool, within one transaction.
struct TeamIntake {
  private let remote: TeamRemote
  private let date: Double
  private let db: Database
  private let insertion: ExemplarInsertion
  private let find, agreeing, byHash: Statement
  private var index = TextIndexFilling()
  private var report = TeamReport()

  /// Why an exemplar is retired that nobody here has removed.
  static let retiredByTeam = "retired by the team"

  init(_ remote: TeamRemote, at date: Date, _ db: Database) throws {
    self.remote = remote
    self.date = date.timeIntervalSince1970
    self.db = db
    insertion = try ExemplarInsertion(pool: remote.pool, origin: remote.name, at: date, db)
    find = try db.makeStatement(
      sql: """
        SELECT t.*, e.contentHash AS nowHash, e.version AS nowVersion,
          e.retiredAt IS NOT NULL AS nowRetired, e.isPinned AS nowPinned
        FROM teamExemplars t JOIN exemplars e ON e.id = t.exemplarID
        WHERE t.remote = ? AND t.uid = ?
        """)
    agreeing = try db.makeStatement(sql: agreement)
    byHash = try db.makeStatement(sql: "SELECT id FROM exemplars WHERE contentHash = ? AND id <> ?")
  }

  mutating func take(_ exemplar: TeamExemplar) throws {
    if let known = try Row.fetchOne(find, arguments: [remote.name, exemplar.uid]) {
      try update(exemplar, known)
    } else if !exemplar.isRetired {
      try add(exemplar)
    }
  }

  mutating func finish() throws -> TeamReport {
    try index.end(db)
    return report
  }

  private mutating func add(_ exemplar: TeamExemplar) throws {
    let draft = exemplar.draft
    guard draft.problem == nil else { return }
    let content = PreparedRecord.Content(draft)
    guard draft.secret == nil else {
      report.secrets += 1
      return
    }
    // What a person here has forgotten does not come back.
    let isForgotten = try Bool.fetchOne(
      db, sql: "SELECT EXISTS (SELECT 1 FROM forgotten WHERE contentHash = ?)",
      arguments: [content.hash])
    if isForgotten == true { return }
    let id: Int64
    var index = index
    switch try insertion.store(content, willInsert: { try index.begin(db) }) {
    case .added(let new):
      id = new
      report.added += 1
    case .duplicate(let old): id = old
    }
    self.index = index
    guard
      let row = try Row.fetchOne(
        db, sql: "SELECT version, isPinned, pool FROM exemplars WHERE id = ?", arguments: [id])
    else { return }
    // Pins of other pools are nobody else's business.
    let isOurs = row["pool"] == remote.pool
    if isOurs, row["isPinned"] != exemplar.isPinned {
      try db.execute(
        sql: "UPDATE exemplars SET isPinned = ? WHERE id = ?", arguments: [exemplar.isPinned, id])
    }
    try agree(on: exemplar, id, hash: content.hash, localVersion: row["version"])
  }

  private mutating func update(_ exemplar: TeamExemplar, _ known: Row) throws {
    let id: Int64 = known["exemplarID"]
    var localVersion: Int = known["nowVersion"]
    var hash: String = known["hash"]
    let isEditedHere =
      known["nowVersion"] != (known["localVersion"] as Int) || known["nowHash"] != hash
    let isNewContent =
      exemplar.version != (known["version"] as Int) || exemplar.hash != hash
    if isNewContent {
      let draft = exemplar.draft
      if isEditedHere {
        // It goes to the team as the next version; until then both sides differ.
        hash = draft.contentHash
        localVersion = known["localVersion"]
      } else if draft.problem == nil, draft.secret == nil {
        hash = draft.contentHash
        if let twin = try Int64.fetchOne(byHash, arguments: [hash, id]) {
          return try replace(id, with: twin, exemplar, hash)
        }
        let earlier = try Exemplar.required(db, id).draft
        localVersion = try edit(id, to: draft, hash, localVersion)
        try separate(from: id, exemplar.uid, earlier)
      } else {
        // The earlier content stays here and is not sent either.
        report.secrets += 1
      }
    } else if isEditedHere {
      localVersion = known["localVersion"]
    }
    let isMarkedHere =
      known["nowRetired"] != (known["isRetired"] as Bool)
      || known["nowPinned"] != (known["isPinned"] as Bool)
    if !isMarkedHere { try mark(id, exemplar, known) }
    try agree(on: exemplar, id, hash: hash, localVersion: localVersion)
  }

  /// - Returns: the exemplar's version here.
  private mutating func edit(
    _ id: Int64, to draft: ExemplarDraft, _ hash: String, _ version: Int
  ) throws -> Int {
    try index.end(db)
    try db.replaceContent(of: id, with: draft, hash: hash, at: date, mayBeKept: true)
    try sign(id, TextSignature(draft), db)
    report.edited += 1
    return version + 1
  }

  /// Other exemplars of the team's that had the same content as one that goes on with another get
  /// one of their own here.
  private mutating func separate(
    from id: Int64, _ uid: String, _ earlier: ExemplarDraft
  ) throws {
    let others = try String.fetchAll(
      db, sql: "SELECT uid FROM teamExemplars WHERE remote = ? AND exemplarID = ? AND uid <> ?",
      arguments: [remote.name, id, uid])
    guard !others.isEmpty else { return }
    let twin: Int64
    var index = index
    switch try insertion.store(
      PreparedRecord.Content(earlier), willInsert: { try index.begin(db) })
    {
    case .added(let new): twin = new
    case .duplicate(let old): twin = old
    }
    self.index = index
    for other in others {
      try db.execute(
        sql: """
          UPDATE teamExemplars SET exemplarID = ?,
            localVersion = (SELECT version FROM exemplars WHERE id = ?)
          WHERE remote = ? AND uid = ?
          """,
        arguments: [twin, twin, remote.name, other])
    }
  }

  /// The content is here already, as another exemplar; one is enough.
  private mutating func replace(
    _ id: Int64, with twin: Int64, _ exemplar: TeamExemplar, _ hash: String
  ) throws {
    try db.execute(
      sql: """
        UPDATE exemplars SET retiredAt = ?, retiredBecause = ? WHERE id = ? AND retiredAt IS NULL
        """,
      arguments: [date, Self.retiredByTeam, id])
    report.marked += db.changesCount
    let version = try Int.fetchOne(
      db, sql: "SELECT version FROM exemplars WHERE id = ?", arguments: [twin])
    try agree(on: exemplar, twin, hash: hash, localVersion: version ?? 1)
  }

  private mutating func mark(_ id: Int64, _ exemplar: TeamExemplar, _ known: Row) throws {
    guard
      exemplar.isRetired != (known["nowRetired"] as Bool)
        || exemplar.isPinned != (known["nowPinned"] as Bool)
    else { return }
    try db.execute(
      sql: """
        UPDATE exemplars SET isPinned = :pinned,
          retiredAt = CASE WHEN :retired THEN coalesce(retiredAt, :date) END,
          retiredBecause = CASE WHEN :retired THEN coalesce(retiredBecause, :why) END
        WHERE id = :id
        """,
      arguments: [
        "pinned": exemplar.isPinned, "retired": exemplar.isRetired, "date": date,
        "why": Self.retiredByTeam, "id": id,
      ])
    report.marked += 1
  }

  private func agree(
    on exemplar: TeamExemplar, _ id: Int64, hash: String, localVersion: Int
  ) throws {
    try agreeing.execute(arguments: [
      remote.name, exemplar.uid, exemplar.version, hash, localVersion, exemplar.marks,
      exemplar.isRetired, exemplar.isPinned, id,
    ])
  }
}
