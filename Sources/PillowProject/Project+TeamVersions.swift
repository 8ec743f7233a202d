import CompletionEngine
import FineTuning
import Foundation
import LanguageModel
import ModelFormats
import ModelStore
import Personalization
import PromptMatching
import PromptPool
public import SharedPools
import SentenceEncoder
import Settings

/// What came of a version that was fetched from a team.
public struct FetchedVersion: Sendable, Codable, Equatable {
  public var version: TeamVersion
  /// Its number here.
  public var number: Int64
  /// How it did on the project's own texts.
  public var test: String
  public var isServing: Bool
}

extension Project {
  /// Publishes the network or the adapter in service for a team.
  ///
  /// - Returns: its number there; nil where nothing of the project's own serves.
  /// - Throws: `TeamError`, `PromptPoolError`, ``ProjectError``.
  public func publish(_ kind: PublishedKind, to remote: String) async throws -> Int64? {
    let version: NewTeamVersion? =
      switch kind {
      case .policy: try await withPool(Self.publishedPolicy)
      case .adapter: try publishedAdapter()
      }
    guard let version else { return nil }
    return try await withPool { try TeamSync($0, remote: remote).publish(version) }
  }

  private static func publishedPolicy(_ pool: PromptPool) throws -> NewTeamVersion? {
    guard let served = try pool.servedMatcher() else { return nil }
    return NewTeamVersion(
      .policy, base: served.encoder, note: served.note,
      files: [Self.networkFile: served.parameters])
  }

  private func publishedAdapter() throws -> NewTeamVersion? {
    let versions = AdapterVersions(learningFolder.appending(path: "adapters"))
    guard let number = versions.serving else { return nil }
    let version = try versions.version(number)
    let folder = versions.url(of: number)
    var files: [String: Data] = [:]
    for name in AdapterVersions.files {
      files[name] = try Data(contentsOf: folder.appending(path: name))
    }
    return NewTeamVersion(.adapter, base: version.base, note: version.settings, files: files)
  }

  private static let networkFile = "network"

  /// Takes over what a member of a team has published. It serves when it is better than what serves
  /// now on the newest texts of this project or, before there are enough, on exemplars of its pool.
  ///
  /// - Throws: `TeamError`, `PromptPoolError`, ``ProjectError``, `ModelError`.
  public func fetch(_ number: Int64, from remote: String) async throws -> FetchedVersion {
    let (version, files) = try await withPool { try TeamSync($0, remote: remote).fetch(number) }
    return switch version.kind {
    case .policy: try await takeOver(policy: version, files, from: remote)
    case .adapter: try await takeOver(adapter: version, files, from: remote)
    case .gate: throw TeamError.badVersion(number, reason: "gates are each person’s own")
    }
  }

  private func takeOver(
    policy version: TeamVersion, _ files: [String: Data], from remote: String
  ) async throws -> FetchedVersion {
    let encoder = try await models.encoder()
    guard let parameters = files[Self.networkFile] else {
      throw TeamError.badVersion(version.number, reason: "its parameters are missing")
    }
    let network: MatchingNetwork
    do {
      network = try MatchingNetwork(serialized: parameters, for: encoder)
    } catch { throw TeamError.badVersion(version.number, reason: "\(error)") }
    let served = try await withPool { try ExemplarPolicy.servingNetwork($0, encoder) }
    let texts = try await testedTexts(for: remote)
    let test = try await compare(network, served, on: texts.newest)
    let stored = try await withPool { pool in
      let stored = try pool.storeMatcher(
        parameters: network.serialized(), encoder: encoder.identity,
        parent: try pool.servedMatcher()?.version, note: version.origin)
      if test.isPassed { try pool.serveMatcher(stored) }
      return stored
    }
    poolChanged()
    return FetchedVersion(
      version: version, number: stored, test: texts.summary(of: test), isServing: test.isPassed)
  }

