import PromptPool

/// The changes of some files, read from Git's patches or any other unified diff. Pure.
package struct Diff: Sendable, Equatable {
  /// More of one is not read.
  static let longest = 1 << 20

  package struct File: Sendable, Equatable {
    package enum Kind: Sendable, Equatable { case changed, added, removed, renamed(from: String) }

    package var path: String
    package var kind = Kind.changed
    package var isBinary = false
    package var hunks: [Hunk] = []

    package init(path: String, hunks: [Hunk] = []) {
      self.path = path
      self.hunks = hunks
    }
  }

  package struct Hunk: Sendable, Equatable {
    /// The function that it is in, as far as the diff says.
    package var place = ""
    package var lines: [Line] = []

    package init(place: String = "", lines: [Line] = []) {
      self.place = place
      self.lines = lines
    }
  }

  /// A line that was added or removed.
  package struct Line: Sendable, Equatable {
    package var isAdded: Bool
    package var text: String

    package init(isAdded: Bool, text: String) {
      self.isAdded = isAdded
      self.text = text
    }
  }

  package var files: [File] = []

  package init(files: [File] = []) { self.files = files }

  package init(parsing text: String) {
    var parser = DiffParser()
    for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isLineEnd) {
      parser.take(line)
    }
    files = parser.end()
  }
}

extension Diff {
  /// Without files that by their names hold secrets.
  package var withoutSecrets: Diff { Diff(files: files.filter { !SecretFiles.contains($0.path) }) }
}

/// Reads a diff line by line.
struct DiffParser {
  private var files: [Diff.File] = []
  /// Lines that the hunk still has, of the old and of the new file.
  private var left = (old: 0, new: 0)
  private var renamedFrom: String?
  /// The old name of a file that a diff without Git's headings announces.
  private var announced: String?

  mutating func take(_ line: Substring) {
    if left.old > 0 || left.new > 0, takeWithinHunk(line) { return }
    left = (0, 0)
    if line.hasPrefix("diff --git ") {
      announced = nil
      renamedFrom = nil
      files.append(Diff.File(path: Self.path(ofHeading: line.dropFirst(11))))
    } else if line.hasPrefix("@@ ") {
      beginHunk(line)
    } else if line.hasPrefix("--- ") {
      announced = Self.name(line.dropFirst(4))
    } else if line.hasPrefix("+++ ") {
      takeNewName(Self.name(line.dropFirst(4)))
    } else if !files.isEmpty {
      takeHeading(line)
    }
  }

  mutating func end() -> [Diff.File] {
    defer { self = DiffParser() }
    return files
  }

  private mutating func takeHeading(_ line: Substring) {
    let last = files.count - 1
    guard files[last].hunks.isEmpty else { return }
    if line.hasPrefix("new file mode") {
      files[last].kind = .added
    } else if line.hasPrefix("deleted file mode") {
      files[last].kind = .removed
    } else if line.hasPrefix("rename from ") {
      renamedFrom = Self.unquoted(line.dropFirst(12))
    } else if line.hasPrefix("rename to ") {
      files[last].path = Self.unquoted(line.dropFirst(10))
      if let renamedFrom { files[last].kind = .renamed(from: renamedFrom) }
    } else if line.hasPrefix("Binary files ") || line == "GIT binary patch" {
      files[last].isBinary = true
    }
  }

  private mutating func takeNewName(_ new: String?) {
    defer { announced = nil }
    guard let last = files.indices.last, files[last].hunks.isEmpty else {
      // No heading of Git's came before.
      if let path = new ?? announced { files.append(Diff.File(path: path)) }
      return
    }
    if let path = new ?? announced { files[last].path = path }
  }

  private mutating func beginHunk(_ line: Substring) {
    let parts = line.split(separator: " ", maxSplits: 4, omittingEmptySubsequences: false)
    guard !files.isEmpty, parts.count >= 4, parts[3].hasPrefix("@@"),
      let old = Self.count(parts[1]), let new = Self.count(parts[2])
    else { return }
    left = (old, new)
    let place = parts.count > 4 ? String(parts[4]) : ""
    files[files.count - 1].hunks.append(Diff.Hunk(place: place))
  }

  /// - Returns: false where the line is none of the hunk's, as in a diff that was cut.
  private mutating func takeWithinHunk(_ line: Substring) -> Bool {
    let file = files.count - 1
    let hunk = files[file].hunks.count - 1
    switch line.first {
    case "+":
      left.new -= 1
      files[file].hunks[hunk].lines.append(
        Diff.Line(isAdded: true, text: String(line.dropFirst())))
    case "-":
      left.old -= 1
      files[file].hunks[hunk].lines.append(
        Diff.Line(isAdded: false, text: String(line.dropFirst())))
    case " ", "\t", nil:
      left.old -= 1
      left.new -= 1
    case "\\": break
    default: return false
    }
    return true
  }

  /// `-12,5`: five lines.
  private static func count(_ range: Substring) -> Int? {
    let parts = range.dropFirst().split(separator: ",")
    guard let first = parts.first, Int(first) != nil else { return nil }
    return parts.count > 1 ? Int(parts[1]) : 1
  }

  // MARK: Names

  /// The name of `--- a/file`, nil for `/dev/null`.
  private static func name(_ text: Substring) -> String? {
    // Other programs write a date or a revision behind a tab.
    let name = unquoted(text.prefix { $0 != "\t" })
    guard name != "/dev/null" else { return nil }
    return withoutPrefix(name)
  }

  /// `a/file b/file`: the half where both sides are the same, which they are but for renames.
  private static func path(ofHeading text: Substring) -> String {
    if text.hasPrefix("\""), let end = text.dropFirst().firstRange(of: "\" ") {
      return withoutPrefix(unquoted(text[text.startIndex...end.lowerBound]))
    }
    let half = text.utf8.count / 2
    let middle = text.utf8.index(text.utf8.startIndex, offsetBy: half)
    if text.utf8.count % 2 == 1, middle < text.endIndex, text[middle] == " " {
      return withoutPrefix(String(text[..<middle]))
    }
    return withoutPrefix(String(text.prefix { $0 != " " }))
  }

  /// Without `a/`, `b/`, and the letters of `diff.mnemonicPrefix`.
  private static func withoutPrefix(_ name: String) -> String {
    let start = name.utf8.prefix(2)
    guard start.count == 2, start.last == UInt8(ascii: "/"), let letter = name.first,
      "abciow".contains(letter)
    else { return name }
    return String(name.dropFirst(2))
  }

  /// Git writes names with unusual bytes as C strings.
  private static func unquoted(_ text: Substring) -> String {
    guard text.hasPrefix("\""), text.hasSuffix("\""), text.count > 1 else { return String(text) }
    var bytes: [UInt8] = []
    var rest = Array(text.dropFirst().dropLast().utf8)[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "\\"), let next = rest.first else {
        bytes.append(byte)
        continue
      }
      if let value = UInt8(String(decoding: rest.prefix(3), as: UTF8.self), radix: 8) {
        bytes.append(value)
        rest = rest.dropFirst(3)
      } else {
        rest.removeFirst()
        bytes.append(["n": 10, "t": 9, "r": 13][Character(UnicodeScalar(next))] ?? next)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
