import Foundation

/// What the system says about memory; 0 or nil where it says nothing.
package enum TrainingMemory {
  /// Bytes that can be had without pushing others out.
  package static var available: Int? { value("MemAvailable:", in: "/proc/meminfo") }

  /// The most that this process had at once.
  package static var peak: Int { value("VmHWM:", in: "/proc/self/status") ?? 0 }

  private static func value(_ key: String, in path: String) -> Int? {
    guard let text = try? String(contentsOfFile: path, encoding: .utf8),
      let line = text.split(separator: "\n").first(where: { $0.hasPrefix(key) })
    else { return nil }
    return line.split(whereSeparator: { !$0.isNumber }).first.flatMap { Int($0) }.map { $0 * 1024 }
  }
}
