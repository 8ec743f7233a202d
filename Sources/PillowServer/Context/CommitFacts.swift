import Foundation

/// What the subject of a commit says, against what its diff shows. Pure.
package enum CommitFacts {
  private static let adding: Set<String> = [
    "add", "allow", "create", "enable", "implement", "include", "insert", "introduce", "log",
    "make", "print", "set", "show", "support", "use", "write",
  ]
  private static let removing: Set<String> = ["delete", "discard", "drop", "remove", "strip"]

  /// Whether a subject says that something was added where lines were only taken out, or the other
  /// way round, or speaks of something else where only tests were changed.
  ///
  /// - Parameters:
  ///   - message: the answer.
  ///   - diff: as the prompt shows it: a line `path +1 -2` for each file, then lines that begin with
  ///     `+`, `-` or `@`.
  package static func contradict(_ message: String, diff: String) -> Bool {
    let lines = diff.lines
    let added = lines.filter { $0.hasPrefix("+ ") }
    let removed = lines.filter { $0.hasPrefix("- ") }
    let paths = lines.compactMap { $0.wholeMatch(of: #/(\S.*?)(?: [+-]\d+)+/#)?.1 }
    guard !added.isEmpty || !removed.isEmpty else { return false }
    let subject = (message.lines.first ?? "").lowercased()
    let said = subject.replacing(#/^\w+(?:\([^)]*\))?!?:\s*/#, with: "")
    let verb = String(said.prefix { $0.isLetter })
    if added.isEmpty, adding.contains(verb) { return true }
    if removed.isEmpty, removing.contains(verb) {
      let code = added.joined(separator: " ").lowercased()
      if !code.contains(verb) { return true }
    }
    let areTests = !paths.isEmpty && paths.allSatisfy { isTest($0.lowercased()) }
    return areTests
      && !subject.contains(#/test|spec|check|cover|assert|case|fixture|verif|expect|regression/#)
  }

  private static func isTest(_ path: String) -> Bool {
    path.contains(#/(?:^|\/)(?:tests?|specs?|__tests__)\/|[._-](?:tests?|spec)\.|(?:^|\/)test_/#)
  }

  /// Text without the numbers that only count lines: those of hunks and of files.
  static func withoutCounts(_ text: String) -> String {
    text.lines.map { line in
      line.hasPrefix("@@") || line.hasPrefix("index ")
        ? "" : line.replacing(#/(?: [+-]\d+)+$/#, with: "")
    }.joined(separator: "\n")
  }
}
