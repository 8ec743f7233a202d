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
  private let known = Mutex<[String: Bool]>([:])

  package init(root: URL, settings: InstructionSettings, environment: [String: String]) {
    self.root = root
    rules = DocumentRules(settings, environment: environment)
  }

  /// - Parameter path: relative to the project's folder.
  package func allows(_ path: String) -> Bool {
    if let known = known.withLock({ $0[path] }) { return known }
    let full = root.path(percentEncoded: false)
    let isAllowed =
      !path.isEmpty && !path.split(separator: "/").contains("..")
      && rules.harvestRefusal(
        uri: (full.hasSuffix("/") ? full : full + "/") + path, languageID: "", root: root) == nil
    known.withLock { $0[path] = isAllowed }
    return isAllowed
  }
}

extension FileRules {
  /// Keys of live exemplars that were mined from commits and show a file which may not be read.
  func forbiddenCommits(_ source: MiningSource, _ pool: PromptPool) throws(MiningError) -> [String]
  {
    let entries = try stored { () throws(PromptPoolError) in
      try pool.minedEntries(source: source.rawValue)
    }.values.filter { !$0.isRetired && $0.path == nil }
    guard !entries.isEmpty else { return [] }
    let exemplars = try stored { () throws(PromptPoolError) in
      try pool.exemplars(pool: source.pool)
    }
    let inputs = Dictionary(
      exemplars.map { ($0.id, $0.input) }, uniquingKeysWith: { first, _ in first })
    return entries.filter { entry in
      guard let input = inputs[entry.exemplarID] else { return false }
      return DiffText.paths(in: input).contains(where: isForbidden)
    }.map(\.key)
  }

  /// Whether a path is one of a file that may not be read; a line that is no path is none.
  private func isForbidden(_ path: String) -> Bool { !path.isEmpty && !allows(path) }
}
