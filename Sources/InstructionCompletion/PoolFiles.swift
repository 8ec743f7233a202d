import Foundation
import PromptPool

/// The pool files that a project reads: its own, and the starter pools that it asks for.
struct PoolFiles {
  private var files: [URL]
  /// Starter pools that are not there, a sentence each.
  private(set) var problems: [String] = []

  init(project root: URL, settings: ProjectSettings, starterPools: URL?) {
    let folder = root.appending(path: ".pillow/pools")
    let own = (try? FileManager.default.contentsOfDirectory(
      at: folder, includingPropertiesForKeys: nil)) ?? []
    files = own.filter { $0.pathExtension == "jsonl" }
      .sorted { $0.lastPathComponent < $1.lastPathComponent }
    for name in settings.starterPools ?? [] {
      if let file = StarterPools.file(name, in: starterPools) {
        files.append(file)
      } else {
        problems.append("There is no starter pool named \(name).")
      }
    }
  }

  /// Adds what the pool does not have yet.
  ///
  /// - Returns: a sentence for each line that was skipped and each file that cannot be read.
  func importAll(into pool: PromptPool) throws(PromptPoolError) -> [String] {
    var problems: [String] = []
    for file in files {
      do throws(PromptPoolError) {
        let report = try pool.importJSONL(from: file)
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
