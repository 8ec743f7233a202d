import Synchronization

/// Keeps requests from a server that has just failed: each failure doubles the pause before the next
/// try, up to half a minute, so that typing does not become a storm of requests.
final class Backoff: Sendable {
  private struct State {
    var failures = 0
    var closed: (until: ContinuousClock.Instant, error: RemoteError)?
  }

  private let clock: RemoteClock
  private let state = Mutex(State())

  static let longest: Duration = .seconds(30)
  /// A server that asks for more than this means something else.
  static let longestAsked: Duration = .seconds(600)

  init(_ clock: RemoteClock) { self.clock = clock }

  /// - Throws: the last failure while its pause lasts.
  func check() throws(RemoteError) {
    let now = clock.now()
    if let closed = state.withLock({ $0.closed }), now < closed.until { throw closed.error }
  }

  func succeeded() { state.withLock { $0 = State() } }

  func failed(_ error: RemoteError) {
    guard error.isTransient else { return }
    let now = clock.now()
    state.withLock { state in
      state.failures += 1
      var pause = min(Self.longest, .milliseconds(500) * (1 << min(state.failures - 1, 6)))
      if case .limited(_, let seconds?) = error {
        pause = min(Self.longestAsked, max(pause, .seconds(seconds)))
      }
      state.closed = (now + pause, error)
    }
  }

  /// How long to wait before a request is sent again.
  ///
  /// - Parameter retry: from 0 on.
  /// - Returns: nil when it is not worth waiting.
  static func pause(
    before retry: Int, after error: RemoteError, limits: RemoteLimits, jitter: Double
  ) -> Duration? {
    guard error.isTransient, retry < limits.retries else { return nil }
    if case .limited(_, let seconds?) = error {
      let asked = Duration.seconds(seconds)
      return asked <= limits.patience ? asked : nil
    }
    return min(limits.patience, .milliseconds(250) * (1 << retry)) * (0.75 + jitter / 2)
  }
}
