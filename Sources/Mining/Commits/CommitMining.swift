import Foundation
import PromptPool

/// Turns commits into exemplars: a diff in, the message out.
struct CommitMining: Sendable {
  /// Bytes; a longer body is left out.
  private static let longestBody = 600

  let history: CommitHistory
  let filter: CommitFilter
  /// Files that are still there.
  let living: Set<String>

  /// What one look at the history found.
  struct Findings {
    var drafts: [MinedDraft] = []
    var skipped: [SkipReason: Int] = [:]
    var looked = 0
    /// How many of the drafts the pool does not have.
    var fresh = 0
    /// Whether the list of commits came to its end.
    var isAtEnd = false
    /// What Git could not read.
    var problems: [MiningError] = []
  }

  /// So many commits that cannot be read are passed over.
  private static let mostProblems = 16

  /// - Parameters:
  ///   - known: keys of what the pool has already.
  ///   - wanted: ends the search once so many exemplars were found that it does not have.
  ///   - isOver: whether the time is used up.
  /// - Throws: where nothing at all could be read.
  func mine(
    _ selection: CommitHistory.Selection, known: Set<String> = [], wanted: Int, isOver: () -> Bool
  ) throws(MiningError) -> Findings {
    var findings = Findings()
    var rest = selection
    // A thousand commits at once keep memory small in a repository with any number of them.
    while findings.looked < selection.limit, findings.fresh < wanted, !isOver() {
      rest.skip = selection.skip + findings.looked
      rest.limit = min(1000, selection.limit - findings.looked)
      var looked = 0
      var chosen: [Commit] = []
      var problem: MiningError?
      do throws(MiningError) {
        try history.list(rest) { commit throws(MiningError) in
          looked += 1
          if let reason = filter.reason(against: commit) {
            findings.skipped[reason, default: 0] += 1
          } else {
            chosen.append(commit)
          }
          return !isOver()
        }
      } catch {
        guard case .git = error else { throw error }
        problem = error
      }
      findings.looked += looked
      do throws(MiningError) { try read(chosen, into: &findings) } catch {
        guard case .git = error else { throw error }
        findings.problems.append(error)
      }
      findings.fresh = findings.drafts.count { !known.contains($0.key) }
      if let problem {
        // The commit behind those that were listed cannot be read; older ones may be.
        findings.problems.append(problem)
        findings.looked += 1
        guard findings.problems.count < Self.mostProblems else { break }
      } else if looked < rest.limit {
        findings.isAtEnd = !isOver()
        break
      }
    }
    if findings.drafts.isEmpty, let problem = findings.problems.first { throw problem }
    return scored(findings)
  }

  private func read(_ commits: [Commit], into findings: inout Findings) throws(MiningError) {
    var found: [MinedDraft] = []
    var skipped: [SkipReason: Int] = [:]
    defer {
      findings.drafts += found
      findings.skipped.merge(skipped, uniquingKeysWith: +)
    }
    try history.patches(of: commits, allows: filter.allows) { number, diff throws(MiningError) in
      switch draft(commits[number], diff) {
      case .success(let draft): found.append(draft)
      case .failure(let skip): skipped[skip.reason, default: 0] += 1
      }
      return true
    }
  }

  struct Skip: Error { var reason: SkipReason }

  func draft(_ commit: Commit, _ diff: Diff) -> Result<MinedDraft, Skip> {
    if CommitFilter.isReformatting(diff) { return .failure(Skip(reason: .reformatting)) }
    let input = DiffText.text(of: diff)
    guard !input.isEmpty else { return .failure(Skip(reason: .noText)) }
    var output = commit.message.subject
    let body = commit.message.body
    if !body.isEmpty, body.utf8.count <= Self.longestBody { output += "\n\n" + body }
    let draft = ExemplarDraft(
      instruction: MinedInstruction.commit, input: input, output: output, tags: ["mined", "commit"])
    guard draft.secret == nil, !DiffText.showsKeys(input) else {
      return .failure(Skip(reason: .secret))
    }
    return .success(
      MinedDraft(
        source: .commits, key: Self.key(commit), draft: draft, origin: "git:\(commit.id)",
        author: commit.author, date: commit.date, score: survival(diff)))
  }

  /// What a rebase leaves as it is.
  private static func key(_ commit: Commit) -> String {
    "\(commit.email) \(Int(commit.date.timeIntervalSince1970)) \(commit.message.subject)"
  }

  /// The share of its files that are still there.
  private func survival(_ diff: Diff) -> Double {
    guard !living.isEmpty, !diff.files.isEmpty else { return 1 }
    return Double(diff.files.count { living.contains($0.path) }) / Double(diff.files.count)
  }

  /// The usual form counts most, then the age, the length of the diff, and whether the files are
  /// still there.
  private func scored(_ findings: Findings) -> Findings {
    var findings = findings
    let convention = CommitConvention(findings.drafts.map { $0.draft.output.firstLine })
    let newest = findings.drafts.map(\.date).max() ?? .distantPast
    for index in findings.drafts.indices {
      let found = findings.drafts[index]
      let subject = found.draft.output.firstLine
      let age = newest.timeIntervalSince(found.date) / (2 * 365 * 86400)
      let words = subject.split(separator: " ").count
      let length = (3...12).contains(words) ? 1.0 : 0.5
      findings.drafts[index].score =
        0.4 * convention.usualness(subject) + 0.3 * exp2(-age) + 0.15 * length + 0.15 * found.score
    }
    return findings
  }
}

extension String {
  package var firstLine: String { String(prefix { $0 != "\n" }) }
}
