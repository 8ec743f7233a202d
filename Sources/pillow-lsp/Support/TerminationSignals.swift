import Dispatch
import Foundation

/// Turns the signals that ask a process to end into an end in order.
///
/// Editors that leave send SIGTERM right behind `shutdown`; dying of it would lose the answer, and
/// what is on its way to the disk. A second signal has its usual effect: somebody does not want to
/// wait.
final class TerminationSignals {
  private static let numbers = [SIGTERM, SIGINT, SIGHUP]
  private let sources: [any DispatchSourceSignal]

  init(_ end: @escaping @Sendable () -> Void) {
    let queue = DispatchQueue(label: "pillow-lsp signals")
    sources = Self.numbers.map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
      source.setEventHandler {
        for number in Self.numbers { signal(number, SIG_DFL) }
        end()
      }
      source.activate()
      return source
    }
  }

  /// Stops to listen.
  func ignore() { for source in sources { source.cancel() } }
}
