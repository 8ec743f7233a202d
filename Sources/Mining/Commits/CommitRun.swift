import Foundation
import PromptPool

/// Mines the history of one repository: what is new first, then on with what is old, where the last
/// run ended.
struct CommitRun {
  /// So many commits are looked at in one run, however long the history is.
  private static let window = 6000

  let repository: Repository
  let rules: FileRules
  let pool: PromptPool
  let licence: String?
  let isOver: () -> Bool
  private let source = MiningSource.commits

  init(
    repository: Repository, rules: FileRules, pool: PromptPool, licence: String?,
    isOver: @escaping () -> Bool
  ) {
    self.repository = repository
    self.rules = rules
    self.pool = pool
    self.licence = licence
    self.isOver = isOver
  }

  mutating func mine(_ options: MiningOptions, _ report: inout MiningReport) throws(MiningError) {
    guard let head = repository.head else { return }
    let mining = try mining(head)
    guard !options.isRestricted else {
      let found = try mining.mine(
        CommitHistory.Selection(
          revisions: [head], limit: 4 * Self.window, since: options.since, author: options.author),
        wanted: source.cap, isOver: isOver)
      try store(found, known: knownKeys(), room: source.cap, &report)
      return try retireOverCap(keeping: Set(found.drafts.map(\.key)), &report)
    }
    var state = try State(pool)
    if state.boundary != repository.boundary {
      // A shallow clone got more of its history.
      state = State(head: state.head, anchor: state.head, boundary: repository.boundary)
    }
    try rules.retireForbidden(source, pool, &report)
    try mineNew(head, mining, &state, &report)
    try mineOld(head, mining, &state, &report)
    try state.save(pool)
    report.isComplete = report.isComplete && state.isComplete
  }

  private func mining(_ head: String) throws(MiningError) -> CommitMining {
    let living = try repository.files(head)
    let rules = rules
    return CommitMining(
      history: CommitHistory(git: repository.git, isPartial: repository.isPartial),
      filter: CommitFilter(shallow: repository.shallow) { rules.allows($0) },
      living: living)
  }

  // MARK: New and old

  private func mineNew(
    _ head: String, _ mining: CommitMining, _ state: inout State, _ report: inout MiningReport
  ) throws(MiningError) {
    guard let last = state.head, last != head else { return }
    let isThere = repository.git.line(["cat-file", "-t", last]) == "commit"
    guard isThere else {
      state = State(boundary: state.boundary)
      return try retireUnreachable(&report)
    }
    let found = try mining.mine(
      CommitHistory.Selection(revisions: [head, "^\(last)"], limit: Self.window),
      wanted: source.cap, isOver: isOver)
    try store(found, known: knownKeys(), room: source.cap, &report)
    state.head = head
    if !found.isAtEnd {
      (state.anchor, state.looked, state.isComplete) = (head, found.looked, false)
    }
    if !repository.isAncestor(last, of: head) { try retireUnreachable(&report) }
    try retireOverCap(&report)
  }

  private func mineOld(
    _ head: String, _ mining: CommitMining, _ state: inout State, _ report: inout MiningReport
  ) throws(MiningError) {
    if state.head == nil { (state.head, state.anchor) = (head, head) }
    guard !state.isComplete, let anchor = state.anchor else { return }
    let known = try knownKeys()
    let room = source.cap - known.count
    guard room > 0 else {
      state.isComplete = true
      return
    }
    let found = try mining.mine(
      CommitHistory.Selection(revisions: [anchor], skip: state.looked, limit: Self.window),
      known: known, wanted: room + room / 2, isOver: isOver)
    try store(found, known: known, room: room, &report)
    state.looked += found.looked
    state.isComplete = found.isAtEnd || found.fresh >= room
  }

