/// What a session takes from outside the protocol.
package struct ServerOptions: Sendable {
  /// How long the end of the input may take after the end of the client's process.
  package static let lastMessagesWait: Duration = .seconds(2)

  /// How long work may take before the client is asked to show that it goes on.
  package var progressDelay: Duration
  package var clock: any ServerClock
  /// Variables that settings are read from.
  package var environment: [String: String]
  /// Whether work is done while nobody asks for anything.
  package var learnsWhenIdle: Bool

  package init(
    progressDelay: Duration = .milliseconds(500), clock: any ServerClock = SystemClock(),
    environment: [String: String] = [:], learnsWhenIdle: Bool = false
  ) {
    self.learnsWhenIdle = learnsWhenIdle
    self.progressDelay = progressDelay
    self.clock = clock
    self.environment = environment
  }
}
