import Foundation

/// Reads commits newest first: numbers of changed lines of many in one pass, patches of the few that
/// are wanted in another.
struct CommitHistory: Sendable {
  let git: Git
  /// Whether the project is a folder within the repository: then only its changes count.
  let isPartial: Bool

  private var paths: [String] { isPartial ? ["--", "."] : ["--"] }

  /// Which commits are listed.
  struct Selection: Sendable {
    /// Revisions as `git log` takes them, such as `old..new`.
    var revisions: [String]
    var skip = 0
    var limit: Int
    var since: String?
    var author: String?
    /// Only commits that touch one of these files, and of those only these.
    var paths: [String] = []

    fileprivate var arguments: [String] {
      ["--max-count=\(limit)", "--skip=\(skip)"]
        + Git.restriction(since: since, author: author)
    }
  }

  /// Lists commits with their numbers of changed lines.
  ///
  /// - Parameter body: gets each commit; false ends the list.
  func list(
    _ selection: Selection, _ body: (Commit) throws(MiningError) -> Bool
  ) throws(MiningError) {
    var reader = CommitListReader()
    var cutter = StreamCutter(at: 0)
    var isOn = true
    var found: [Commit] = []
    let arguments =
      ["log", "-z", "--numstat", "--no-merges", "--format=\(CommitListReader.format)"]
      + Git.diffOptions + selection.arguments + selection.revisions
      + (selection.paths.isEmpty ? paths : ["--"] + selection.paths.map { ":(literal)\($0)" })
    try git.stream(arguments) { piece throws(MiningError) in
      cutter.take(piece) { token in if let commit = reader.take(token) { found.append(commit) } }
      for commit in found where isOn { isOn = try body(commit) }
      found = []
      return isOn
    }
    guard isOn else { return }
    cutter.end { token in if let commit = reader.take(token) { found.append(commit) } }
    if let commit = reader.end() { found.append(commit) }
    for commit in found where isOn { isOn = try body(commit) }
  }

  /// Reads the patches of commits, in their order.
  ///
  /// - Parameters:
  ///   - allows: whether a file may be read; of others nothing is kept.
  ///   - body: gets each commit's number in `commits` and its changes; false ends the reading.
  func patches(
    of commits: [Commit], allows: @Sendable (String) -> Bool,
    _ body: (Int, Diff) throws(MiningError) -> Bool
  ) throws(MiningError) {
    guard !commits.isEmpty else { return }
    var reader = PatchReader(commits.map(\.id))
    var cutter = StreamCutter(at: UInt8(ascii: "\n"), longest: 4096)
    var isOn = true
    func hand(_ found: [(Int, Diff)]) throws(MiningError) {
      for (number, diff) in found where isOn {
        isOn = try body(
          number, Diff(files: diff.files.filter { allows($0.path) && !$0.wasSecret(allows) }))
      }
    }
    let list = Array((commits.map(\.id).joined(separator: "\n") + "\n").utf8)
    let arguments =
      ["diff-tree", "--stdin", "--root", "-r", "--patch", "--unified=1"] + Git.diffOptions
      + paths
    try git.stream(arguments, input: list) { piece throws(MiningError) in
      var found: [(Int, Diff)] = []
      cutter.take(piece) { line in if let one = reader.take(line) { found.append(one) } }
      try hand(found)
      return isOn
    }
    guard isOn else { return }
    cutter.end { line in _ = reader.take(line) }
    if let last = reader.end() { try hand([last]) }
  }
}

extension Diff.File {
  /// A file that had another name may be one that must not be read.
  fileprivate func wasSecret(_ allows: (String) -> Bool) -> Bool {
    if case .renamed(let old) = kind { !allows(old) } else { false }
  }
}

/// Reads `git log -z --numstat`.
private struct CommitListReader {
  static let format = "%x01%H%x02%P%x02%aN%x02%aE%x02%at%x02%B%x03"

  private var commit: Commit?
  /// What is left of a renamed file: its counts, and how many names are still to come.
  private var renamed: (added: Int, removed: Int, names: Int)?

  /// - Returns: the commit before, when this token begins another.
  mutating func take(_ token: ArraySlice<UInt8>) -> Commit? {
    if renamed == nil, token.first == 1 {
      defer { commit = Self.commit(token.dropFirst()) }
      return commit
    }
    guard commit != nil else { return nil }
    if let known = renamed {
      guard known.names == 1 else {
        renamed?.names -= 1
        return nil
      }
      renamed = nil
      append(String(decoding: token, as: UTF8.self), known.added, known.removed)
      return nil
    }
    let text = String(decoding: token.drop { $0 == UInt8(ascii: "\n") }, as: UTF8.self)
    let parts = text.split(separator: "\t", maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3 else { return nil }
    let (added, removed) = (Int(parts[0]) ?? -1, Int(parts[1]) ?? -1)
    if parts[2].isEmpty {
      renamed = (added, removed, 2)
    } else {
      append(String(parts[2]), added, removed)
    }
    return nil
  }

  private mutating func append(_ path: String, _ added: Int, _ removed: Int) {
    commit?.changes.append(
      Commit.Change(
        path: path, added: max(0, added), removed: max(0, removed), isBinary: added < 0))
  }

  mutating func end() -> Commit? {
    defer { commit = nil }
    return commit
  }

  private static func commit(_ bytes: ArraySlice<UInt8>) -> Commit? {
    let text = String(decoding: bytes, as: UTF8.self)
    let parts = text.split(separator: "\u{2}", maxSplits: 5, omittingEmptySubsequences: false)
    guard parts.count == 6, let seconds = Double(parts[4]) else { return nil }
    let message = parts[5].hasSuffix("\u{3}") ? parts[5].dropLast() : parts[5]
    return Commit(
      id: String(parts[0]), parents: parts[1].split(separator: " ").map(String.init),
      author: String(parts[2]), email: String(parts[3]),
      date: Date(timeIntervalSince1970: seconds), message: CommitMessage(String(message)))
  }
}

/// Reads `git diff-tree --stdin`: each patch stands below the commit's id, which no line of a patch
/// looks like.
private struct PatchReader {
  private let ids: [String]
  private var next = 0
  private var parser = DiffParser()
  private var bytes = 0

  init(_ ids: [String]) { self.ids = ids }

  mutating func take(_ line: ArraySlice<UInt8>) -> (Int, Diff)? {
    if line.count >= 40, let first = line.first, Self.isHex(first), let found = number(line) {
      let done = end()
      next = found + 1
      return done
    }
    bytes += line.count
    if next > 0, bytes < Diff.longest {
      let text = String(decoding: line, as: UTF8.self)
      parser.take(text.hasSuffix("\r") ? text.dropLast() : text[...])
    }
    return nil
  }

  /// A commit without changes is left out by Git.
  private func number(_ line: ArraySlice<UInt8>) -> Int? {
    let id = String(decoding: line, as: UTF8.self)
    return ids[next...].firstIndex(of: id)
  }

  private static func isHex(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte)
  }

  mutating func end() -> (Int, Diff)? {
    defer { bytes = 0 }
    let files = parser.end()
    return next == 0 ? nil : (next - 1, Diff(files: files))
  }
}
