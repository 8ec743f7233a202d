/// A diff as a small model reads it: which files changed and how much, and the most telling lines
/// within a budget. Mined commits and the commit buffer both get their input from here. Pure.
///
/// ```
/// src/date.js +1 -1
/// tests/date.test.js +9
/// @ src/date.js getMonth
/// - return date.getMonth();
/// + return date.getMonth() + 1;
/// ```
package struct DiffText: Sendable {
  /// About four bytes make a token.
  package static let budget = 640
  private static let mostFiles = 6
  private static let longestLine = 100

  private let files: [Diff.File]
  private let budget: Int

  private init(_ diff: Diff, budget: Int) {
    files = diff.files.filter { !GeneratedFiles.contains($0.path) }.sorted(by: Self.isBefore)
    self.budget = budget
  }

  /// - Parameter budget: bytes of UTF-8.
  /// - Returns: empty when nothing but generated files changed.
  package static func text(of diff: Diff, budget: Int = budget) -> String {
    DiffText(diff, budget: budget).text
  }

  /// The lines of such a text that say which files changed and how much.
  package static func headings(of text: String) -> String {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    return lines.prefix { line in !["@ ", "+ ", "- "].contains(where: line.hasPrefix) }
      .joined(separator: "\n")
  }

  /// Whether such a text shows lines of Base64 as keys and certificates have them: of a key in the
  /// middle of a file, a diff may have neither the beginning nor the end.
  static func showsKeys(_ text: String) -> Bool {
    text.split(separator: "\n").contains { line in
      guard let found = line.firstMatch(of: keyLine)?.1 else { return false }
      return found.contains(where: \.isUppercase) && found.contains(where: \.isLowercase)
        && found.contains(where: \.isNumber)
    }
  }

  private nonisolated(unsafe) static let keyLine =
    #/^[+-] ["'`]?([A-Za-z0-9+\/]{60,76})={0,2}(\\[nr])*["'`,;\\ ]*$/#

  /// The paths in such a text's headings.
  static func paths(in text: String) -> [String] {
    headings(of: text).split(separator: "\n").flatMap { heading -> [String] in
      let path = String(heading).replacing(#/( \+\d+)?( -\d+)?( \(binary\))?$/#, with: "")
      if path.hasPrefix("renamed ") {
        return path.dropFirst("renamed ".count).split(separator: " to ").map(String.init)
      }
      let word = ["new ", "deleted "].first(where: path.hasPrefix) ?? ""
      return [String(path.dropFirst(word.count))]
    }
  }

  /// What people write comes before what accompanies it.
  private static func isBefore(_ a: Diff.File, _ b: Diff.File) -> Bool {
    let (first, second) = (FileRole(a.path), FileRole(b.path))
    if first != second { return first < second }
    let (one, other) = (a.lineCount, b.lineCount)
    return one != other ? one > other : a.path < b.path
  }

  private var text: String {
    var lines = files.prefix(Self.mostFiles).map(heading)
    if files.count > Self.mostFiles {
      lines.append("and \(files.count - Self.mostFiles) more files")
    }
    var room = budget - lines.reduce(0) { $0 + $1.utf8.count + 1 }
    // A file has the right to its share, and what others leave.
    let shown = files.prefix(Self.mostFiles).filter { !$0.hunks.isEmpty }
    for (index, file) in shown.enumerated() {
      let share = room / (shown.count - index)
      let excerpt = excerpt(of: file, room: share, isOnly: shown.count == 1)
      room -= excerpt.reduce(0) { $0 + $1.utf8.count + 1 }
      lines += excerpt
    }
    return lines.joined(separator: "\n")
  }

  private func heading(_ file: Diff.File) -> String {
    if file.isBinary { return "\(word(file.kind))\(file.path) (binary)" }
    var text = word(file.kind) + file.path
    let added = file.hunks.reduce(0) { $0 + $1.lines.count(where: \.isAdded) }
    let removed = file.lineCount - added
    if added > 0 { text += " +\(added)" }
    if removed > 0 { text += " -\(removed)" }
    return text
  }

  private func word(_ kind: Diff.File.Kind) -> String {
    switch kind {
    case .changed: ""
    case .added: "new "
    case .removed: "deleted "
    case .renamed(let old): "renamed \(old) to "
    }
  }

  // MARK: Lines

  private func excerpt(of file: Diff.File, room: Int, isOnly: Bool) -> [String] {
    guard file.kind != .removed else { return [] }
    var lines: [String] = []
    var room = room
    func add(_ line: String) -> Bool {
      guard line.utf8.count + 1 <= room else { return false }
      room -= line.utf8.count + 1
      lines.append(line)
      return true
    }
    if !isOnly, !add("@ \(file.name)") { return [] }
    for hunk in file.hunks.sorted(by: { Self.weight($0) > Self.weight($1) }) {
      let told = Self.told(hunk, room: room)
      guard let first = told.first, first.utf8.count + 1 <= room else { continue }
      let place = Self.place(hunk)
      if !place.isEmpty, place.utf8.count + 3 + first.utf8.count <= room { _ = add("@ \(place)") }
      for line in told { guard add(line) else { return lines } }
    }
    return lines
  }

  /// The lines of a hunk that say something: imports only where there is nothing else, and
  /// definitions first where not all have room.
  private static func told(_ hunk: Diff.Hunk, room: Int) -> [String] {
    let own = hunk.lines.filter { !isImport($0.text) }
    let lines = own.contains(where: { line($0) != nil }) ? own : hunk.lines
    let told = lines.compactMap(line)
    guard told.reduce(0, { $0 + $1.utf8.count + 1 }) > room else { return told }
    let defining = lines.filter { defines($0.text) }.compactMap(line)
    return defining.isEmpty ? told : defining + told.filter { !defining.contains($0) }
  }

  private static func isImport(_ text: String) -> Bool {
    let text = text.drop { $0 == " " || $0 == "\t" }
    return ["import ", "from ", "#include", "use ", "using ", "require", "package "].contains(
      where: text.hasPrefix)
  }

  /// A change that has both sides says more than one that only adds, and a short one more than a
  /// long one.
  private static func weight(_ hunk: Diff.Hunk) -> Double {
    let told = hunk.lines.filter { line($0) != nil && !isImport($0.text) }
    guard !told.isEmpty else { return 0 }
    let added = told.count(where: \.isAdded)
    let isEdit = added > 0 && added < told.count
    let defines = told.contains { Self.defines($0.text) }
    return (isEdit ? 2 : 1) + (defines ? 1 : 0) + 1 / Double(told.count)
  }

  private static func defines(_ text: String) -> Bool {
    let words: Set<Substring> = [
      "def", "class", "func", "fn", "function", "struct", "enum", "interface", "type", "impl",
      "protocol", "trait", "module",
    ]
    return text.split(separator: " ").prefix(4).contains { words.contains($0) }
  }

  /// The function's name and arguments, without indentation.
  private static func place(_ hunk: Diff.Hunk) -> String {
    let text = hunk.place.drop { $0 == " " || $0 == "\t" }
    return String(text.prefix(60))
  }

  /// Nothing for a line without letters.
  private static func line(_ line: Diff.Line) -> String? {
    let text = line.text.drop { $0 == " " || $0 == "\t" }
    guard text.contains(where: { $0.isLetter || $0.isNumber }) else { return nil }
    return (line.isAdded ? "+ " : "- ") + text.prefix(longestLine)
  }
}

extension Diff.File {
  /// Lines that were added or removed.
  var lineCount: Int { hunks.reduce(0) { $0 + $1.lines.count } }

  var name: Substring { path.split(separator: "/").last ?? "" }
}

/// What a file is for, judged by its path: what comes first tells most of a change.
enum FileRole: Int, Comparable {
  case code, prose, test, other

  init(_ path: String) {
    let lower = path.lowercased()
    let parts = lower.split(separator: "/")
    let name = parts.last ?? ""
    if parts.dropLast().contains(where: { Self.testFolders.contains($0) })
      || name.hasPrefix("test_") || name.contains("_test.") || name.contains(".test.")
      || name.contains(".spec.") || name.contains("tests.")
    {
      self = .test
    } else if name.hasSuffix(".md") || name.hasSuffix(".rst") || name.hasSuffix(".mdx")
      || name.hasSuffix(".txt") || name.hasSuffix(".adoc")
    {
      self = .prose
    } else if ["json", "yaml", "yml", "toml", "lock", "cfg", "ini", "xml", "csv"].contains(
      name.split(separator: ".").last ?? "")
    {
      self = .other
    } else {
      self = .code
    }
  }

  private static let testFolders: Set<Substring> = [
    "test", "tests", "__tests__", "spec", "specs", "testing",
  ]

  static func < (a: FileRole, b: FileRole) -> Bool { a.rawValue < b.rawValue }
}