  private func store(
    _ found: CommitMining.Findings, known: Set<String>, room: Int, _ report: inout MiningReport
  ) throws(MiningError) {
    report.note(found.skipped, of: source)
    for problem in found.problems { report.note(problem) }
    // What is known takes no room. The best of the others enter, the oldest first: exemplars are
    // then in the order of time.
    let old = found.drafts.filter { known.contains($0.key) }
    let new = found.drafts.filter { !known.contains($0.key) }
    let best = new.sorted { $0.score > $1.score }.prefix(room)
    report.note([.overCap: new.count - best.count], of: source)
    let records = (old + best).sorted { $0.date < $1.date }.map { $0.record(licence: licence) }
    let changes = try stored { () throws(PromptPoolError) in
      try pool.storeMined(records, source: source.rawValue, pool: source.pool)
    }
    report.changes[source, default: MinedChanges()] += changes
  }

  // MARK: What is gone

  /// Commits that no branch and no tag has any more, as after a rebase.
  private func retireUnreachable(_ report: inout MiningReport) throws(MiningError) {
    let entries = try entries()
    guard !entries.isEmpty else { return }
    var missing = Dictionary(
      entries.map { (String($0.origin.dropFirst(4)), $0.key) }, uniquingKeysWith: { one, _ in one })
    var cutter = StreamCutter(at: UInt8(ascii: "\n"))
    try repository.git.stream(["rev-list", "--all", "HEAD"]) { piece in
      cutter.take(piece) { id in missing[String(decoding: id, as: UTF8.self)] = nil }
      return !missing.isEmpty
    }
    try retire(Array(missing.values), &report)
  }

  /// - Parameter keeping: what was asked for stays.
  private func retireOverCap(
    keeping: Set<String> = [], _ report: inout MiningReport
  ) throws(MiningError) {
    let entries = try entries()
    guard entries.count > source.cap else { return }
    let oldest = entries.filter { !keeping.contains($0.key) }
      .sorted { $0.writtenAt < $1.writtenAt }.prefix(entries.count - source.cap)
    try retire(oldest.map(\.key), &report)
  }

  private func entries() throws(MiningError) -> [MinedEntry] {
    try stored { () throws(PromptPoolError) in try pool.minedEntries(source: source.rawValue) }
      .values.filter { !$0.isRetired }
  }

  private func knownKeys() throws(MiningError) -> Set<String> { Set(try entries().map(\.key)) }

  private func retire(_ keys: [String], _ report: inout MiningReport) throws(MiningError) {
    let count = try stored { () throws(PromptPoolError) in
      try pool.retireMined(source: source.rawValue, keys: keys)
    }
    report.changes[source, default: MinedChanges()].note(retired: count)
  }

  // MARK: State

  /// How far the history was read.
  private struct State {
    /// The newest commit that was seen.
    var head: String?
    /// Where reading backwards began, and how many commits were looked at from there.
    var anchor: String?
    var looked = 0
    var isComplete = false
    /// Where the history of a shallow clone ended then.
    var boundary = ""

    init(head: String? = nil, anchor: String? = nil, boundary: String = "") {
      self.head = head
      self.anchor = anchor
      self.boundary = boundary
    }

    init(_ pool: PromptPool) throws(MiningError) {
      guard
        let text = try stored({ () throws(PromptPoolError) in try pool.miningState("commits") })
      else { return }
      let parts = text.split(separator: " ")
      guard parts.count >= 4, let looked = Int(parts[2]) else { return }
      head = String(parts[0])
      anchor = String(parts[1])
      self.looked = looked
      isComplete = parts[3] == "complete"
      if parts.count > 4 { boundary = String(parts[4]) }
    }

    func save(_ pool: PromptPool) throws(MiningError) {
      guard let head, let anchor else { return }
      let text = "\(head) \(anchor) \(looked) \(isComplete ? "complete" : "open") \(boundary)"
      try stored { () throws(PromptPoolError) in try pool.setMiningState("commits", text) }
    }
  }
}

extension MinedDraft {
  func record(licence: String?) -> MinedRecord {
    MinedRecord(
      draft: draft, key: key, origin: origin, path: path, author: author, licence: licence,
      score: score, writtenAt: date)
  }
}
