package import Foundation
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
