import ErrorWording
import Foundation
import PromptPool
import Synchronization

/// Where a project's pool is, also when the database turns out to be damaged.
final class ProjectPlace: Sendable {
  private let url: URL
  private let files: PoolFiles
  private let current: Mutex<PromptPool>
  /// A sentence for each thing that could not be used when it was opened.
  let problems: [String]

  /// - Parameter goesOn: with a pool in memory when the database cannot be used.
  init(_ url: URL, files: PoolFiles, goesOn: Bool) throws(PromptPoolError) {
    self.url = url
    self.files = files
    var problems = files.problems
    var pool: PromptPool
    do throws(PromptPoolError) {
      let opened = try PromptPool.openSettingDamageAside(at: url)
      if let setAside = opened.setAside { problems.append(Self.sentence(setAside)) }
      pool = opened.pool
      problems += try files.importAll(into: pool)
    } catch {
      guard goesOn else { throw error }
      pool = try PromptPool.inMemory()
      problems.append(
        "\(error) Until then there are only the project's own and the starter pools, and nothing is remembered."
      )
      problems += try files.importAll(into: pool)
    }
    current = Mutex(pool)
    self.problems = problems
  }

  var pool: PromptPool { current.withLock { $0 } }

  /// Sets a database aside that has turned out to be damaged, and begins a new one with what the
  /// pool files hold.
  ///
  /// - Returns: a sentence for the user; nil when another call or process has done it already.
  /// - Throws: `PromptPoolError` when there can be no new one.
  func replaceDamaged(_ damaged: PromptPool) throws(PromptPoolError) -> String? {
    try open(insteadOf: damaged)?.setAside.map(Self.sentence)
  }

  /// Opens what is there now in place of a database that is in no folder any more.
  ///
  /// - Returns: a sentence for the user; nil when another call has done it already.
  /// - Throws: `PromptPoolError` when there can be no new one.
  func reopen(_ lost: PromptPool) throws(PromptPoolError) -> String? {
    try open(insteadOf: lost).map { opened in
      opened.setAside.map(Self.sentence)
        ?? "The prompt pool was removed or replaced by another program; the one that is there now "
        + "is used: `pillow-lsp pool restore` brings a backup back."
    }
  }

  private struct Opened {
    /// The file that was damaged.
    var setAside: URL?
  }

  /// - Returns: nil when another call was first.
  private func open(insteadOf lost: PromptPool) throws(PromptPoolError) -> Opened? {
    do {
      return try current.withLock { current in
        guard current === lost, lost.url != nil else { return nil }
        let opened = try PromptPool.openSettingDamageAside(at: url, isKnownDamaged: true)
        _ = try files.importAll(into: opened.pool)
        current = opened.pool
        return Opened(setAside: opened.setAside)
      }
    } catch let error as PromptPoolError {
      throw error
    } catch {
      throw .unreadable(path: url.path, reason: ErrorWording.reason(error))
    }
  }

  private static func sentence(_ setAside: URL) -> String {
    "The prompt pool was damaged; it is kept as \(setAside.path) and a new one is begun: "
      + "run `pillow-lsp pool recover` to save what can be read of it."
  }
}
