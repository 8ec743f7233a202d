import Foundation

/// Plain reads and writes: `FileHandle` buffers, and may block for more than is there.
enum Descriptors {
  enum ReadOutcome {
    case bytes(Int)
    case woken
    case end
  }

  /// Waits for bytes of `descriptor`, or for anything on `wake`.
  static func read(
    _ descriptor: Int32, wake: Int32, into buffer: UnsafeMutableRawBufferPointer
  ) -> ReadOutcome {
    while true {
      var polled = [
        pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
        pollfd(fd: wake, events: Int16(POLLIN), revents: 0),
      ]
      guard poll(&polled, 2, -1) >= 0 else {
        if errno == EINTR { continue }
        return .end
      }
      if polled[1].revents != 0 { return .woken }
      if polled[0].revents == 0 { continue }
      let count = Foundation.read(descriptor, buffer.baseAddress, buffer.count)
      if count > 0 { return .bytes(count) }
      if count < 0, errno == EINTR || errno == EAGAIN { continue }
      return .end
    }
  }

  /// Writes all of it; `false` when nobody reads any more.
  static func write(_ bytes: Data, to descriptor: Int32) -> Bool {
    bytes.withUnsafeBytes { buffer in
      var done = 0
      while done < buffer.count {
        let rest = UnsafeRawBufferPointer(rebasing: buffer[done...])
        let count = Foundation.write(descriptor, rest.baseAddress, rest.count)
        if count > 0 {
          done += count
        } else if errno == EAGAIN {
          var polled = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
          _ = poll(&polled, 1, -1)
        } else if errno != EINTR {
          return false
        }
      }
      return true
    }
  }
}
