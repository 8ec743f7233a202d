import Foundation
public import PromptMatching
import PromptPool
import SentenceEncoder
import Synchronization

/// What chooses exemplars, and how freely.
public struct MatchingOptions: Sendable, Equatable {
  /// By default what the project sets, or the policy.
  public var matcher: MatcherName?
  /// Share of uniform exploration in a list that is drawn, 0 to 1.
  public var epsilon: Double?

  public init(matcher: MatcherName? = nil, epsilon: Double? = nil) {
    self.matcher = matcher
    self.epsilon = epsilon
  }
}

extension Project {
  /// The exemplars that fit a request, best first; needs no language model.
  ///
  /// - Parameters:
  ///   - shots: how many; by default what the settings say.
  ///   - seed: draws the list by the policy's probabilities; nil takes the likeliest, unless the
  ///     settings ask for exploration.
  /// - Throws: ``InstructionCompletionError``, `PromptPoolError`, `CancellationError`.
  public func match(
    _ request: InstructionRequest, shots: Int? = nil, seed: UInt64? = nil,
    options: MatchingOptions = MatchingOptions()
  ) async throws -> MatchResult {
    let shots = shots ?? settings.shots ?? ProjectSettings.defaultShots
    let matcher = options.matcher ?? settings.matcher ?? .policy
    let epsilon = options.epsilon ?? settings.exploration ?? ExemplarPolicy.epsilon
    let (policy, others) = try await policy(for: request)
    let clock = ContinuousClock()
    let start = clock.now
    let query = try await policy.encoder.embed(request.embeddedText)
    let embedded = clock.now
    let choices: [ExemplarPolicy.Choice]
    let propensity: Double
    if matcher == .policy {
      (choices, propensity) = try policy.select(
        query: query, shots: shots, seed: seed ?? explorationSeed(request), epsilon: epsilon,
        others: others)
    } else {
      (choices, propensity) = try await baseline(matcher, policy.encoder).select(
        request, query: query, shots: shots, seed: seed ?? 0)
    }
    let matched = clock.now
    return MatchResult(
      shots: try chosen(choices, request), propensity: propensity,
      policyVersion: matcher == .policy ? policy.version : matcher.rawValue,
      chooser: matcher == .policy ? policy.chooser : "the matcher \(matcher.rawValue)",
      temperature: ExemplarPolicy.temperature,
      embedSeconds: (embedded - start) / .seconds(1),
      matchSeconds: (matched - embedded) / .seconds(1))
  }

  /// The same instruction gets the same draw as long as the process lives, so that lists do not
  /// change while someone looks at them; nil without exploration.
  private func explorationSeed(_ request: InstructionRequest) -> UInt64? {
    guard let exploration = settings.exploration, exploration > 0 else { return nil }
    var hasher = Hasher()
    hasher.combine(request.embeddedText)
    return UInt64(bitPattern: Int64(hasher.finalize()))
  }

  private func baseline(
    _ name: MatcherName, _ encoder: SentenceEncoder
  ) async throws -> BaselineChooser {
    let pool = pool
    if let known = baseline.withLock(\.self), known.name == name,
      known.revision == (try pool.revision())
    {
      return known
    }
    let folder = learningFolder
    let made = try await offPool {
      try BaselineChooser(name, pool: pool, encoder: encoder, folder: folder)
    }
    baseline.withLock { $0 = made }
    return made
  }

  private func chosen(
    _ choices: [ExemplarPolicy.Choice], _ request: InstructionRequest
  ) throws -> [MatchedExemplar] {
    try choices.compactMap { choice in
      guard let exemplar = try pool.exemplar(choice.id) else { return nil }
      return MatchedExemplar(
        exemplar: exemplar, probability: choice.pick.probability, cosine: choice.pick.cosine,
        why: why(exemplar, choice.pick, request))
    }
  }

  private func why(
    _ exemplar: Exemplar, _ pick: Selection.Pick, _ request: InstructionRequest
  ) -> String {
    let posix = Locale(identifier: "en_US_POSIX")
    let cosine = String(format: "%.2f", locale: posix, Double(pick.cosine))
    var reasons = ["its cosine similarity to the instruction is \(cosine)"]
    if pick.isPinned { reasons.insert("it is pinned", at: 0) }
    if let language = request.language, language == exemplar.language {
      reasons.append("it is \(language) too")
    }
    return reasons.joined(separator: ", ")
  }
}
