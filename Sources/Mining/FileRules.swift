package import Foundation
import PromptPool
package import Settings
import Synchronization
import WorkspaceRules

/// Which files of a project may be read for its pool. The answers are remembered: history names the
/// same files again and again.
package final class FileRules: Sendable {
  private let root: URL
  private let rules: DocumentRules
  private let known = Mutex<[String: Verdict]>([:])

  package init(root: URL, settings: InstructionSettings, environment: [String: String]) {
    self.root = root
    // Whatever the settings say of ignored files: nothing of them enters a pool.
    var settings = settings
    settings.respectGitignore = true
    rules = DocumentRules(settings, environment: environment)
  }

  /// - Parameter path: relative to the project's folder.
  package func allows(_ path: String) -> Bool { verdict(path) == .allowed }

  /// Whether a file may be read.
  enum Verdict: Sendable {
    case allowed, refused
    /// As where a file of rules cannot be read just now: nothing of it is read, and nothing is
    /// concluded either.
    case undecided
  }

  func verdict(_ path: String) -> Verdict {
    if let known = known.withLock({ $0[path] }) { return known }
    let verdict = judge(path)
    known.withLock { $0[path] = verdict }
    return verdict
  }

  private func judge(_ path: String) -> Verdict {
    // Rules are about bytes; of a name that is not UTF-8, or that Git quotes, they are not known here.
    guard !path.isEmpty, !path.split(separator: "/").contains(".."), !path.hasPrefix("\""),
      !path.unicodeScalars.contains(where: { $0.value < 0x20 || $0 == "\u{FFFD}" })
    else { return .refused }
    let full = root.path(percentEncoded: false)
    switch rules.refusal(
      uri: (full.hasSuffix("/") ? full : full + "/") + path, languageID: "", root: root)
    {
    case nil: return .allowed
    case .undecided: return .undecided
    default: return .refused
    }
  }
}

extension FileRules {
  /// Retires mined commits that show a file which may not be read: settings or ignore rules may have
  /// changed since.
  func retireForbidden(
    _ source: MiningSource, _ pool: PromptPool, _ report: inout MiningReport
  ) throws(MiningError) {
    let retired = try stored { () throws(PromptPoolError) in
      let commits = try pool.minedEntries(source: source.rawValue).values.filter {
        !$0.isRetired && $0.path == nil
      }
      guard !commits.isEmpty else { return 0 }
      let inputs = Dictionary(
        try pool.exemplars(pool: source.pool).map { ($0.id, $0.input) },
        uniquingKeysWith: { first, _ in first })
      let forbidden = commits.filter { commit in
        let input = inputs[commit.exemplarID] ?? ""
        // Above the diff of a change log's entry stands the commit's subject.
        let diff = source == .changelog ? String(input.drop { $0 != "\n" }) : input
        return DiffText.paths(in: diff).contains { !$0.isEmpty && verdict($0) == .refused }
      }
      return try pool.retireMined(source: source.rawValue, keys: forbidden.map(\.key))
    }
    report.changes[source, default: MinedChanges()].note(retired: retired)
  }
}
