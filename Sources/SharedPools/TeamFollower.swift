import Foundation
public import PromptPool
import Synchronization

/// Keeps a project's pool and a team's database in step while a process runs: a change of either
/// side is on the other within a second, and what was missed while the connection was lost is caught
/// up.
///
/// It has a thread of its own, which sleeps on the server's notifications.
public final class TeamFollower: Sendable {
  public enum Event: Sendable {
    case synchronised(TeamReport)
    /// Said once for each failure of another kind, and `nil` when it is over.
    case problem(String?)
  }

  private struct Ends {
    var stop, wakeup: (read: Int32, write: Int32)
  }

  private let sync: TeamSync
  private let onEvent: @Sendable (Event) -> Void
  private let ends: Ends
  private let isStopped = Atomic(false)

  /// How long a silent connection is trusted.
  private static let checkEvery: Duration = .seconds(60)
  private static let longestPause: Duration = .seconds(60)

  public init(_ sync: TeamSync, onEvent: @escaping @Sendable (Event) -> Void) throws {
    self.sync = sync
    self.onEvent = onEvent
    ends = Ends(stop: try Self.pipe(), wakeup: try Self.pipe())
    // It holds the follower only while it works, so that one that nobody holds any more ends.
    let thread = Thread { [weak self] in
      while let again = self?.follow(), again {}
    }
    thread.name = "pillow-lsp team"
    thread.start()
  }

  deinit {
    for end in [ends.stop, ends.wakeup] {
      close(end.read)
      close(end.write)
    }
  }

  private static func pipe() throws -> (read: Int32, write: Int32) {
    var ends: [Int32] = [0, 0]
    guard Foundation.pipe(&ends) == 0 else {
      throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EMFILE)
    }
    for end in ends {
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
    }
    return (ends[0], ends[1])
  }

  /// Something may have changed here.
  public func poolChanged() { Self.signal(ends.wakeup.write) }

  /// Stops for good.
  public func stop() {
    isStopped.store(true, ordering: .releasing)
    Self.signal(ends.stop.write)
  }

  private static func signal(_ end: Int32) {
    var byte: UInt8 = 1
    _ = write(end, &byte, 1)
  }

  private static func drain(_ end: Int32) {
    var bytes = [UInt8](repeating: 0, count: 64)
    while read(end, &bytes, bytes.count) > 0 {}
  }

  // MARK: The thread

  /// One connection, from its beginning to its end, and the tries until the next one stands.
  ///
  /// - Returns: whether to go on.
  private func follow() -> Bool {
    var pause: Duration = .milliseconds(500)
    var problem: String?
    while !isStopped.load(ordering: .acquiring) {
      do {
        try followConnection {
          pause = .milliseconds(500)
          if problem != nil { self.onEvent(.problem(nil)) }
          problem = nil
        }
      } catch TeamError.cancelled {
        return false
      } catch TeamError.remoteNotFound {
        return false
      } catch {
        if problem != "\(error)" {
          problem = "\(error)"
          onEvent(.problem(problem))
        }
        // Clients that lost the same server do not all come back at the same moment.
        sleep(pause * Double.random(in: 0.5...1))
        pause = min(pause * 2, Self.longestPause)
      }
    }
    return false
  }

  private func followConnection(_ onSuccess: () -> Void) throws {
    let database = try sync.noting {
      try TeamDatabase(TeamAddress(sync.remote().address), stop: ends.stop.read)
    }
    try sync.noting { try database.listen() }
    var isWhole = true
    while true {
      Self.drain(ends.wakeup.read)
      let report = try sync.noting {
        isWhole ? try sync.run(on: database) : try sync.exchange(with: database)
      }
      isWhole = false
      onSuccess()
      if report != TeamReport() { onEvent(.synchronised(report)) }
      let reason = try sync.noting {
        try database.connection.waitForNotification(
          orWakeup: ends.wakeup.read, atMost: Self.checkEvery)
      }
      // A question tells whether the other side is still there.
      if case .idle = reason { isWhole = true }
    }
  }

  private func sleep(_ time: Duration) {
    var end = pollfd(fd: ends.stop.read, events: Int16(POLLIN), revents: 0)
    poll(&end, 1, Int32(time / .milliseconds(1)))
  }
}
