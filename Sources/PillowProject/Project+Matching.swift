import CompletionEngine
import Foundation
import Personalization
public import PromptMatching
import PromptPool
import SentenceEncoder
import Settings
import Synchronization

/// What chooses exemplars, and how freely.
public struct MatchingOptions: Sendable, Equatable {
  /// By default what the project sets, or the policy.
  public var matcher: MatcherName?
  /// Share of uniform exploration in a list that is drawn, 0 to 1.
  public var epsilon: Double?
  /// Takes exemplars of every language, for a request that comes from no document.
  public var anyLanguage: Bool
  /// Whether the list may be shorter than asked for, and empty, where exemplars would not help;
  /// off where exemplars are offered to a person.
  public var mayBeEmpty: Bool

  public init(
    matcher: MatcherName? = nil, epsilon: Double? = nil, anyLanguage: Bool = false,
    mayBeEmpty: Bool = true
  ) {
    self.matcher = matcher
    self.epsilon = epsilon
    self.anyLanguage = anyLanguage
    self.mayBeEmpty = mayBeEmpty
  }
}

extension Project {
  /// The exemplars that fit a request, best first; needs no language model.
  ///
  /// - Parameters:
  ///   - shots: how many; by default what the settings say.
  ///   - seed: draws the list by the policy's probabilities; nil takes the likeliest one, unless
  ///     the settings ask for exploration.
  /// - Throws: ``ProjectError``, `ModelError`, `PromptPoolError`, `CancellationError`.
  public func match(
    _ request: InstructionRequest, shots: Int? = nil, seed: UInt64? = nil,
    options: MatchingOptions = MatchingOptions()
  ) async throws -> MatchResult {
    do {
      return try await matchOnce(request, shots, seed, options)
    } catch {
      // A damaged database is set aside, and the new one is asked.
      guard try await offPool({ self.recovers(from: error) }) else { throw error }
      return try await matchOnce(request, shots, seed, options)
    }
  }

  private func matchOnce(
    _ request: InstructionRequest, _ shots: Int?, _ seed: UInt64?, _ options: MatchingOptions
  ) async throws -> MatchResult {
    let shots = shots ?? settings.shotsOrDefault
    let matcher = options.matcher ?? settings.matcherOrDefault
    let (policy, others) = try await policy(for: request)
    let clock = ContinuousClock()
    let start = clock.now
    let query = try await policy.encoder.embed(request.embeddedText)
    let embedded = clock.now
    let (pool, learner) = (pool, learner)
    let learning = try await offPool { learner.fastLearning(pool) }
    let trial = seed == nil ? trialSeed(request, learning) : nil
    let draw = (seed ?? explorationSeed(request) ?? trial).map {
      MatchResult.Draw(seed: $0, epsilon: options.epsilon ?? explorationShare)
    }
    let own = try await minedExemplars(for: request)
    let choices =
      matcher == .policy
      ? try await offPool {
        try policy.select(
          request, query: query, language: options.anyLanguage ? .any : .of(request.language),
          shots: shots, draw: draw, yieldsToPins: trial != nil,
          mayStop: options.mayBeEmpty && own == nil, others: others, only: own,
          learning: learning)
      }
      : try await baseline(matcher, policy.encoder).select(
        request, query: query, shots: shots, seed: seed ?? 0)
    let isFree = !choices.list.contains { $0.pick.isPinned } && draw == nil && matcher == .policy
    let language: RequestedLanguage = options.anyLanguage ? .any : .of(request.language)
    let asked = isFree ? await alike(request, language, query, policy, shots) : nil
    let matched = clock.now
    var result = MatchResult(
      shots: try await chosen((asked ?? choices).list, request),
      propensity: (asked ?? choices).propensity,
      policyVersion: matcher == .policy ? policy.version : matcher.rawValue,
      chooser: asked != nil
        ? "the instruction, which begins like theirs"
        : matcher == .policy ? policy.chooser : "the matcher \(matcher.rawValue)",
      temperature: ExemplarPolicy.temperature)
    result.candidates = (asked ?? choices).candidates
    result.form = try await form(of: request, asked ?? choices, result.shots)
    result.stopProbability = asked == nil ? choices.stopProbability : nil
    result.draw = choices.draw
    if matcher == .policy {
      result.learned = MatchResult.Learned(
        encoder: policy.encoder.identity, vector: query,
        shots: (asked ?? choices).list.compactMap { $0.known?.shot })
    }
    result.embedSeconds = (embedded - start) / .seconds(1)
    result.matchSeconds = (matched - embedded) / .seconds(1)
    return result
  }

