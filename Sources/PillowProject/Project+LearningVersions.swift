import FineTuning
public import Foundation
import ModelStore
import Personalization
import PromptMatching
public import PromptPool

/// What a project has learned, at a glance.
public struct LearningStatus: Sendable, Codable, Equatable {
  /// Whether the setting `learning.enabled` lets it learn.
  public var isOn: Bool
  public var isPaused: Bool
  /// Opportunities since the last reset, and those whose standing text is known.
  public var outcomes, standingTexts: Int
  /// Whether these texts answer their instructions often enough to learn from them.
  public var trustsStandingTexts: Bool
  /// Outcomes that shift the choice of exemplars.
  public var learnedFrom: Int
  /// Other projects whose outcomes it began with.
  public var begunWith: Int
  /// Outcomes of the project's teams that it began with.
  public var begunWithTeam: Int
  /// Of the newest suggestions that were judged, at most 20: how many, and how many were kept.
  public var latest, latestKept: Int
  /// What serves, in words.
  public var policy, gate, adapter: String

  /// One number that means something, for a status line; nil before there is one.
  public var sentence: String? { Self.sentence(latestKept, of: latest) }

  fileprivate static func sentence(_ kept: Int, of latest: Int) -> String? {
    // A share of fewer says nothing.
    latest >= 5 ? "\(kept) of your last \(latest) kept" : nil
  }
}

extension Project {
  /// How many of the newest suggestions the status counts.
  static let latestCount = 20

  /// ``LearningStatus/sentence`` alone, which takes no look at older outcomes.
  public func learnedSentence() async throws -> String? {
    let learner = learner
    let latest = try await withPool { learner.replay($0).latest(Self.latestCount) }
    return LearningStatus.sentence(latest.count(where: \.self), of: latest.count)
  }

  /// What was learned so far. Waits for the disk, off the cooperative thread pool.
  public func learningStatus() async throws -> LearningStatus {
    let (learner, folder) = (learner, learningFolder)
    return try await withPool { pool in
      let replay = learner.replay(pool)
      let marks = try pool.learningMarks()
      let counts = try pool.outcomeCounts(since: marks.since)
      let latest = replay.latest(Self.latestCount)
      let matcher = try pool.servedMatcher()
      let gate = try pool.servedVersion(.gate)
      let adapter = AdapterVersions(folder.appending(path: "adapters")).serving
      return LearningStatus(
        isOn: learner.switches != .off, isPaused: marks.isPaused, outcomes: counts.all,
        standingTexts: counts.standing,
        trustsStandingTexts: try Self.trustsStandingTexts(pool), learnedFrom: replay.steps,
        begunWith: LearningStart(storedIn: pool)?.projects ?? 0, begunWithTeam: replay.stepsBefore,
        latest: latest.count, latestKept: latest.count(where: \.self),
        policy: matcher.map(Self.told) ?? ExemplarPolicy.dayZero,
        gate: gate.map(Self.told) ?? "the shipped gate",
        adapter: adapter.map { "adapter \($0)" } ?? "none of the project’s own")
    }
  }

  private static func told(_ policy: MatcherVersion) -> String {
    (try? MatchingNetwork(serialized: policy.parameters)) == nil
      ? "\(ExemplarPolicy.dayZero), because version \(policy.version) is damaged"
      : "version \(policy.version) (\(policy.note))"
  }

  private static func told(_ gate: LearningVersion) -> String {
    (try? CalibratedGate(gate)) == nil
      ? "the shipped gate, because version \(gate.id) is damaged"
      : "version \(gate.id) (\(gate.note))"
  }

  /// Takes back the latest step of a kind, and exactly that.
  ///
  /// - Returns: what serves now, in words; nil when there is nothing to take back.
  public func rollBackLearning(_ kind: LearnedKind) async throws -> String? {
    switch kind {
    case .gate:
      let learner = learner
      return try await withPool { pool in
        guard let step = try pool.undoStep(of: .gate) else { return nil }
        learner.refresh(pool)
        return step.replaced.map { "version \($0) of the gate" } ?? "the shipped gate"
      }
    case .policy:
      let now: String? = try await withPool { pool in
        guard let undone = try pool.undoPromotion() else { return nil }
        // A step of learning in idle time is listed in both histories.
        if try pool.learningSteps().first(where: { $0.kind == .policy && $0.undoneAt == nil })
          .flatMap({ step in
            try pool.learningVersions(.policy).first { $0.id == step.version }?.matcherVersion
          }) == undone.version
        {
          try pool.undoStep(of: .policy)
        }
        return undone.replaced.map { "version \($0) of the network" }
          ?? "the network of before all learning"
      }
      if now != nil { poolChanged() }
      return now
    case .adapter:
      let versions = AdapterVersions(learningFolder.appending(path: "adapters"))
      guard versions.serving != nil else { return nil }
      let serving = try versions.rollBack()
      try await withPool { _ = try $0.undoStep(of: .adapter) }
      return serving.map { "adapter \($0)" } ?? "no adapter of the project"
    }
  }

