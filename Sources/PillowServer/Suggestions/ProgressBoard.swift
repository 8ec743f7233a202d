import Foundation
import JSONRPC
import LanguageServerProtocol
import Synchronization

/// The progress that clients show, and what users cancel by it.
final class ProgressBoard: Sendable {
  private let connection: Connection
  private let delay: Duration
  private let clock: any ServerClock
  private let state = Mutex(State())

  private struct State {
    /// Whether the client shows progress that the server begins.
    var showsOwn = false
    var cancels: [ProgressToken: @Sendable () -> Void] = [:]
  }

  /// - Parameter delay: how long work may take before the client is asked to show it.
  init(connection: Connection, delay: Duration, clock: any ServerClock) {
    self.connection = connection
    self.delay = delay
    self.clock = clock
  }

  var showsOwn: Bool {
    get { state.withLock { $0.showsOwn } }
    set { state.withLock { $0.showsOwn = newValue } }
  }

  func register(in router: inout Router) {
    router.on(WorkDoneProgressCancelNotification.self) { [self] params in
      state.withLock { $0.cancels[params.token] }?()
    }
  }

  /// Work begins; it is shown under the client's token, or after a while under one of the server's.
  ///
  /// - Parameter cancel: nil where the user cannot stop it.
  func begin(
    _ title: String, clientsToken: ProgressToken?, cancel: (@Sendable () -> Void)?
  ) -> WorkProgress {
    let token = clientsToken ?? .string("pillow-lsp/\(UUID().uuidString)")
    state.withLock { $0.cancels[token] = cancel }
    let progress = WorkProgress(
      token, title, connection, clock, isCancellable: cancel != nil
    ) { [weak self] in
      _ = self?.state.withLock { $0.cancels.removeValue(forKey: token) }
    }
    if clientsToken != nil {
      progress.begin()
    } else if showsOwn {
      progress.beginOwn(after: delay)
    }
    return progress
  }
}
