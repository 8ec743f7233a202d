import Foundation
import PromptPool

/// Mines the files of a project as they are now: those that changed since the last time.
struct FileRun {
  let root: URL
  let repository: Repository?
  let rules: FileRules
  let pool: PromptPool
  let licence: String?
  let environment: [String: String]
  let isOver: () -> Bool

  /// The sources that read the work tree.
  static let sources: Set<MiningSource> = [.docs, .functions, .tests, .prose]

  private static let chunk = 400

  func mine(_ options: MiningOptions, _ report: inout MiningReport) throws(MiningError) {
    try read(options, &report)
    guard !options.isRestricted else { return }
    // What was left out beside an exemplar that is gone now has its file read again.
    let isReleased = try stored { () throws(PromptPoolError) in try pool.releaseTwins() }
    if isReleased { try read(options, &report) }
  }

  private func read(_ options: MiningOptions, _ report: inout MiningReport) throws(MiningError) {
    let sources = options.sources.intersection(Self.sources)
    guard !sources.isEmpty else { return }
    let listing = ProjectFiles(root: root, rules: rules, isOver: isOver)
    let listed = try listing.list(repository)
    var entries = listed.entries
    var known: [String: FileState] = [:]
    if !options.isRestricted {
      known = try stored { () throws(PromptPoolError) in try pool.minedFiles() }
        .mapValues(FileState.init)
    }
    let new = entries.filter { known[$0.path]?.isCurrent($0, sources) != true }.map(\.path)
    let history = try changes(options, of: Set(new), &report)
    if options.isRestricted { entries = entries.filter { history[$0.path] != nil } }
    var reading = FileReading(
      listing: listing, structure: ProjectStructure(folder: root, environment: environment),
      sources: sources, history: history)
    let isRead = try reading.read(entries, known: known, chunk: Self.chunk, isOver: isOver)
    let isComplete = listed.isComplete && isRead
    let gone =
      options.isRestricted || !isComplete ? [] : Set(known.keys).subtracting(entries.map(\.path))
    for source in sources {
      try store(
        reading.drafts(source), of: source, read: reading.read.union(gone), options, &report)
    }
    if !isComplete { report.isComplete = false }
    guard !options.isRestricted else { return }
    let states = reading.states.mapValues(\.stored)
    try stored { () throws(PromptPoolError) in
      try pool.setMinedFiles(states, removing: Array(gone))
    }
  }

  /// Who last changed each file. With a restriction, these are all files that it allows; without one,
  /// the files that are read. A history that Git cannot read tells nothing of them.
  private func changes(
    _ options: MiningOptions, of paths: Set<String>, _ report: inout MiningReport
  ) throws(MiningError) -> [String: FileHistory.Change] {
    guard let repository, repository.head != nil, !paths.isEmpty || options.isRestricted else {
      return [:]
    }
    var changes: [String: FileHistory.Change] = [:]
    try report.goingOn { _ throws(MiningError) in
      changes = try FileHistory(git: repository.git, isPartial: repository.isPartial)
        .changes(options, of: options.isRestricted ? nil : paths, isOver: isOver)
    }
    return changes
  }

  private func store(
    _ drafts: [MinedDraft], of source: MiningSource, read: Set<String>, _ options: MiningOptions,
    _ report: inout MiningReport
  ) throws(MiningError) {
    let entries = try stored { () throws(PromptPoolError) in
      try pool.minedEntries(source: source.rawValue)
    }
    let found = Set(drafts.map(\.key))
    let missing = entries.values.filter { entry in
      !entry.isRetired && !found.contains(entry.key) && entry.path.map(read.contains) == true
    }
    var changes = MinedChanges()
    if !options.isRestricted {
      try stored { () throws(PromptPoolError) in
        try pool.dropTwins(source: source.rawValue, of: read)
      }
      changes.note(
        retired: try stored { () throws(PromptPoolError) in
          try pool.retireMined(source: source.rawValue, keys: missing.map(\.key))
        })
    }
    // What is known stays, whatever its score; what is new takes the room that is left.
    let live = entries.values.count { !$0.isRetired } - changes.retired
    let old = drafts.filter { entries[$0.key]?.isRetired == false }
    let new = drafts.filter { entries[$0.key]?.isRetired != false }.sorted {
      ($1.score, $0.key) < ($0.score, $1.key)
    }
    let chosen = new.prefix(max(0, source.cap - live))
    if new.count > chosen.count { report.note([.overCap: new.count - chosen.count], of: source) }
    var records: [MinedRecord] = []
    for draft in (old + chosen).sorted(by: { $0.date < $1.date }) {
      if draft.draft.secret != nil {
        report.note([.secret: 1], of: source)
      } else {
        records.append(draft.record(licence: licence))
      }
    }
    changes += try stored { () throws(PromptPoolError) in
      try pool.storeMined(records, source: source.rawValue, pool: source.pool)
    }
    report.changes[source, default: MinedChanges()] += changes
  }
}

/// What is remembered of a file: as which it was read, for which sources, and what it declares.
struct FileState {
  var fingerprint: String
  var sources: Set<MiningSource>
  var declarations: [Declaration]

  init(fingerprint: String, sources: Set<MiningSource>, declarations: [Declaration]) {
    self.fingerprint = fingerprint
    self.sources = sources
    self.declarations = declarations
  }

  init(_ file: PromptPool.MinedFile) {
    let parts = file.fingerprint.split(separator: "|", maxSplits: 1)
    fingerprint = parts.first.map(String.init) ?? ""
    let names = parts.count > 1 ? parts[1].split(separator: ",") : []
    sources = Set(names.compactMap { MiningSource(rawValue: String($0)) })
    declarations =
      file.declarations.flatMap { try? JSONDecoder().decode([Declaration].self, from: $0) } ?? []
  }

  var stored: PromptPool.MinedFile {
    let names = sources.map(\.rawValue).sorted().joined(separator: ",")
    return PromptPool.MinedFile(
      fingerprint: "\(fingerprint)|\(names)",
      declarations: declarations.isEmpty ? nil : try? JSONEncoder().encode(declarations))
  }

  /// Whether nothing of the file is new for these sources.
  func isCurrent(_ entry: ProjectFiles.Entry, _ wanted: Set<MiningSource>) -> Bool {
    fingerprint == entry.fingerprint && wanted.isSubset(of: sources)
  }
}
