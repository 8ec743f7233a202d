import Foundation
import Synchronization

/// Writes whole messages, one after another, without making anyone wait for the reader at the other
/// end.
final class MessageWriter: Sendable {
  private let descriptor: Int32
  private let queue = DispatchQueue(label: "pillow-lsp writer", qos: .userInitiated)
  private let isBroken = Mutex(false)

  init(descriptor: Int32) {
    self.descriptor = descriptor
  }

  func write(_ body: Data) {
    queue.async { [self] in
      guard !isBroken.withLock({ $0 }) else { return }
      var message = Data("Content-Length: \(body.count)\r\n\r\n".utf8)
      message.append(body)
      if !Descriptors.write(message, to: descriptor) { isBroken.withLock { $0 = true } }
    }
  }

  /// Whether what is written from now on may still go out.
  var isOpen: Bool { !isBroken.withLock { $0 } }

  /// Waits until everything is written, but not for ever: the client may have stopped reading. Later
  /// messages are dropped, since the descriptor may be closed and its number be somebody else's.
  func close(timeout: DispatchTimeInterval) {
    let done = DispatchSemaphore(value: 0)
    queue.async { [self] in
      isBroken.withLock { $0 = true }
      done.signal()
    }
    if done.wait(timeout: .now() + timeout) == .timedOut { isBroken.withLock { $0 = true } }
  }
}
