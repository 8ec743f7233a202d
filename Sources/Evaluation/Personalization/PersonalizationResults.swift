public import Foundation
public import Reports

/// What a comparison of ways to learn came to; written as `results.json`.
public struct PersonalizationResults: Codable, Sendable {
  /// Means over persons with 95 % intervals.
  public struct Figures: Codable, Sendable, Equatable {
    /// Characters of suggestions that stand in the document in the end, for each instruction.
    public var keptPerOpportunity: Interval
    /// What is left to write, 0 to 1, for each instruction.
    public var editDistance: Interval
    /// The share of the suggestions shown that were accepted.
    public var acceptRate: Interval
    /// Of all persons.
    public var shown: Int
    public var opportunities: Int
  }

  /// How one arm compares with another, person by person.
  public struct Comparison: Codable, Sendable {
    public var arm, with: String
    /// Kept characters, as a ratio.
    public var keptRatio: Interval
    /// Edit distance, as a ratio; less than 1 is less to write.
    public var distanceRatio: Interval
    public var acceptRatio: Interval
  }

  /// How soon an arm is as good again as before the habits changed.
  public struct Recovery: Codable, Sendable {
    /// Instructions after the change; those that never got there count as all that were left.
    public var instructions: Interval
    /// Persons for whom it happened.
    public var recovered: Int
    public var persons: Int
  }

  public struct Cost: Codable, Sendable {
    /// Milliseconds that one event took until it was learned, in its 50th and 99th percentile, and at
    /// most.
    public var median, high, most: Double
    public var seconds: Double
  }

  /// What an arm trained for one person.
  public struct Training: Codable, Sendable {
    public var arm, person: String
    /// Instructions before it.
    public var after: Int
    /// `policy` or `adapter`.
    public var kind: String
    /// Whether it came into service.
    public var isPromoted: Bool
    /// What the promotion gate says.
    public var note: String
  }

  /// Texts that do not belong to their instruction are not to become exemplars.
  public struct PlausibilityFigures: Codable, Sendable {
    /// Share of the right texts that were refused.
    public var refusedRight: Double
    /// Share of shuffled texts that were believed.
    public var believedWrong: Double
    public var right, wrong: Int
  }

  public var settings: [String: String] = [:]
  public var arms: [String: Figures] = [:]
  public var lastThird: [String: Figures] = [:]
  public var comparisons: [Comparison] = []
  public var recovery: [String: Recovery] = [:]
  /// By arm: how much likelier the person's own text would have been after the best single exemplar
  /// than after the one that was chosen first, in nats per token.
  public var regret: [String: Interval] = [:]
  /// By arm: explicit rejects after which an exemplar was shown a fourth time in a like context.
  public var shownAfterThreeRejects: [String: Int] = [:]
  public var cost: [String: Cost] = [:]
  public var plausibility: PlausibilityFigures?
  public var trainings: [Training] = []
  public var problems: [String] = []
  /// By arm: mean kept characters per instruction, place by place; for the page.
  public var course: [String: [Double]] = [:]

  /// Every opportunity of every run; a file of its own, since it is long.
  var steps: [PersonStep] = []

  public init() {}

  private enum CodingKeys: String, CodingKey {
    case settings, arms, lastThird, comparisons, recovery, regret, shownAfterThreeRejects, cost
    case plausibility, trainings, problems, course
  }

  /// `steps.jsonl`: a line for each opportunity.
  public func stepLines() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return try steps.reduce(into: Data()) { lines, step in
      lines += try encoder.encode(step)
      lines.append(UInt8(ascii: "\n"))
    }
  }

  public func json() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(self)
  }
}