  private func takeOver(
    adapter version: TeamVersion, _ files: [String: Data], from remote: String
  ) async throws -> FetchedVersion {
    let model = try ModelLibrary.file(settings.modelOrDefault, in: models.store)
    let base = try await offPool { ModelIdentity.of(try GGUFFile(contentsOf: model)) }
    guard version.base == base else {
      throw TeamError.badVersion(
        version.number, reason: "it is for the model \(version.base), and this one is \(base)")
    }
    let versions = AdapterVersions(learningFolder.appending(path: "adapters"))
    for name in AdapterVersions.files where files[name] == nil {
      throw TeamError.badVersion(version.number, reason: "its file \(name) is missing")
    }
    try versions.removeUnfinished()
    let number = versions.nextNumber
    let folder = versions.url(of: number)
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      for name in AdapterVersions.files {
        try files[name]?.write(to: folder.appending(path: name), options: .atomic)
      }
      let texts = try await testedTexts(for: remote)
      let test: PromotionGate
      do {
        test = try await compare(adapter: folder, on: texts.newest, shownBefore: texts.others)
      } catch let error as ModelError {
        // It names files that are not kept.
        let reason = "\(error)".replacing(folder.path(percentEncoded: false), with: "its files")
        throw TeamError.badVersion(version.number, reason: reason)
      }
      let isTested = test.servedMean.isFinite && test.newMean.isFinite && test.count > 0
      try versions.add(
        AdapterVersions.Version(
          number: number, created: version.at, base: base, data: "the team’s",
          settings: version.origin, examples: 0, before: isTested ? -test.servedMean : nil,
          after: isTested ? -test.newMean : nil))
      if test.isPassed { try versions.use(number, base: base) }
      return FetchedVersion(
        version: version, number: Int64(number), test: texts.summary(of: test),
        isServing: test.isPassed)
    } catch {
      // What cannot be used is not kept.
      if (try? versions.version(number)) == nil { try? FileManager.default.removeItem(at: folder) }
      throw error
    }
  }

  // MARK: What versions are tested on

  private static let mostTested = 64

  private struct TestedTexts {
    var newest, others: [Outcome]
    var areExemplars: Bool

    func summary(of test: PromotionGate) -> String {
      let what = areExemplars ? "exemplars from outside the team’s pool" : "texts of this project"
      return test.summary(on: what)
    }
  }

  /// The newest texts of the project's own, and older ones to show before them. As long as there are
  /// too few, exemplars of its pools take their place, drawn with a fixed seed: not those of the
  /// team, nor those that come with the program, since the version may have been trained on them.
  private func testedTexts(for remote: String) async throws -> TestedTexts {
    let own = try await trainingTexts { $0.kind != .accepted }
    var texts = own
    let areExemplars = own.count < 2 * PromotionGate.leastOutcomes
    if areExemplars {
      let encoder = try await models.encoder()
      try await PoolEmbedding.embedAll(pool, encoder)
      let shipped = Set(settings.starterPoolsOrDefault)
      texts = try await withPool { pool in
        let known = shipped.union(try pool.teamRemote(remote).map { [$0.pool] } ?? [])
        return try Self.exemplarsAsTexts(pool, encoder.identity, notIn: known)
      }
    }
    let count = min(Self.mostTested, max(texts.count / 2, PromotionGate.leastOutcomes))
    return TestedTexts(
      newest: Array(texts.suffix(count)), others: Array(texts.dropLast(count)),
      areExemplars: areExemplars)
  }

  private static func exemplarsAsTexts(
    _ pool: PromptPool, _ encoder: String, notIn pools: Set<String>
  ) throws -> [Outcome] {
    let table = try pool.loadEmbeddings(encoder: encoder)
    let exemplars = Dictionary(
      try pool.exemplars(ids: table.ids).map { ($0.id, $0) },
      uniquingKeysWith: { first, _ in first })
    var random = SeededGenerator(seed: 1)
    let rows = table.ids.indices.filter { row in
      exemplars[table.ids[row]].map { !pools.contains($0.pool) } ?? false
        && !table.muted.contains(row)
    }.shuffled(using: &random).prefix(8 * mostTested)
    return rows.compactMap { row in
      guard let exemplar = exemplars[table.ids[row]] else { return nil }
      let vector = table.vectors[row * table.dimensions..<(row + 1) * table.dimensions]
      var text = Outcome(
        at: exemplar.createdAt, instruction: exemplar.instruction, input: exemplar.input,
        language: exemplar.language, encoder: encoder, vector: Array(vector))
      text.standing = StandingText(exemplar.output, kind: .typed, at: exemplar.createdAt)
      return text
    }
  }
}

/// What members of a team can publish.
public enum PublishedKind: String, Sendable, CaseIterable {
  case policy, adapter
}

extension TeamVersion {
  /// Where a version here comes from, in words.
  fileprivate var origin: String { "version \(number) of the team, by \(by): \(note)" }
}

extension MatchingNetwork {
  /// A stored network that an encoder's vectors and this program's signals fit; an earlier program's
  /// gets the signals that it does not weigh yet.
  ///
  /// - Throws: `PromptMatchingError`.
  init(serialized data: Data, for encoder: SentenceEncoder) throws {
    let stored = try MatchingNetwork(serialized: data, encoderIdentity: encoder.identity)
    self = stored.adding(signalsOf: .measured)
    guard layout.dimensions == encoder.dimensions else {
      throw PromptMatchingError.wrongDimensions(
        expected: layout.dimensions, found: encoder.dimensions)
    }
    guard layout.signals <= MatchingPrior.measured.weights.count else {
      throw PromptMatchingError.corrupt("it weighs \(layout.signals) signals")
    }
  }
}
