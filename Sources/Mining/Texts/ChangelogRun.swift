import Foundation
import Languages
import PromptPool

/// Mines change logs: of each commit that adds one entry, the diff in and the entry out. A log that
/// is written another way gives its entries by their headings.
struct ChangelogRun {
  private static let window = 1500
  /// With fewer entries from commits, headings are used.
  private static let enough = 20

  let root: URL
  let repository: Repository?
  let rules: FileRules
  let pool: PromptPool
  let licence: String?
  let isOver: () -> Bool
  private let source = MiningSource.changelog

  init(
    root: URL, repository: Repository?, rules: FileRules, pool: PromptPool, licence: String?,
    isOver: @escaping () -> Bool
  ) {
    self.root = root
    self.repository = repository
    self.rules = rules
    self.pool = pool
    self.licence = licence
    self.isOver = isOver
  }

  func mine(_ options: MiningOptions, _ report: inout MiningReport) throws(MiningError) {
    var drafts: [MinedDraft] = []
    let last = options.isRestricted ? nil : try state()
    if !options.isRestricted { try rules.retireForbidden(source, pool, &report) }
    if let repository, let head = repository.head {
      guard last != head else { return }
      let files = try repository.files(head).filter {
        Changelog.isChangelog($0) && rules.allows($0)
      }
      if !files.isEmpty {
        drafts = try commits(repository, head, Array(files.sorted().prefix(50)), last, options)
      }
    }
    let known = try stored { () throws(PromptPoolError) in
      try pool.minedEntries(source: source.rawValue)
    }
    let live = known.values.filter { !$0.isRetired }
    let ofCommits = drafts.count + live.count { $0.path == nil }
    var changes = MinedChanges()
    if !options.isRestricted {
      if ofCommits < Self.enough { drafts += headings() }
      // What stood in a file may stand there no more.
      let found = Set(drafts.map(\.key))
      let gone = live.filter { $0.path != nil && !found.contains($0.key) }.map(\.key)
      changes.note(
        retired: try stored { () throws(PromptPoolError) in
          try pool.retireMined(source: source.rawValue, keys: gone)
        })
    }
    let room = max(0, source.cap - live.count)
    let chosen = drafts.sorted { $0.score > $1.score }.prefix(room).sorted { $0.date < $1.date }
    let clean = chosen.filter { $0.draft.secret == nil }
    report.note([.secret: chosen.count - clean.count], of: source)
    changes += try stored { () throws(PromptPoolError) in
      try pool.storeMined(
        clean.map { $0.record(licence: licence) }, source: source.rawValue, pool: source.pool)
    }
    report.changes[source, default: MinedChanges()] += changes
    // What was not looked at is looked at by the next run.
    guard !isOver() else {
      report.isComplete = false
      return
    }
    if !options.isRestricted, let head = repository?.head {
      try stored { () throws(PromptPoolError) in try pool.setMiningState("changelog", head) }
    }
  }

  private func state() throws(MiningError) -> String? {
    try stored { () throws(PromptPoolError) in try pool.miningState("changelog") }
  }

  // MARK: Commits

  private func commits(
    _ repository: Repository, _ head: String, _ files: [String], _ last: String?,
    _ options: MiningOptions
  ) throws(MiningError) -> [MinedDraft] {
    let history = CommitHistory(git: repository.git, isPartial: repository.isPartial)
    var revisions = [head]
    if let last, repository.git.line(["cat-file", "-t", last]) == "commit" {
      revisions.append("^\(last)")
    }
    var commits: [Commit] = []
    try history.list(
      CommitHistory.Selection(
        revisions: revisions, limit: Self.window, since: options.since, author: options.author,
        paths: files)
    ) { commit in
      let lines = commit.lineCount
      let reason = CommitFilter.reason(against: commit.message)
      if lines <= 30, reason != .revert, reason != .release,
        !repository.shallow.contains(commit.id)
      {
        commits.append(commit)
      }
      return !isOver()
    }
    let rules = rules
    var drafts: [MinedDraft] = []
    try history.patches(of: commits, allows: { rules.allows($0) }) { number, diff in
      if let draft = draft(commits[number], diff) { drafts.append(draft) }
      return !isOver()
    }
    return drafts
  }

  private func draft(_ commit: Commit, _ diff: Diff) -> MinedDraft? {
    let logs = diff.files.filter { Changelog.isChangelog($0.path) }
    let others = diff.files.filter { !Changelog.isChangelog($0.path) }
    guard logs.count == 1, !others.isEmpty, others.count <= CommitFilter.mostFiles,
      let entry = Changelog.entry(in: logs[0])
    else { return nil }
    let text = DiffText.text(of: Diff(files: others))
    guard !text.isEmpty, !DiffText.showsKeys(text) else { return nil }
    return MinedDraft(
      source: source,
      key: "\(commit.email) \(Int(commit.date.timeIntervalSince1970)) \(entry.firstLine)",
      draft: ExemplarDraft(
        instruction: MinedInstruction.changelogEntry, input: commit.message.subject + "\n" + text,
        output: entry, tags: ["mined", "change log"]),
      origin: "git:\(commit.id)", author: commit.author, date: commit.date, score: 1)
  }

  // MARK: Headings

  private func headings() -> [MinedDraft] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: root.path)) ?? []
    guard
      let name = names.sorted().first(where: { name in
        Changelog.isChangelog(name) && name.lowercased().hasSuffix(".md") && rules.allows(name)
      }),
      let text = try? String(contentsOf: root.appending(path: name), encoding: .utf8),
      text.utf8.count < 2 << 20
    else { return [] }
    let source = SourceText(path: name, language: "markdown", text: text)
    return Changelog.entries(in: source).prefix(100).map { found in
      let heading = found.heading.isEmpty ? "" : " under “\(found.heading)”"
      return MinedDraft(
        source: self.source, key: "\(name) \(found.heading) \(found.entry.firstLine)",
        draft: ExemplarDraft(
          instruction: "Write a change log entry\(heading).", output: found.entry,
          tags: ["mined", "change log"]),
        origin: "file:\(name)#\(found.line + 1)", path: name, author: nil, date: .distantPast,
        score: 0.5)
    }
  }
}
