/// Which commits show how people of a project write messages. Pure.
struct CommitFilter: Sendable {
  static let longestSubject = 150
  static let mostLines = 3000
  static let mostFiles = 60

  let shallow: Set<String>
  /// Whether a file may be read.
  let allows: @Sendable (String) -> Bool

  /// Judged before the patch is read.
  func reason(against commit: Commit) -> SkipReason? {
    if commit.parents.count > 1 { return .merge }
    if shallow.contains(commit.id) { return .shallow }
    if Self.isBot(commit) { return .bot }
    if let reason = Self.reason(against: commit.message) { return reason }
    guard !commit.changes.isEmpty else { return .noText }
    let own = commit.changes.filter { !GeneratedFiles.contains($0.path) }
    if own.isEmpty { return .generated }
    let readable = own.filter { allows($0.path) }
    if readable.isEmpty { return .ignored }
    if readable.allSatisfy(\.isBinary) { return .noText }
    let lines = readable.reduce(0) { $0 + $1.added + $1.removed }
    if lines > Self.mostLines || readable.count > Self.mostFiles { return .large }
    if Self.speaksOfFormatting(commit.message.subject), lines > 40 { return .reformatting }
    return nil
  }

  private static func isBot(_ commit: Commit) -> Bool {
    let author = commit.author.lowercased()
    let mail = commit.email.lowercased()
    let bots = [
      "[bot]", "dependabot", "renovate", "github-actions", "pre-commit-ci", "greenkeeper",
      "mergify", "snyk-bot", "imgbot", "semantic-release", "weblate", "transifex", "crowdin",
    ]
    if bots.contains(where: { author.contains($0) || mail.contains($0) }) { return true }
    let words = author.split { !$0.isLetter }
    return words.contains("bot") || author.hasSuffix("-bot") || mail.hasPrefix("bot@")
      || mail.contains("-bot@")
  }

  static func reason(against message: CommitMessage) -> SkipReason? {
    let subject = message.subject
    let lower = subject.lowercased()
    if lower.hasPrefix("merge ") || lower.hasPrefix("merged ") { return .merge }
    if lower.hasPrefix("revert") || message.body.hasPrefix("This reverts commit") { return .revert }
    if ["fixup!", "squash!", "amend!", "wip", "[wip]", "tmp", "temp "].contains(
      where: lower.hasPrefix)
    {
      return .fixup
    }
    if isRelease(lower) { return .release }
    if subject.count > longestSubject { return .overlong }
    return isTrivial(lower) ? .trivial : nil
  }

  /// A new version's number alone, or a dependency's.
  private static func isRelease(_ subject: String) -> Bool {
    subject.contains(
      #/^(\w+(\([^)]*\))?[:!]? )?(bump(s|ed)?|release|prepare release|version|v\d)\b.*\d/#)
      || subject.contains(#/^([\w-]+ )?v?\d+\.\d+[\w.\-+]*$/#)
  }

  /// Too short to say anything, or one of the phrases that tools fill in.
  private static func isTrivial(_ subject: String) -> Bool {
    let words = subject.split { !$0.isLetter && !$0.isNumber && $0 != "_" }
    guard words.count >= 2, subject.count >= 8 else { return true }
    let phrases: Set<String> = [
      "initial commit", "first commit", "update readme", "update readme.md", "fix typo",
      "fix typos", "minor changes", "minor fixes", "minor fix", "small fix", "small fixes",
      "quick fix", "fix bug", "fix bugs", "bug fix", "bug fixes", "code cleanup", "clean up",
      "more work", "work in progress", "apply suggestions from code review", "fix tests",
      "fix build", "fix lint", "fix ci", "update changelog", "update dependencies",
      "add files via upload", "address review comments", "address comments", "review comments",
      "bump version", "not sure", "some fixes", "some changes", "fix it", "try again",
    ]
    let plain = subject.prefix { $0 != "(" }.trimmed
    return phrases.contains(plain.hasSuffix(".") ? String(plain.dropLast()) : plain)
  }

  private static func speaksOfFormatting(_ subject: String) -> Bool {
    subject.lowercased().contains(
      #/\b(re-?format(ted|ting)?|format(ting)?|clang-format|prettier|gofmt|rustfmt|black|isort|ruff format|whitespace|re-?indent|line endings|lint(ing)?|spdx|copyright|license headers?)\b/#
    )
  }

  /// Judged by the patch: nothing but white space, or lines in another order.
  static func isReformatting(_ diff: Diff) -> Bool {
    var balance: [String: Int] = [:]
    var count = 0
    for line in diff.files.lazy.flatMap(\.hunks).flatMap(\.lines) {
      let content = line.text.filter { !$0.isWhitespace }
      guard !content.isEmpty else { continue }
      count += 1
      balance[content, default: 0] += line.isAdded ? 1 : -1
    }
    let left = balance.values.reduce(0) { $0 + abs($1) }
    return count >= 20 && left * 10 <= count
  }
}
