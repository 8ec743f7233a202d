/// What a session takes from outside the protocol.
package struct ServerOptions: Sendable {
  /// How long work may take before the client is asked to show that it goes on.
  package var progressDelay: Duration
  package var clock: any ServerClock
  /// Variables that settings are read from.
  package var environment: [String: String]

  package init(
    progressDelay: Duration = .milliseconds(500), clock: any ServerClock = SystemClock(),
    environment: [String: String] = [:]
  ) {
    self.progressDelay = progressDelay
    self.clock = clock
    self.environment = environment
  }
}
