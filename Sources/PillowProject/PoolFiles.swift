import Foundation
import PromptPool
import Settings

/// The pool files that a project reads: its own, and the starter pools that it asks for.
struct PoolFiles {
  let sharedPools: URL
  private var files: [URL] = []
  /// Starter pools that are not there, a sentence each.
  private(set) var problems: [String] = []

  init(project root: URL, settings: PillowSettings, starterPools: URL?) {
    sharedPools = root.appending(path: ".pillow/pools")
    for name in settings.starterPoolsOrDefault {
      if let file = StarterPools.file(name, in: starterPools) {
        files.append(file)
      } else {
        problems.append(StarterPools.unknown(name, in: starterPools))
      }
    }
  }

  /// Adds what the pool does not have yet, and retires what the project's files hold no more.
  ///
  /// - Returns: a sentence for each line that was skipped and each file that cannot be read.
  func importAll(into pool: PromptPool) throws(PromptPoolError) -> [String] {
    var problems = try pool.readSharedPools(in: sharedPools).problems
    for file in files {
      do throws(PromptPoolError) {
        let report = try pool.importFile(
          file, options: ImportOptions(keepsNearDuplicates: true, respectsRemovals: true))
        problems += report.rejected.map { rejected in
          "\(file.lastPathComponent), line \(rejected.line) is skipped: \(rejected.reason)"
        }
      } catch .unreadable(let path, let reason) {
        problems.append(PromptPoolError.unreadable(path: path, reason: reason).description)
      }
    }
    return problems
  }
}
