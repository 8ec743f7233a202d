/// How long a server is waited for, and how much is read of it.
public struct RemoteLimits: Sendable {
  /// Until the connection stands.
  public var connect: Duration = .seconds(5)
  /// Until something comes: the first byte, which needs the prompt to be read, or the next one.
  public var silence: Duration = .seconds(60)
  /// For one answer as a whole.
  public var total: Duration = .seconds(300)
  /// For what is asked beside completions: the list of models.
  public var enquiry: Duration = .seconds(5)
  /// Bytes of one answer, with everything around the text.
  public var largestAnswer = 16 << 20
  /// Bytes of one event of a stream.
  public var largestEvent = 1 << 20
  /// How often a request is sent again after a fault that may pass.
  public var retries = 3
  /// The longest wait that a retry is worth. A server that asks for a longer one gets it, but the
  /// request fails at once.
  public var patience: Duration = .seconds(10)

  public init() {}
}

/// Where the time comes from, so that tests need not wait.
public struct RemoteClock: Sendable {
  var now: @Sendable () -> ContinuousClock.Instant
  var sleep: @Sendable (Duration) async throws -> Void
  /// 0 up to 1; spreads the retries of many clients.
  var jitter: @Sendable () -> Double

  public init(
    now: @escaping @Sendable () -> ContinuousClock.Instant,
    sleep: @escaping @Sendable (Duration) async throws -> Void,
    jitter: @escaping @Sendable () -> Double
  ) {
    self.now = now
    self.sleep = sleep
    self.jitter = jitter
  }

  public static let system = RemoteClock(
    now: { .now }, sleep: { try await Task.sleep(for: $0) },
    jitter: { Double.random(in: 0..<1) })
}
