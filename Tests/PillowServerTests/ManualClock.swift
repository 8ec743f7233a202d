import Foundation
import PillowServer
import Synchronization

/// Time that stands still until the test moves it on.
final class ManualClock: ServerClock {
  private struct Sleeper {
    var end: Duration
    var continuation: CheckedContinuation<Void, any Error>
  }

  private struct State {
    var now = Duration.zero
    var next = 0
    var sleepers: [Int: Sleeper] = [:]
    var cancelled: Set<Int> = []
  }

  private let state = Mutex(State())
  private let (arrivals, arrival) = AsyncStream<Duration>.makeStream()

  var now: Duration { state.withLock { $0.now } }

  static let start = Date(timeIntervalSince1970: 1_750_000_000)

  var date: Date { Self.start.addingTimeInterval(now / .seconds(1)) }

  func sleep(for duration: Duration) async throws {
    let id = state.withLock { state in
      state.next += 1
      return state.next
    }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let isCancelled = state.withLock { state in
          if state.cancelled.contains(id) { return true }
          state.sleepers[id] = Sleeper(end: state.now + duration, continuation: continuation)
          return false
        }
        if isCancelled { continuation.resume(throwing: CancellationError()) }
        arrival.yield(duration)
      }
    } onCancel: {
      let sleeper = state.withLock { state in
        state.cancelled.insert(id)
        return state.sleepers.removeValue(forKey: id)
      }
      sleeper?.continuation.resume(throwing: CancellationError())
    }
  }

  /// Waits until somebody sleeps for so long.
  func waitForSleep(of duration: Duration) async {
    for await arrived in arrivals where arrived == duration { return }
  }

  /// Wakes all whose time has come.
  func advance(by duration: Duration) {
    let due = state.withLock { state in
      state.now += duration
      let ids = state.sleepers.filter { $0.value.end <= state.now }.keys
      return ids.compactMap { state.sleepers.removeValue(forKey: $0) }
    }
    for sleeper in due { sleeper.continuation.resume() }
  }
}
