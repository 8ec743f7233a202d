import Foundation

/// How soon the server completes by itself, by what became of its last suggestions.
///
/// Each reject makes the pause longer by a half, each accept shorter by a fifth; both wear off
/// within ten minutes. The rate of accepts counts the latest ones most, and is taken for a half
/// while there are few.
package struct Aggressiveness: Sendable {
  private var factor = 1.0
  private var weightedAccepts = 0.0
  private var weight = 0.0
  private var count = 0
  private var last = Duration.zero

  package static let limits: ClosedRange<Duration> = .milliseconds(50)...(.seconds(3))
  private static let decay = 600.0

  package init() {}

  package mutating func judged(accepted: Bool, at now: Duration) {
    factor = currentFactor(at: now) * (accepted ? 0.8 : 1.5)
    factor = min(max(factor, 0.1), 20)
    last = now
    weightedAccepts = weightedAccepts * 0.9 + (accepted ? 1 : 0)
    weight = weight * 0.9 + 1
    count += 1
  }

  /// The pause in typing to wait for; nothing when the settings say so.
  package func pause(base: Duration, at now: Duration) -> Duration {
    guard base > .zero else { return .zero }
    let wanted = base * currentFactor(at: now)
    return min(max(wanted, Self.limits.lowerBound), Self.limits.upperBound)
  }

  /// 0 to 1; half while nothing is known.
  package var acceptRate: Double {
    guard weight > 0 else { return 0.5 }
    let trust = min(1, Double(count) / 10)
    return 0.5 + trust * (weightedAccepts / weight - 0.5)
  }

  private func currentFactor(at now: Duration) -> Double {
    let age = max(0, (now - last) / .seconds(1))
    return pow(factor, max(0, 1 - age / Self.decay))
  }
}
