/// The form that a project's subjects share, as far as it can be read off many of them. Pure.
struct CommitConvention: Sendable, Equatable {
  /// What a subject looks like.
  struct Form: Sendable, Hashable {
    /// `fix:`, `fix(scope):`, `FIX`, `[core]`, `core:`; empty where it begins with a word.
    enum Prefix: Sendable, Hashable { case none, type, scoped, upper, bracket, area }
    var prefix: Prefix
    var startsUpper: Bool
    var endsWithPeriod: Bool

    init(_ subject: String) {
      let subject = subject[...]
      var rest = subject
      if let match = subject.prefixMatch(of: #/\[[^\]]+\]:? */#) {
        prefix = .bracket
        rest = subject[match.range.upperBound...]
      } else if let match = subject.prefixMatch(of: #/[a-z]+!?: +/#) {
        prefix = Self.types.contains(subject.prefix { $0.isLetter }) ? .type : .area
        rest = subject[match.range.upperBound...]
      } else if let match = subject.prefixMatch(of: #/[a-zA-Z]+\([^)]*\)!?: +/#) {
        prefix = .scoped
        rest = subject[match.range.upperBound...]
      } else if let match = subject.prefixMatch(of: #/[A-Z]{2,}:? +/#) {
        prefix = .upper
        rest = subject[match.range.upperBound...]
      } else if let match = subject.prefixMatch(of: #/[\w.\/\-]+: +/#) {
        prefix = .area
        rest = subject[match.range.upperBound...]
      } else {
        prefix = .none
      }
      startsUpper = rest.first?.isUppercase ?? false
      endsWithPeriod = subject.hasSuffix(".")
    }

    private static let types: Set<Substring> = [
      "feat", "fix", "docs", "doc", "style", "refactor", "perf", "test", "tests", "build", "ci",
      "chore", "revert", "feature", "bugfix",
    ]
  }

  /// How often each form occurs among all subjects, 0 to 1.
  private let shares: [Form: Double]

  init(_ subjects: [String]) {
    var counts: [Form: Int] = [:]
    for subject in subjects { counts[Form(subject), default: 0] += 1 }
    shares = counts.mapValues { Double($0) / Double(max(1, subjects.count)) }
  }

  /// How usual a subject's form is, 0 to 1: 1 for the most frequent one.
  func usualness(_ subject: String) -> Double {
    let most = shares.values.max() ?? 0
    return most == 0 ? 0 : (shares[Form(subject)] ?? 0) / most
  }
}
