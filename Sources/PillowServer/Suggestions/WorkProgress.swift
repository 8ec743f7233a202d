import JSONRPC
import LanguageServerProtocol
import Synchronization

/// What the user sees of work that takes its time.
///
/// It is shown under the token of the request, or, where there is none and the client shows such
/// things, under one of our own after half a second: what is quicker would only flicker.
final class WorkProgress: Sendable {
  private let connection: Connection
  private let title: String
  private let state: Mutex<State>

  private struct State {
    var token: ProgressToken?
    var isBegun = false
    var isEnded = false
    var characters = 0
    var reported = 0
    var waiting: Task<Void, Never>?
  }

  /// Begins to show it under the client's token.
  init(_ token: ProgressToken, _ title: String, _ connection: Connection) {
    self.connection = connection
    self.title = title
    state = Mutex(State(token: token, isBegun: true))
    send(token, .begin(title, cancellable: true))
  }

  /// Asks the client for a place to show it, once it has taken `delay`.
  init(own token: ProgressToken, _ title: String, after delay: Duration, _ connection: Connection) {
    self.connection = connection
    self.title = title
    state = Mutex(State(token: token))
    let task = Task { [weak self] in
      do { try await Task.sleep(for: delay) } catch { return }
      await self?.beginOwn()
    }
    state.withLock { $0.waiting = task }
  }

  private func beginOwn() async {
    guard let token = state.withLock({ $0.isEnded ? nil : $0.token }) else { return }
    let params = ProgressTokenParams(token: token)
    guard (try? await connection.send(WorkDoneProgressCreateRequest.self, params)) != nil else {
      return
    }
    // Within the lock, so that an end cannot overtake the beginning.
    state.withLock { state in
      guard !state.isEnded else { return }
      state.isBegun = true
      send(token, .begin(title, cancellable: true))
    }
  }

  /// Reports how much text there is, now and then.
  func grow(by characters: Int) {
    state.withLock { state in
      state.characters += characters
      guard let token = state.token, state.isBegun, !state.isEnded,
        state.characters - state.reported >= 40
      else { return }
      state.reported = state.characters
      send(token, .report("\(state.characters) characters"))
    }
  }

  func end() {
    state.withLock { state in
      guard !state.isEnded else { return }
      state.isEnded = true
      state.waiting?.cancel()
      if let token = state.token, state.isBegun { send(token, .end()) }
    }
  }

  private func send(_ token: ProgressToken, _ value: WorkDoneProgress) {
    connection.send(WorkDoneProgressNotification.self, .init(token: token, value: value))
  }
}
