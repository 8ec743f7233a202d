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
  /// Whether to look for the form that an answer should have; nobody needs it who only shows
  /// exemplars.
  public var findsForm: Bool

  public init(
    matcher: MatcherName? = nil, epsilon: Double? = nil, anyLanguage: Bool = false,
    mayBeEmpty: Bool = true, findsForm: Bool = true
  ) {
    self.matcher = matcher
    self.epsilon = epsilon
    self.anyLanguage = anyLanguage
    self.mayBeEmpty = mayBeEmpty
    self.findsForm = findsForm
  }

  /// For exemplars from which a person picks one.
  public static let offering = MatchingOptions(mayBeEmpty: false, findsForm: false)
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
    let own = try await minedExemplars(for: request)
    let shots = shots ?? shotCount(for: request, own: own)
    let matcher = options.matcher ?? settings.matcherOrDefault
    let language: RequestedLanguage = options.anyLanguage ? .any : .of(request.language)
    let (policy, others) = try await policy(for: request, language)
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
    let choices =
      matcher == .policy
      ? try await offPool {
        try policy.select(
          request, query: query, language: language, shots: shots, draw: draw,
          yieldsToPins: trial != nil, mayStop: options.mayBeEmpty && own == nil, others: others,
          only: own, learning: learning)
      }
      : try await baseline(matcher, policy.encoder).select(
        request, query: query, shots: shots, seed: seed ?? 0)
    let isFree = !choices.list.contains { $0.pick.isPinned } && draw == nil && matcher == .policy
    let asked =
      isFree ? try await alike(request, language, query, policy, shots, learning) : nil
    let served = asked ?? choices
    let matched = clock.now
    let exemplars = try await read(served)
    var result = MatchResult(
      shots: chosen(served.list, exemplars, request), propensity: served.propensity,
      policyVersion: matcher == .policy ? policy.version : matcher.rawValue,
      chooser: asked != nil
        ? "the instruction, which begins like theirs"
        : matcher == .policy ? policy.chooser : "the matcher \(matcher.rawValue)",
      temperature: ExemplarPolicy.temperature)
    result.candidates = served.candidates
    if options.findsForm {
      result.form = try await form(of: request, served, exemplars, result.shots)
    }
    result.stopProbability = served.stopProbability
    result.draw = choices.draw
    if matcher == .policy {
      result.learned = MatchResult.Learned(
        encoder: policy.encoder.identity, vector: query,
        shots: served.list.compactMap { $0.known?.shot })
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

  /// The exemplars of a list and those that it was chosen from; only those are read that have not
  /// been read on the way.
  private func read(
    _ choices: ExemplarPolicy.Choices
  ) async throws -> [Int64: Exemplar] {
    let pool = pool
    var found = choices.exemplars
    let missing = Set(choices.list.map(\.id) + choices.candidates).subtracting(found.keys).sorted()
    guard !missing.isEmpty else { return found }
    for exemplar in try await offPool({ try pool.exemplars(ids: missing) }) {
      found[exemplar.id] = exemplar
    }
    return found
  }

  private func chosen(
    _ choices: [ExemplarPolicy.Choice], _ exemplars: [Int64: Exemplar],
    _ request: InstructionRequest
  ) -> [MatchedExemplar] {
    choices.compactMap { choice in
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
