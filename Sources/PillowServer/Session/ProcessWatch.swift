import Foundation

/// Notices when the client's process is gone.
enum ProcessWatch {
  /// Returns when the process has ended, or when the task is cancelled.
  ///
  /// - Parameter interval: between two looks. Signal 0 only asks whether there is such a process.
  static func untilEnd(of process: Int, interval: Duration = .milliseconds(500)) async {
    guard let identifier = pid_t(exactly: process), identifier > 0 else {
      // Nobody to wait for: only cancellation ends this.
      while !Task.isCancelled { try? await Task.sleep(for: .seconds(3600)) }
      return
    }
    while kill(identifier, 0) == 0 || errno == EPERM {
      do { try await Task.sleep(for: interval) } catch { return }
    }
  }
}