  /// Learning rests, or goes on. What was learned serves on meanwhile, and outcomes are recorded.
  public func pauseLearning(_ isPaused: Bool) async throws {
    let learner = learner
    try await withPool { pool in
      try pool.setLearningPaused(isPaused)
      learner.refresh(pool)
    }
  }

  /// Starts over: nothing that was learned serves any more. Outcomes, versions and exemplars stay.
  public func resetLearning() async throws {
    let learner = learner
    try await withPool { pool in
      try pool.resetLearning()
      learner.refresh(pool)
      // Also where learning is off now.
      LearningStart.takeBack(beside: pool)
    }
    let versions = AdapterVersions(learningFolder.appending(path: "adapters"))
    if versions.serving != nil { try versions.use(nil, base: nil) }
    poolChanged()
  }

  /// How two versions of a kind do on the newest outcomes.
  ///
  /// Gates are compared anew on the labels of the newest outcomes; networks and adapters, whose
  /// comparison takes the model, by the figures that were measured when they were made.
  ///
  /// - Throws: `PromptPoolError.learningVersionNotFound`, ``ProjectError/differentKinds(_:_:)``,
  ///   ``ProjectError/versionUnreadable(_:)``.
  public func compareLearning(
    _ first: Int64, _ second: Int64
  ) async throws -> LearningComparison {
    let learner = learner
    return try await withPool { pool in
      let all = try pool.learningVersions()
      func found(_ id: Int64) throws -> LearningVersion {
        guard let version = all.first(where: { $0.id == id }) else {
          throw PromptPoolError.learningVersionNotFound(id)
        }
        return version
      }
      let (left, right) = (try found(first), try found(second))
      guard left.kind == right.kind else {
        throw ProjectError.differentKinds(left.kind, right.kind)
      }
      var comparison = LearningComparison(first: left.summary, second: right.summary)
      guard left.kind == .gate else {
        (comparison.firstScore, comparison.secondScore) = (left.score, right.score)
        comparison.basis = "as measured when each was made"
        return comparison
      }
      let labels = learner.replay(pool).labels.suffix(200).map(\.label)
      let gates = try [left, right].map { try CalibratedGate($0).model }
      let test = PromotionGate(
        new: GateCalibration.logLikelihoods(labels, gates[1]),
        served: GateCalibration.logLikelihoods(labels, gates[0]))
      (comparison.firstScore, comparison.secondScore) = (test.servedMean, test.newMean)
      comparison.basis = "mean log likelihood of \(labels.count) newest labels"
      return comparison
    }
  }
}

/// Two versions beside each other; higher scores are better.
public struct LearningComparison: Sendable, Codable, Equatable {
  public var first, second: LearningVersionSummary
  public var firstScore, secondScore: Double?
  public var basis = ""

  init(first: LearningVersionSummary, second: LearningVersionSummary) {
    self.first = first
    self.second = second
  }
}

/// A version without its parameters.
public struct LearningVersionSummary: Sendable, Codable, Equatable {
  public var id: Int64
  public var kind: LearnedKind
  public var at: Date
  public var parent: Int64?
  public var firstOutcome, lastOutcome: Int64
  public var note: String
  public var score, servedScore: Double?
  public var isPromoted, isServing: Bool
}

/// A matching network that was trained by command, on the pool alone, or fetched from a team.
public struct NetworkSummary: Sendable, Codable, Equatable {
  public var version: Int64
  public var at: Date
  public var note: String
  public var isServing: Bool
}

/// All versions, oldest first.
public struct LearningHistory: Sendable, Codable, Equatable {
  /// What was learned in idle time.
  public var versions: [LearningVersionSummary]
  /// The other networks.
  public var networks: [NetworkSummary]

  /// - Throws: `PromptPoolError`.
  public init(_ pool: PromptPool) throws {
    let serving = try pool.servedMatcher()?.version
    let learned = try pool.learningVersions()
    versions = learned.map { version in
      var summary = version.summary
      // Another network may have come after it.
      if version.kind == .policy { summary.isServing = version.matcherVersion == serving }
      return summary
    }
    let known = Set(learned.compactMap(\.matcherVersion))
    networks = try pool.matcherVersions().filter { !known.contains($0.version) }.map {
      NetworkSummary(
        version: $0.version, at: $0.createdAt, note: $0.note, isServing: $0.version == serving)
    }
  }
}

extension CalibratedGate {
  /// - Throws: ``ProjectError/versionUnreadable(_:)``.
  init(_ version: LearningVersion) throws {
    do { self = try JSONDecoder().decode(CalibratedGate.self, from: version.parameters) } catch {
      throw ProjectError.versionUnreadable(version.id)
    }
  }
}

extension LearningVersion {
  public var summary: LearningVersionSummary {
    LearningVersionSummary(
      id: id, kind: kind, at: at, parent: parent, firstOutcome: firstOutcome,
      lastOutcome: lastOutcome, note: note, score: score, servedScore: servedScore,
      isPromoted: isPromoted, isServing: servedSince != nil)
  }

  /// The number of the matching network's parameters, of a version of the policy.
  var matcherVersion: Int64? {
    kind == .policy ? Int64(String(decoding: parameters, as: UTF8.self)) : nil
  }
}
