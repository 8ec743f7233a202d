import Foundation

/// Reads a descriptor on a thread of its own until it ends or is told to stop.
final class MessageReader: Sendable {
  private let descriptor: Int32
  private let wake: (read: Int32, write: Int32)
  private let onFrame: @Sendable (MessageFramer.Frame) -> Void
  private let onEnd: @Sendable () -> Void
  private let ended = DispatchSemaphore(value: 0)

  init(
    descriptor: Int32, onFrame: @escaping @Sendable (MessageFramer.Frame) -> Void,
    onEnd: @escaping @Sendable () -> Void
  ) {
    self.descriptor = descriptor
    self.onFrame = onFrame
    self.onEnd = onEnd
    var ends: [Int32] = [-1, -1]
    _ = pipe(&ends)
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    wake = (ends[0], ends[1])
  }

  deinit {
    close(wake.read)
    close(wake.write)
  }

  func start() {
    let thread = Thread { [self] in run() }
    thread.name = "pillow-lsp reader"
    // Nested JSON is decoded recursively.
    thread.stackSize = 8 << 20
    thread.start()
  }

  /// Ends the thread, also while it waits for bytes, and waits for that: the descriptor may be closed
  /// afterwards, and its number be somebody else's.
  func stop(timeout: DispatchTimeInterval) {
    var byte: UInt8 = 0
    _ = write(wake.write, &byte, 1)
    _ = ended.wait(timeout: .now() + timeout)
  }

  private func run() {
    defer { ended.signal() }
    var framer = MessageFramer()
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)
    defer { buffer.deallocate() }
    while case .bytes(let count) = Descriptors.read(descriptor, wake: wake.read, into: buffer) {
      framer.append(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
      while let frame = framer.next() { onFrame(frame) }
    }
    onEnd()
  }
}
