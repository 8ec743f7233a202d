internal import Dispatch
internal import Foundation
internal import GRDB
internal import Synchronization

/// Copies pages from the write-ahead log to the database on a thread of its own while an import
/// goes on.
///
/// A passive checkpoint holds nobody up, nor does what was acknowledged wait for it. What fails
/// here the writer does at its own next checkpoint.
///
/// `@unchecked`: the connection is the queue's alone.
final class BackgroundCheckpoint: @unchecked Sendable {
  private let queue = DispatchQueue(label: "pillow-lsp.checkpoint", qos: .utility)
  private let path: String
  private var connection: DatabaseQueue?
  private let isUnderWay = Mutex(false)

  init(of url: URL) { path = url.path }

  /// Begins with one unless one is under way.
  func begin() {
    let mayBegin = isUnderWay.withLock { isUnderWay in
      defer { isUnderWay = true }
      return !isUnderWay
    }
    guard mayBegin else { return }
    queue.async { [self] in
      defer { isUnderWay.withLock { $0 = false } }
      do {
        let connection = try connection ?? DatabaseQueue(path: path)
        self.connection = connection
        try connection.writeWithoutTransaction {
          try $0.execute(sql: "PRAGMA wal_checkpoint(PASSIVE)")
        }
      } catch {
        connection = nil
      }
    }
  }

  /// Waits for the one under way.
  func end() { queue.sync { connection = nil } }
}
