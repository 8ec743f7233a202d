import JSONRPC
import LanguageServerProtocol
import Synchronization

/// What the user sees of work that takes its time: how much text there is, and how fast it comes.
///
/// It is shown under the token of the request, or, where there is none and the client shows such
/// things, under one of our own after half a second: what is quicker would only flicker.
final class WorkProgress: Sendable {
  private let connection: Connection
  private let title: String
  private let token: ProgressToken
  private let clock: any ServerClock
  private let isCancellable: Bool
  private let onEnd: @Sendable () -> Void
  private let state = Mutex(State())

  private struct State {
    var isBegun = false
    var isEnded = false
    var characters = 0
    var reported = 0
    /// Of work whose end is known.
    var percentage: Int?
    /// Pieces come a token at a time.
    var tokens = 0
    var firstToken: Duration?
    var waiting: Task<Void, Never>?
  }

  init(
    _ token: ProgressToken, _ title: String, _ connection: Connection, _ clock: any ServerClock,
    isCancellable: Bool = true, onEnd: @escaping @Sendable () -> Void
  ) {
    self.connection = connection
    self.title = title
    self.token = token
    self.clock = clock
    self.isCancellable = isCancellable
    self.onEnd = onEnd
  }

  /// Shows it under the client's token.
  func begin() {
    state.withLock { state in
      state.isBegun = true
      sendBegin(state)
    }
  }

  /// Asks the client for a place to show it, once it has taken `delay`.
  func beginOwn(after delay: Duration) {
    let task = Task { [weak self] in
      do { try await Task.sleep(for: delay) } catch { return }
      await self?.askForPlace()
    }
    state.withLock { $0.waiting = task }
  }

  private func askForPlace() async {
    guard !state.withLock({ $0.isEnded }) else { return }
    let params = ProgressTokenParams(token: token)
    guard (try? await connection.send(WorkDoneProgressCreateRequest.self, params)) != nil else {
      return
    }
    // Within the lock, so that an end cannot overtake the beginning.
    state.withLock { state in
      guard !state.isEnded else { return }
      state.isBegun = true
      sendBegin(state)
    }
  }

  private func sendBegin(_ state: State) {
    send(.begin(title, cancellable: isCancellable, percentage: state.percentage))
  }

  /// Reports how much text there is, now and then.
  func grow(by piece: String) {
    let now = clock.now
    state.withLock { state in
      state.characters += piece.count
      state.tokens += 1
      let first = state.firstToken ?? now
      state.firstToken = first
      guard state.isBegun, !state.isEnded, state.characters - state.reported >= 40 else { return }
      state.reported = state.characters
      let seconds = (now - first) / .seconds(1)
      let speed =
        seconds > 0 ? " · \(Int((Double(state.tokens - 1) / seconds).rounded())) tokens/s" : ""
      send(.report("\(state.characters) characters\(speed)"))
    }
  }

  /// Says something of its own.
  ///
  /// - Parameter percentage: 0 to 100; either all reports have one, or none has.
  func report(_ message: String, percentage: Int? = nil) {
    state.withLock { state in
      state.percentage = percentage
      if state.isBegun, !state.isEnded { send(.report(message, percentage: percentage)) }
    }
  }

  func end() {
    let isFirst = state.withLock { state in
      guard !state.isEnded else { return false }
      state.isEnded = true
      state.waiting?.cancel()
      if state.isBegun { send(.end()) }
      return true
    }
    if isFirst { onEnd() }
  }

  private func send(_ value: WorkDoneProgress) {
    connection.send(WorkDoneProgressNotification.self, .init(token: token, value: value))
  }
}
