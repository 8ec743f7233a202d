import Foundation

/// One commit as the first pass over the history sees it.
struct Commit: Sendable {
  /// How much of one file changed; binary files have no counts.
  struct Change: Sendable {
    var path: String
    var added: Int
    var removed: Int
    var isBinary: Bool
  }

  var id: String
  var parents: [String]
  var author: String
  var email: String
  var date: Date
  var message: CommitMessage
  var changes: [Change] = []

  var lineCount: Int { changes.reduce(0) { $0 + $1.added + $1.removed } }
}

/// A commit message in its parts. Pure.
struct CommitMessage: Sendable, Equatable {
  var subject: String
  /// Without trailers; empty where there is none, or where it only lists the commits of a squash.
  var body: String

  init(_ text: String) {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
      .map { $0.trimmingEnd }
    let start = lines.firstIndex { !$0.isEmpty } ?? lines.count
    // A subject that was wrapped is one line, as Git shows it.
    let subjectLines = lines[start...].prefix { !$0.isEmpty }
    let isLong = subjectLines.count > 2
    subject =
      isLong || subjectLines.isEmpty
      ? (subjectLines.first ?? "") : subjectLines.joined(separator: " ")
    let rest = lines[(start + (isLong ? 1 : subjectLines.count))...]
    body = Self.body(Array(rest))
  }

  private static func body(_ lines: [String]) -> String {
    var lines = lines
    func dropBlankEnd() { while lines.last?.isEmpty == true { lines.removeLast() } }
    dropBlankEnd()
    while let last = lines.last, isTrailer(last) || last.hasPrefix("---------") {
      lines.removeLast()
      dropBlankEnd()
    }
    lines = lines.filter { !isTrailer($0) && !$0.hasPrefix("(cherry picked from commit") }
    let text = lines.drop { $0.isEmpty }
    let items = text.count { $0.hasPrefix("* ") }
    guard items == 0 || text.first?.hasPrefix("* ") == false else { return "" }
    return text.joined(separator: "\n")
  }

  /// `Signed-off-by: …`; a sentence with a colon is none.
  private static func isTrailer(_ line: String) -> Bool {
    guard let colon = line.firstRange(of: ": ") else { return false }
    let key = line[..<colon.lowerBound].lowercased()
    let known: Set<String> = [
      "signed-off-by", "co-authored-by", "reviewed-by", "acked-by", "tested-by", "reported-by",
      "suggested-by", "cc", "change-id", "differential revision", "reviewed by", "pull request",
      "pr-url", "git-svn-id", "bug", "fixes", "closes", "link", "fbshipit-source-id",
      "reviewed-on", "commit-queue", "auto-submit", "gitorigin-revid", "co-developed-by",
      "generated-by", "assisted-by", "made-with", "claude-session",
    ]
    return known.contains(key) || key.hasSuffix("-by") && !key.contains(" ")
  }
}

extension StringProtocol {
  var trimmingEnd: String {
    guard let last = lastIndex(where: { !$0.isWhitespace }) else { return "" }
    return String(self[...last])
  }

  /// Without whitespace at both ends.
  var trimmed: String {
    guard let first = firstIndex(where: { !$0.isWhitespace }) else { return "" }
    return self[first...].trimmingEnd
  }
}
