/// The progress of training, round by round.
public struct LearningCurve: Sendable, Codable, Equatable {
  public struct Point: Sendable, Codable, Equatable {
    public let round: Int
    /// Mean reward of the lists drawn in the round.
    public let trainingReward: Double
    /// Mean reward of the greedy lists of the validation queries, in rounds with validation.
    public let validationReward: Double?
    public let watch: CollapseWatch?
    /// The norm of the gradient before clipping.
    public let gradientNorm: Double
    public let seconds: Double
  }

  public internal(set) var points: [Point] = []

  public var validations: [(round: Int, reward: Double)] {
    points.compactMap { point in point.validationReward.map { (point.round, $0) } }
  }

  /// A line chart of block characters in eight heights, for a terminal.
  public static func sparkline(_ values: [Double], width: Int = 60) -> String {
    let finite = values.filter(\.isFinite)
    guard let low = finite.min(), let high = finite.max() else { return "" }
    let blocks = Array("▁▂▃▄▅▆▇█")
    let count = min(width, finite.count)
    return String(
      (0..<count).map { place in
        let from = place * finite.count / count
        let to = max(from + 1, (place + 1) * finite.count / count)
        let mean = finite[from..<to].reduce(0, +) / Double(to - from)
        let share = high > low ? (mean - low) / (high - low) : 0.5
        return blocks[min(7, Int(share * 8))]
      })
  }
}
