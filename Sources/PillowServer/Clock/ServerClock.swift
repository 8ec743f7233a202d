package import Foundation

/// The time that the server goes by, so that tests can have their own.
package protocol ServerClock: Sendable {
  /// Since some fixed moment; never goes back.
  var now: Duration { get }
  /// The date and time, for what is stored.
  var date: Date { get }
  /// - Throws: `CancellationError`.
  func sleep(for duration: Duration) async throws
}

/// The machine's own.
package struct SystemClock: ServerClock {
  private let start = ContinuousClock.now

  package init() {}

  package var now: Duration { ContinuousClock.now - start }

  package var date: Date { Date() }

  package func sleep(for duration: Duration) async throws {
    try await Task.sleep(for: duration)
  }
}
