import Foundation
import PromptMatching

/// A gate that was fitted to one project: a model and the least probability with which an answer is
/// shown by itself.
public struct CalibratedGate: Sendable, Equatable, Codable {
  public var model: SuggestionGate
  public var threshold: Double

  public init(model: SuggestionGate, threshold: Double) {
    self.model = model
    self.threshold = threshold
  }
}

/// Fits the suggestion gate to what one person keeps: a logistic regression whose weights are pulled
/// towards the shipped ones.
public enum GateCalibration {
  /// Below this number of labels the shipped gate serves.
  public static let leastLabels = 50
  /// The newest labels count; habits change.
  public static let mostLabels = 600
  /// Share of the kept characters that withholding may cost, with its upper 95 % bound.
  public static let mostLost = 0.05
  /// Share of the withheld answers that are shown all the same, so that what is known of them stays
  /// true.
  public static let shownAnyway = 0.08
  /// Weight of the prior, in labels.
  static let ridge = 4.0

  /// Weights that fit the labels best, by Newton's method.
  ///
  /// Minimises −Σ log p(label) + ridge/2·‖weights − prior‖²; the bias is pulled a quarter as much.
  public static func fit(_ labels: [GateLabel], around prior: SuggestionGate) -> SuggestionGate {
    let labels = labels.filter { $0.evidence.count == prior.weights.count }.suffix(mostLabels)
    let start = [prior.bias] + prior.weights
    var weights = start
    let n = weights.count
    for _ in 0..<12 {
      var gradient = [Double](repeating: 0, count: n)
      var curvature = [[Double]](repeating: [Double](repeating: 0, count: n), count: n)
      for label in labels {
        let x = [1] + label.evidence
        let score = zip(weights, x).reduce(0) { $0 + $1.0 * $1.1 }
        let p = 1 / (1 + exp(-score))
        let (error, spread) = ((label.isKept ? 1 : 0) - p, max(1e-6, p * (1 - p)))
        for i in 0..<n {
          gradient[i] += error * x[i]
          for j in 0...i { curvature[i][j] += spread * x[i] * x[j] }
        }
      }
      for i in 0..<n {
        let pull = i == 0 ? ridge / 4 : ridge
        gradient[i] -= pull * (weights[i] - start[i])
        curvature[i][i] += pull
      }
      let step = solveByCholesky(&curvature, gradient)
      // Far from the optimum a full step may leave it behind.
      let length = step.reduce(0) { $0 + $1 * $1 }.squareRoot()
      let scale = min(1, 2 / max(length, 1e-12))
      for i in 0..<n { weights[i] += scale * step[i] }
      if length < 1e-6 { break }
    }
    return SuggestionGate(bias: weights[0], weights: Array(weights.dropFirst()))
  }

  /// The highest threshold whose upper bound on lost kept characters is at most ``mostLost``; 0
  /// where nothing may be withheld.
  ///
  /// The bound is on Σ kept characters of withheld answers ÷ Σ of all: the estimate and 1.64
  /// standard errors, as if each answer was drawn by itself.
  public static func threshold(_ labels: [GateLabel], _ model: SuggestionGate) -> Double {
    let judged = labels.suffix(mostLabels)
      .map { (probability: model.probability($0.evidence), kept: $0.keptCharacters) }
      .sorted { $0.probability < $1.probability }
    let all = judged.reduce(0) { $0 + $1.kept }
    guard all > 0 else { return 0 }
    var lost = 0.0
    var squares = 0.0
    var threshold = 0.0
    for (place, answer) in judged.enumerated() {
      lost += answer.kept
      squares += answer.kept * answer.kept
      guard (lost + 1.64 * squares.squareRoot()) / all <= mostLost else { break }
      let next = place + 1 < judged.count ? judged[place + 1].probability : 1
      threshold = (answer.probability + next) / 2
    }
    // However sure, an answer that is more likely kept than not is shown.
    return min(threshold, 0.5)
  }

  /// A gate for the labels, oldest first; nil when there are too few.
  ///
  /// The threshold is chosen with probabilities that each came from a model that had not seen the
  /// label (five folds), because fitted probabilities flatter themselves.
  public static func calibrate(
    _ labels: [GateLabel], around prior: SuggestionGate
  ) -> CalibratedGate? {
    let labels = Array(
      labels.filter { $0.evidence.count == prior.weights.count }.suffix(mostLabels))
    guard labels.count >= leastLabels else { return nil }
    let folds = 5
    var threshold = 1.0
    for fold in 0..<folds {
      let rest = labels.enumerated().filter { $0.offset % folds != fold }.map(\.element)
      let model = fit(rest, around: prior)
      threshold = min(threshold, Self.threshold(labels, model))
    }
    return CalibratedGate(model: fit(labels, around: prior), threshold: threshold)
  }

  /// Mean log likelihood of labels, each in turn.
  public static func logLikelihoods(_ labels: [GateLabel], _ model: SuggestionGate) -> [Double] {
    labels.map { label in
      let p = min(max(model.probability(label.evidence), 1e-6), 1 - 1e-6)
      return log(label.isKept ? p : 1 - p)
    }
  }
}
