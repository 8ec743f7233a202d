import Dispatch
import Foundation
import PromptPool
import Synchronization

typealias SharedPoolReading = Result<SharedPoolReport, PromptPoolError>

/// Polls for what others have changed: the shared pool files, the database itself, and which commit
/// is checked out.
///
/// Polling works on every file system and for a folder that does not exist yet, and costs one `stat`
/// per file and one small query per second, off the cooperative thread pool. A file is read once
/// two looks have found it the same, so one that is still being written is left alone.
final class ProjectWatch: Sendable {
  private struct State {
    /// Of the files, as they were when they were last read.
    var read: [String]
    /// As they were at the last look.
    var seen: [String]
    var revision: PoolRevision?
    /// The fingerprint of the log of commits and checkouts when it was told last.
    var head: String?
    var headSeen: String?
    var isStarted = false
    var isStopped = false
  }

  private let folder: URL
  private let pool: @Sendable () -> PromptPool
  private let onChange: @Sendable (SharedPoolReading?) -> Void
  private let headLog: String?
  private let onMove: @Sendable () -> Void
  private let state: Mutex<State>
  private let queue = DispatchQueue(label: "pillow-lsp.shared-pools", qos: .utility)

  /// - Parameters:
  ///   - read: the files' ``fingerprints(_:)`` before they were read last.
  ///   - onChange: called when something has changed, with what reading shared pools led to, if
  ///     files were read.
  ///   - headLog: the path of `HeadLog`.
  ///   - onMove: called when another commit is checked out.
  init(
    folder: URL, read: [String], pool: @escaping @Sendable () -> PromptPool,
    onChange: @escaping @Sendable (SharedPoolReading?) -> Void, headLog: String?,
    onMove: @escaping @Sendable () -> Void
  ) {
    self.folder = folder
    self.pool = pool
    self.onChange = onChange
    self.headLog = headLog
    self.onMove = onMove
    let head = headLog.flatMap(fileFingerprint)
    state = Mutex(
      State(
        read: read, seen: read, revision: try? pool().revision(), head: head, headSeen: head))
  }

  /// Looks once per period until it is stopped.
  func start(every seconds: Double) {
    let isFirst = state.withLock { state in
      defer { state.isStarted = true }
      return !state.isStarted
    }
    if isFirst { lookAgain(after: seconds) }
  }

  /// Stops looking for good.
  func stop() { state.withLock { $0.isStopped = true } }

  var isRunning: Bool { state.withLock { $0.isStarted && !$0.isStopped } }

  private func lookAgain(after seconds: Double) {
    queue.asyncAfter(deadline: .now() + seconds) { [weak self] in
      guard let self, !state.withLock(\.isStopped) else { return }
      look()
      lookAgain(after: seconds)
    }
  }

  /// One look.
  func look() {
    let files = Self.fingerprints(folder)
    let isToBeRead = state.withLock { state in
      defer { state.seen = files }
      return files != state.read && files == state.seen
    }
    let report = isToBeRead ? SharedPoolReading(catching: readPools) : nil
    let revision = try? pool().revision()
    let hasChanged = state.withLock { state in
      if isToBeRead { state.read = files }
      defer { if revision != nil { state.revision = revision } }
      return revision != nil && revision != state.revision
    }
    if hasChanged || report != nil { onChange(report) }
    if headHasMoved() { onMove() }
  }

  /// Whether another commit is checked out, and has been for a look: a rebase is told once.
  private func headHasMoved() -> Bool {
    let head = headLog.flatMap(fileFingerprint)
    return state.withLock { state in
      defer { state.headSeen = head }
      guard head != state.head, head == state.headSeen else { return false }
      state.head = head
      return true
    }
  }

  private func readPools() throws(PromptPoolError) -> SharedPoolReport {
    try pool().readSharedPools(in: folder)
  }

  static func fingerprints(_ folder: URL) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.filter { $0.hasSuffix(".jsonl") && !$0.hasPrefix(".") }.sorted().map { name in
      name + " " + (fileFingerprint(folder.appending(path: name).path) ?? "")
    }
  }
}
