public import Foundation
import Synchronization

/// Writes a conversation down, a line a message: `{"dir":"c2s"|"s2c","msg":…}`.
///
/// For debugging and tests only, since it holds the user's text. What is no message is noted as
/// `{"dir":…,"stray":"…"}`.
public final class MessageRecorder: Sendable {
  public enum Direction: String, Sendable {
    case clientToServer = "c2s"
    case serverToClient = "s2c"
  }

  private let descriptor: Mutex<Int32>

  /// Opens the file for appending, readable by its owner only; `nil` when that is not possible.
  public init?(appendingTo url: URL) {
    let opened = open(url.path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    guard opened >= 0 else { return nil }
    descriptor = Mutex(opened)
  }

  deinit { descriptor.withLock { _ = close($0) } }

  func record(_ direction: Direction, message: Data) {
    var line = Data("{\"dir\":\"\(direction.rawValue)\",\"msg\":".utf8)
    // Valid JSON has line ends between its tokens only.
    line.append(contentsOf: message.map { $0 == 0x0A || $0 == 0x0D ? 0x20 : $0 })
    line.append(contentsOf: "}\n".utf8)
    append(line)
  }

  func record(_ direction: Direction, stray: String) {
    let entry = ["dir": direction.rawValue, "stray": stray]
    guard case .success(var line) = MessageCoding.encode(entry) else { return }
    line.append(UInt8(ascii: "\n"))
    append(line)
  }

  private func append(_ line: Data) {
    descriptor.withLock { descriptor in _ = Descriptors.write(line, to: descriptor) }
  }
}
