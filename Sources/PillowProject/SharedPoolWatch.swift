import Dispatch
import Foundation
import PromptPool
import Synchronization

typealias SharedPoolReading = Result<SharedPoolReport, PromptPoolError>

/// Polls for what others have changed: the shared pool files, and the database itself.
///
/// Polling works on every file system and for a folder that does not exist yet, and costs one `stat`
/// per file and one small query per second, off the cooperative thread pool. A file is read once
/// two looks have found it the same, so one that is still being written is left alone.
final class SharedPoolWatch: Sendable {
  private struct State {
    /// Of the files, as they were when they were last read.
    var read: [String]
    /// As they were at the last look.
    var seen: [String]
    var revision: PoolRevision?
    var isStarted = false
    var isStopped = false
  }

  private let folder: URL
  private let pool: @Sendable () -> PromptPool
  private let onChange: @Sendable (SharedPoolReading?) -> Void
  private let state: Mutex<State>
  private let queue = DispatchQueue(label: "pillow-lsp.shared-pools", qos: .utility)

  /// - Parameters:
  ///   - read: the files' ``fingerprints(_:)`` before they were read last.
  ///   - onChange: called when something has changed, with what reading shared pools led to, if
  ///     files were read.
  init(
    folder: URL, read: [String], pool: @escaping @Sendable () -> PromptPool,
    onChange: @escaping @Sendable (SharedPoolReading?) -> Void
  ) {
    self.folder = folder
    self.pool = pool
    self.onChange = onChange
    state = Mutex(State(read: read, seen: read, revision: try? pool().revision()))
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
