import Foundation
public import Personalization
public import PromptPool

extension Project {
  /// Whether an answer is shown to somebody who has not asked for it, by what was learned here.
  ///
  /// - Parameters:
  ///   - evidence: the numbers that the gate reads.
  ///   - shipped: the gate that serves before anything is learned.
  ///   - least: the least probability that the settings ask for.
  ///   - text: the answer; the same one gets the same decision.
  public func gateDecision(
    _ evidence: [Double], shipped: SuggestionGate, least: Double, text: String
  ) -> GateDecision {
    GateDecision(
      evidence, gate: learner.gate, shipped: shipped, least: least, seed: stableHash(text))
  }

  /// Fits the gate to the outcomes when there are enough new ones; the new gate serves when it
  /// predicts the newest better than the one in service.
  ///
  /// - Returns: the version that was made; nil when there was nothing to do.
  @discardableResult
  public func calibrateGate(shipped: SuggestionGate) async throws -> LearningVersion? {
    guard learner.switches.gate else { return nil }
    let learner = learner
    return try await withPool { pool in
      guard let new = try learner.newGate(pool, shipped: shipped) else { return nil }
      let version = try pool.store(new)
      learner.refresh(pool)
      return version
    }
  }
}

extension Project {
  /// Learns what was recorded since, instead of when it is next needed.
  public func learnNow() async throws {
    let learner = learner
    try await withPool { learner.refresh($0) }
  }
}

extension Learner {
  /// So many new labels make it worth to fit again.
  private static let step = 25

  fileprivate func newGate(
    _ pool: PromptPool, shipped: SuggestionGate
  ) throws -> PromptPool.NewVersion? {
    let labels = replay(pool).labels
    guard labels.count >= GateCalibration.leastLabels, !isPaused,
      let first = labels.first?.id, let last = labels.last?.id
    else { return nil }
    let before = try pool.learningVersions(.gate).last?.lastOutcome ?? 0
    guard labels.count(where: { $0.id > before }) >= Self.step else { return nil }
    let all = labels.map(\.label)
    let heldOut = Int(Double(all.count) * PromotionGate.heldOut)
    let tried = GateCalibration.fit(Array(all.dropLast(heldOut)), around: shipped)
    let newest = Array(all.suffix(heldOut))
    let test = PromotionGate(
      new: GateCalibration.logLikelihoods(newest, tried),
      served: GateCalibration.logLikelihoods(newest, gate?.model ?? shipped))
    guard let calibrated = GateCalibration.calibrate(all, around: shipped) else { return nil }
    return PromptPool.NewVersion(
      .gate, outcomes: first...last, note: test.summary,
      parameters: try JSONEncoder().encode(calibrated), score: test.newMean,
      servedScore: test.servedMean, isPromoted: test.isPassed)
  }
}
