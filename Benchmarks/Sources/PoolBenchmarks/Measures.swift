import Foundation

func report(_ values: [String: Double]) {
  let fields = values.sorted { $0.key < $1.key }.map { "\"\($0.key)\": \($0.value)" }
  print("{" + fields.joined(separator: ", ") + "}")
}

func milliseconds(_ body: () throws -> Void) rethrows -> Double {
  try ContinuousClock().measure(body) / .milliseconds(1)
}

/// Nearest rank.
func percentile(_ sorted: [Double], _ share: Double) -> Double {
  sorted.isEmpty
    ? 0 : sorted[min(sorted.count - 1, Int((Double(sorted.count) * share).rounded(.up)) - 1)]
}

func report(times: [Double], _ more: [String: Double] = [:]) {
  let sorted = times.sorted()
  report(
    ["p50": percentile(sorted, 0.5), "p99": percentile(sorted, 0.99), "count": Double(times.count)]
      .merging(more) { $1 })
}

/// Memory that no file stands behind, in bytes; 0 where the system does not tell.
func anonymousMemory() -> Double {
  let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
  let line = status.split(separator: "\n").first { $0.hasPrefix("RssAnon:") }
  return line.flatMap { $0.split(separator: " ").compactMap { Double($0) }.first }.map { $0 * 1024 }
    ?? 0
}
