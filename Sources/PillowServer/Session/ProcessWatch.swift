import Foundation

/// Notices when the client's process is gone.
struct ProcessWatch {
  private let identifier: pid_t

  /// - Returns: nil for a process that is not visible, such as one outside of this container or on
  ///   another host: it cannot be seen to end, and the end of its pipe tells instead.
  init?(_ process: Int) {
    guard let identifier = pid_t(exactly: process), identifier > 0, Self.isRunning(identifier)
    else { return nil }
    self.identifier = identifier
  }

  /// Returns when the process has ended, or when the task is cancelled.
  ///
  /// - Parameter interval: between two looks. Signal 0 only asks whether there is such a process.
  func untilEnd(interval: Duration = .milliseconds(500)) async {
    while Self.isRunning(identifier) {
      do { try await Task.sleep(for: interval) } catch { return }
    }
  }

  /// A process that has ended is gone, also while its parent has not asked for its exit code.
  private static func isRunning(_ identifier: pid_t) -> Bool {
    guard kill(identifier, 0) == 0 || errno == EPERM else { return false }
    #if os(Linux)
      guard let data = FileManager.default.contents(atPath: "/proc/\(identifier)/stat") else {
        return true
      }
      // pid (name) state …; the name may hold anything but ends at the last parenthesis.
      let state = String(decoding: data, as: UTF8.self).split(separator: ")").last?.first {
        $0 != " "
      }
      return state != "Z" && state != "X"
    #else
      return true
    #endif
  }
}
