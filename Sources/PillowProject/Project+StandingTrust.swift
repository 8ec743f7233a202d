import CompletionEngine
import Foundation
import Personalization
import PromptMatching
public import PromptPool
import SentenceEncoder

extension Project {
  /// Makes exemplars of the newest standing texts that belong to their instructions
  /// (``belongs(_:)``), unless so few of the project's texts do that none is trusted
  /// (``trustsStandingTexts()``).
  ///
  /// An exemplar that was harvested from the same instruction before is replaced, since habits
  /// change. What was rejected is no exemplar, what was typed instead is one.
  ///
  /// - Parameter isAllowed: whether a text of this document may become an exemplar.
  /// - Returns: the exemplars, by outcome.
  @discardableResult
  public func harvestStandingTexts(
    newest count: Int = 20, isAllowed: (_ documentURI: String?) -> Bool = { _ in true }
  ) async throws -> [Int64: Exemplar] {
    let texts = try await withPool { try $0.standingTexts(limit: count) }
    var belonging: [Outcome] = []
    // The oldest first: a newer text takes the place of an older one.
    for outcome in texts.reversed()
    where outcome.harvestedAs == nil && outcome.answers && isAllowed(outcome.documentURI) {
      if try await belongs(outcome) { belonging.append(outcome) }
    }
    guard !belonging.isEmpty, try await trustsStandingTexts() else { return [:] }
    let found = try await withPool { [belonging] pool in
      var found: [Int64: Exemplar] = [:]
      for outcome in belonging { found[outcome.id] = try Self.harvest(outcome, pool) }
      return found
    }
    if !found.isEmpty { poolChanged() }
    return found
  }

  private static func harvest(_ outcome: Outcome, _ pool: PromptPool) throws -> Exemplar? {
    guard let standing = outcome.standing else { return nil }
    let draft = ExemplarDraft(
      instruction: outcome.instruction, input: outcome.input, output: standing.text,
      tags: ["harvested"], language: outcome.language)
    guard draft.secret == nil else { return nil }
    do {
      return try pool.harvest(draft, ofOutcome: outcome.id)
    } catch PromptPoolError.duplicate, PromptPoolError.invalidExemplar {
      return nil
    }
  }

  /// Whether what stands below the project's instructions answers them often enough to learn from any
  /// of it (``Plausibility/areTrusted(_:)``).
  public func trustsStandingTexts() async throws -> Bool {
    try await withPool(Self.trustsStandingTexts)
  }

  static func trustsStandingTexts(_ pool: PromptPool) throws -> Bool {
    Plausibility.areTrusted(
      try pool.fits(since: try pool.learnsSince(), limit: Plausibility.judged))
  }

  /// The standing texts of a kind to train on, oldest first: those that belong to their instructions.
  ///
  /// - Returns: none where the project's texts are not trusted.
  func trainingTexts(
    where isWanted: @escaping @Sendable (StandingText) -> Bool
  ) async throws -> [Outcome] {
    let outcomes = try await withPool { pool in
      try pool.standingTexts(since: try pool.learnsSince()).reversed().filter {
        $0.standing.map(isWanted) ?? false && !$0.vector.isEmpty && $0.answers
      }
    }
    var belonging: [Outcome] = []
    for outcome in outcomes {
      try Task.checkCancellation()
      if try await belongs(outcome) { belonging.append(outcome) }
    }
    return try await trustsStandingTexts() ? belonging : []
  }

  /// What a version of a kind would learn from, and the newest of the project's own texts that it is
  /// tested on; what the project's teams have told is taught first.
  ///
  /// - Returns: nil where there is too little, or too little new since the latest version.
  func textsToLearn(
    _ kind: LearnedKind, _ learning: IdleLearning,
    where isWanted: @escaping @Sendable (StandingText) -> Bool
  ) async throws -> TextsToLearn? {
    let own = try await trainingTexts(where: isWanted)
    guard let first = own.first, let last = own.last else { return nil }
    var heldOut = Int(Double(own.count) * PromotionGate.heldOut)
    var team: [Outcome] = []
    if own.count >= min(learning.leastTexts, PromotionGate.leastOutcomes) {
      let encoder = try await models.encoder().identity
      team = try await withPool { try TeamExperience($0).texts }.filter {
        $0.encoder == encoder && $0.standing.map(isWanted) ?? false
      }
    }
    if !team.isEmpty { heldOut = max(heldOut, min(own.count, PromotionGate.leastOutcomes)) }
    guard own.count + team.count >= learning.leastTexts else { return nil }
    let before = try await withPool { try $0.learningVersions(kind).last?.lastOutcome ?? 0 }
    guard before == 0 || own.count(where: { $0.id > before }) >= learning.leastTexts / 2 else {
      return nil
    }
    return TextsToLearn(
      taught: team + own.dropLast(heldOut), heldOut: Array(own.suffix(heldOut)),
      outcomes: first.id...last.id)
  }

  /// Whether a standing text belongs to its instruction: people also write something unrelated below
  /// a comment.
  ///
  /// What is much like an accepted suggestion does. Otherwise, the text has to be likelier after its
  /// own instruction than after others of the project, by ``Plausibility/margin`` nats per token. That
  /// is measured once and stored. An engine that cannot score texts believes everything.
  private func belongs(_ outcome: Outcome) async throws -> Bool {
    guard let standing = outcome.standing else { return false }
    if let similarity = outcome.similarity, similarity >= Plausibility.trustedSimilarity,
      standing.kind != .typed || similarity >= 0.9
    {
      return true
    }
    if let fit = outcome.fit { return fit >= Plausibility.margin }
    let others = try await withPool { pool in
      Plausibility.others(
        for: outcome, among: try pool.standingTexts(limit: Plausibility.searched))
    }
    guard !others.isEmpty else { return outcome.event == .accepted }
    let asked = ([outcome] + others).map {
      InstructionRequest(instruction: $0.instruction, input: $0.input, language: $0.language)
    }
    guard
      let found = try await engine.likelihoods(
        of: asked.map { ConversationAnswer(Conversation($0), answer: standing.text) }),
      let fit = Plausibility.fit(
        own: found[0].nllPerToken, others: found.dropFirst().map(\.nllPerToken))
    else { return true }
    try await withPool { try $0.record(fit: fit, of: standing.text, ofOutcome: outcome.id) }
    return fit >= Plausibility.margin
  }
}

/// What a version learns from.
struct TextsToLearn {
  var taught, heldOut: [Outcome]
  /// The project's own.
  var outcomes: ClosedRange<Int64>
}

extension Outcome {
  /// Whether the standing text may be what the person wanted: it is not what was rejected.
  fileprivate var answers: Bool { event != .rejected || standing?.kind == .typed }
}
