import Foundation
import PromptPool

/// Reads files chunk by chunk and collects what can be made of them.
struct FileReading {
  private let listing: ProjectFiles
  private let structure: ProjectStructure
  private let sources: Set<MiningSource>
  private let history: [String: FileHistory.Change]
  private var found: [MiningSource: [MinedDraft]] = [:]
  /// What was read now.
  private(set) var states: [String: FileState] = [:]
  private(set) var read: Set<String> = []

  init(
    listing: ProjectFiles, structure: ProjectStructure, sources: Set<MiningSource>,
    history: [String: FileHistory.Change]
  ) {
    self.listing = listing
    self.structure = structure
    self.sources = sources
    self.history = history
  }

  func drafts(_ source: MiningSource) -> [MinedDraft] { found[source] ?? [] }

  /// - Returns: whether all were read before the time was over.
  mutating func read(
    _ entries: [ProjectFiles.Entry], known: [String: FileState], chunk: Int, isOver: () -> Bool
  ) throws(MiningError) -> Bool {
    let changed = entries.filter { known[$0.path]?.isCurrent($0, sources) != true }
    var rest = changed[...]
    while !rest.isEmpty {
      if isOver() { break }
      try take(Array(rest.prefix(chunk)), known)
      rest = rest.dropFirst(chunk)
    }
    if sources.contains(.tests), !changed.isEmpty { linkTests(entries, known) }
    if sources.contains(.prose) { takeProse(entries) }
    return rest.isEmpty
  }

  private mutating func take(
    _ entries: [ProjectFiles.Entry], _ known: [String: FileState]
  ) throws(MiningError) {
    let texts = entries.compactMap(listing.read)
    let code = texts.filter { BlockForm($0.language) != nil }
    let declarations = try structure.declarations(of: code)
    for entry in entries {
      var sources = sources
      if let old = known[entry.path], old.fingerprint == entry.fingerprint {
        sources.formUnion(old.sources)
      }
      states[entry.path] = FileState(
        fingerprint: entry.fingerprint, sources: sources,
        declarations: declarations[entry.path] ?? [])
      read.insert(entry.path)
    }
    for text in texts {
      if BlockForm(text.language) != nil { takeCode(text, declarations[text.path] ?? []) }
    }
  }

  private mutating func takeCode(_ text: SourceText, _ declarations: [Declaration]) {
    guard sources.contains(.docs) || sources.contains(.functions), FileRole(text.path) != .test
    else { return }
    var counts: [String: Int] = [:]
    for declaration in declarations {
      let pair = CodePair(text, declaration)
      counts[declaration.symbol, default: 0] += 1
      let symbol = "\(declaration.symbol)#\(counts[declaration.symbol] ?? 1)"
      if sources.contains(.docs), let draft = pair.documentation {
        add(.docs, draft, text.path, declaration, symbol, pair.score(draft))
      }
      if sources.contains(.functions), let draft = pair.implementation {
        add(.functions, draft, text.path, declaration, symbol, pair.score(draft))
      }
    }
  }

  private mutating func add(
    _ source: MiningSource, _ draft: ExemplarDraft, _ path: String, _ declaration: Declaration,
    _ symbol: String, _ score: Double
  ) {
    let change = history[path]
    found[source, default: []].append(
      MinedDraft(
        source: source, key: "\(path) \(symbol)", draft: draft,
        origin: "file:\(path)#\(declaration.line + 1)", path: path, author: change?.author,
        date: change?.date ?? .distantPast, score: score))
  }

  // MARK: Tests

  /// Functions and tests stand in different files, of which one may not have changed.
  private mutating func linkTests(
    _ entries: [ProjectFiles.Entry], _ known: [String: FileState]
  ) {
    var places: [TestPairs.Place] = []
    var byPath: [String: ProjectFiles.Entry] = [:]
    for entry in entries {
      byPath[entry.path] = entry
      let declarations = (states[entry.path] ?? known[entry.path])?.declarations ?? []
      places += declarations.map {
        TestPairs.Place(path: entry.path, language: entry.language, declaration: $0)
      }
    }
    let pairs = TestPairs(places).pairs().filter {
      read.contains($0.function.path) || read.contains($0.test.path)
    }
    var texts: [String: SourceText] = [:]
    func text(_ path: String) -> SourceText? {
      if let text = texts[path] { return text }
      texts[path] = byPath[path].flatMap(listing.read)
      return texts[path]
    }
    var counts: [TestPairs.Place: Int] = [:]
    for pair in pairs where counts[pair.function] ?? 0 < TestPairs.mostPerFunction {
      guard let code = text(pair.function.path), let tests = text(pair.test.path),
        pair.function.declaration.end < code.lines.count,
        pair.test.declaration.end < tests.lines.count
      else { continue }
      let function = CodePair(code, pair.function.declaration)
      guard
        let draft = TestPairs.draft(
          function: function, test: CodePair(tests, pair.test.declaration))
      else { continue }
      counts[pair.function, default: 0] += 1
      add(
        .tests, draft, pair.test.path, pair.test.declaration, pair.test.declaration.symbol,
        function.score(draft))
    }
  }

  // MARK: Prose

  /// What repeats shows only in all documents together, so one that changed has all of them read.
  private mutating func takeProse(_ entries: [ProjectFiles.Entry]) {
    let documents = entries.filter { $0.language == ProseMining.language }
    guard documents.contains(where: { read.contains($0.path) }) else { return }
    var prose = ProseMining()
    for entry in documents {
      guard let text = listing.read(entry) else { continue }
      prose.take(text)
      read.insert(entry.path)
    }
    found[.prose] = prose.drafts().map { found in
      var found = found
      let change = found.path.flatMap { history[$0] }
      found.author = change?.author
      found.date = change?.date ?? .distantPast
      return found
    }
  }
}
