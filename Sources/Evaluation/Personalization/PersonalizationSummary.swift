import Foundation
import Personalization
import PromptPool
import Reports

/// What happened at one opportunity: a line of `steps.jsonl`.
struct PersonStep: Sendable, Codable {
  var arm, person: String
  var instruction, reference: String
  /// What the model wrote, shown or not.
  var answer: String
  var isShown, isFaulty: Bool
  var shots: Int
  /// What she did; nil where nothing was shown.
  var event: FeedbackEvent?
  var keptCharacters: Int
  var distance: Double
  var regret: Double?

  var isAccepted: Bool { event == .accepted }
}

/// One person's way through her stream with one arm.
struct PersonRun: Sendable {
  var steps: [PersonStep] = []
  /// Where her habits change.
  var change = 0
  var milliseconds: [Double] = []
  var seconds = 0.0
  var shownAfterThreeRejects = 0
  var trainings: [PersonalizationResults.Training] = []
  var problems: [String] = []
  var right = 0, refusedRight = 0, wrong = 0, believedWrong = 0

  var lastThird: ArraySlice<PersonStep> { steps.suffix((steps.count + 2) / 3) }

  /// After how many instructions the rate of before the change is reached again; nil for never.
  ///
  /// The rate is the mean of 1 − edit distance: over the 40 instructions before the change, and over
  /// the 20 latest after it.
  var recovery: Int? {
    let before = steps[..<change].suffix(40).map { 1 - $0.distance }
    let after = steps[change...].map { 1 - $0.distance }
    guard before.count >= 10, after.count >= 20 else { return nil }
    let rate = before.reduce(0, +) / Double(before.count)
    return (20...after.count).first { end in
      after[(end - 20)..<end].reduce(0, +) / 20 >= rate
    }
  }
}

/// Means over persons with intervals.
enum PersonalizationSummary {
  static func figures(
    _ runs: [PersonRun], _ part: (PersonRun) -> ArraySlice<PersonStep>
  ) -> PersonalizationResults.Figures {
    let parts = runs.map(part)
    return PersonalizationResults.Figures(
      keptPerOpportunity: interval(parts) { kept($0) },
      editDistance: interval(parts) { distance($0) },
      acceptRate: interval(parts) { acceptRate($0) },
      shown: parts.reduce(0) { $0 + $1.count(where: \.isShown) },
      opportunities: parts.reduce(0) { $0 + $1.count })
  }

  static func kept(_ steps: ArraySlice<PersonStep>) -> Double {
    Double(steps.reduce(0) { $0 + $1.keptCharacters }) / Double(max(1, steps.count))
  }

  static func distance(_ steps: ArraySlice<PersonStep>) -> Double {
    steps.reduce(0) { $0 + $1.distance } / Double(max(1, steps.count))
  }

  static func acceptRate(_ steps: ArraySlice<PersonStep>) -> Double {
    Double(steps.count(where: \.isAccepted)) / Double(max(1, steps.count(where: \.isShown)))
  }

  /// Over persons by Student's t; for one person over her instructions, by bootstrap.
  private static func interval(
    _ parts: [ArraySlice<PersonStep>], _ figure: (ArraySlice<PersonStep>) -> Double
  ) -> Interval {
    guard parts.count == 1, let steps = parts.first, steps.count > 1 else {
      return interval(parts.map(figure))
    }
    let draws = PairedBootstrap.resamples(of: steps.count, count: 1000, seed: 0).map { places in
      figure(ArraySlice(places.map { steps[steps.startIndex + $0] }))
    }.sorted()
    return Interval(mean: figure(steps), low: draws[25], high: draws[974])
  }

  static func interval(_ values: [Double]) -> Interval {
    let n = Double(max(1, values.count))
    let mean = values.reduce(0, +) / n
    guard values.count > 1 else { return Interval(mean: mean, low: mean, high: mean) }
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (n - 1)
    let reach =
      StudentT.quantile(normal: 1.96, freedom: values.count - 1) * (variance / n).squareRoot()
    return Interval(mean: mean, low: mean - reach, high: mean + reach)
  }

  /// Ratios of two arms over the same persons in the last third: of the means, with a bootstrap over
  /// persons.
  static func comparison(
    _ arm: String, _ runs: [PersonRun], with other: String, _ others: [PersonRun]
  ) -> PersonalizationResults.Comparison {
    func ratio(_ figure: (ArraySlice<PersonStep>) -> Double) -> Interval {
      let values = zip(runs, others).map { (figure($0.lastThird), figure($1.lastThird)) }
      func of(_ values: [(Double, Double)]) -> Double {
        values.reduce(0) { $0 + $1.0 } / max(values.reduce(0) { $0 + $1.1 }, 1e-9)
      }
      let draws = PairedBootstrap.resamples(of: values.count, count: 1000, seed: 0)
        .map { of($0.map { values[$0] }) }.sorted()
      return Interval(mean: of(values), low: draws[25], high: draws[974])
    }
    return PersonalizationResults.Comparison(
      arm: arm, with: other, keptRatio: ratio(kept), distanceRatio: ratio(distance),
      acceptRatio: ratio(acceptRate))
  }

  static func recovery(_ runs: [PersonRun]) -> PersonalizationResults.Recovery {
    let found = runs.map(\.recovery)
    return PersonalizationResults.Recovery(
      instructions: interval(
        zip(runs, found).map { Double($1 ?? ($0.steps.count - $0.change)) }),
      recovered: found.count { $0 != nil }, persons: runs.count)
  }

  static func cost(_ runs: [PersonRun]) -> PersonalizationResults.Cost {
    let times = runs.flatMap(\.milliseconds).sorted()
    func percentile(_ share: Double) -> Double {
      times.isEmpty ? 0 : times[min(times.count - 1, Int(share * Double(times.count)))]
    }
    return PersonalizationResults.Cost(
      median: percentile(0.5), high: percentile(0.99), most: times.last ?? 0,
      seconds: runs.reduce(0) { $0 + $1.seconds })
  }
}