  private var explorationShare: Double {
    let share = settings.explorationOrDefault
    return share > 0 ? share : ExemplarPolicy.epsilon
  }

  /// The same instruction gets the same draw, so that lists do not change while someone looks at
  /// them; nil without exploration.
  private func explorationSeed(_ request: InstructionRequest) -> UInt64? {
    guard settings.explorationOrDefault > 0 else { return nil }
    return stableHash(request.embeddedText)
  }

  /// Once there is something to learn, one instruction of sixteen gets a list that is drawn, so that
  /// what has not been tried is not ruled out for good.
  private func trialSeed(_ request: InstructionRequest, _ learning: FastLearning?) -> UInt64? {
    guard let learning, learner.switches.chooser == .policy, learning.steps >= 20 else {
      return nil
    }
    let hash = stableHash(request.embeddedText)
    return hash % 16 == 0 ? hash : nil
  }

  private func baseline(
    _ name: MatcherName, _ encoder: SentenceEncoder
  ) async throws -> BaselineChooser {
    let (pool, folder, known) = (pool, learningFolder, baseline.withLock(\.self))
    let model = name == .cone ? try await EngineAnswers(engine) : nil
    let chooser = try await offPool {
      if let known, known.name == name, known.revision == (try pool.revision()) { return known }
      return try BaselineChooser(
        name, pool: pool, encoder: encoder, folder: folder, model: model)
    }
    baseline.withLock { $0 = chooser }
    return chooser
  }

  private func chosen(
    _ choices: [ExemplarPolicy.Choice], _ request: InstructionRequest
  ) async throws -> [MatchedExemplar] {
    let pool = pool
    let ids = choices.map(\.id)
    let found = try await offPool { try pool.exemplars(ids: ids) }
    let exemplars = Dictionary(uniqueKeysWithValues: found.map { ($0.id, $0) })
    return choices.compactMap { choice in
      guard let exemplar = exemplars[choice.id] else { return nil }
      return MatchedExemplar(
        exemplar: exemplar, probability: choice.pick.probability, cosine: choice.pick.cosine,
        isPinned: choice.pick.isPinned, why: why(exemplar, choice, request))
    }
  }

  private func why(
    _ exemplar: Exemplar, _ choice: ExemplarPolicy.Choice, _ request: InstructionRequest
  ) -> String {
    let pick = choice.pick
    let posix = Locale(identifier: "en_US_POSIX")
    let cosine = String(format: "%.2f", locale: posix, Double(pick.cosine))
    var reasons = ["its cosine similarity to the instruction is \(cosine)"]
    if pick.isPinned { reasons.insert("it is pinned", at: 0) }
    if request.language != nil, LanguageName.fit(request.language, exemplar.language),
      let language = exemplar.language
    {
      reasons.append("it is \(language) too")
    }
    if let verdict = choice.known?.verdict, verdict.judged > 0 {
      let times = verdict.judged == 1 ? "time" : "times"
      reasons.append("kept \(verdict.kept) of \(verdict.judged) \(times) here")
    }
    return reasons.joined(separator: ", ")
  }
}

/// FNV-1a, 64 bits: the same in every process, unlike `Hasher`.
func stableHash(_ text: String) -> UInt64 {
  text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
}
