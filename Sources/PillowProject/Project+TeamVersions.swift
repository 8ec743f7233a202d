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
    let network = try MatchingNetwork(serialized: served.parameters)
    return NewTeamVersion(
      .policy, base: served.encoder, note: served.note, hash: network.fingerprint,
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
    let hash = try FileDigest.sha256(of: folder.appending(path: AdapterVersions.files[0]))
    return NewTeamVersion(
      .adapter, base: version.base, note: version.settings, hash: hash, files: files)
  }

  private static let networkFile = "network"

  /// Takes over what a member of a team has published. It serves when it is better than what serves
  /// now on the newest texts of this project or, before there are enough, on exemplars of its pool.
  ///
  /// - Throws: `TeamError`, `PromptPoolError`, ``ProjectError``, `ModelError`.
  public func fetch(_ number: Int64, from remote: String) async throws -> FetchedVersion {
    let (version, files) = try await withPool { try TeamSync($0, remote: remote).fetch(number) }
    return switch version.kind {
    case .policy: try await takeOver(policy: version, files)
    case .adapter: try await takeOver(adapter: version, files)
    case .gate: throw TeamError.badVersion(number, reason: "gates are each person’s own")
    }
  }

  private func takeOver(
    policy version: TeamVersion, _ files: [String: Data]
  ) async throws -> FetchedVersion {
    let encoder = try await models.encoder()
    guard let parameters = files[Self.networkFile] else {
      throw TeamError.badVersion(version.number, reason: "its parameters are missing")
    }
    let network: MatchingNetwork
    do {
      network = try MatchingNetwork(
        serialized: parameters, encoderIdentity: encoder.identity)
    } catch { throw TeamError.badVersion(version.number, reason: "\(error)") }
    let served = try await withPool { try ExemplarPolicy.servingNetwork($0, encoder) }
    let test = try await compare(network, served, on: testedTexts().newest)
    let stored = try await withPool { pool in
      let stored = try pool.storeMatcher(
        parameters: network.serialized(), encoder: encoder.identity,
        parent: try pool.servedMatcher()?.version, note: version.origin)
      if test.isPassed { try pool.serveMatcher(stored) }
      return stored
    }
    poolChanged()
    return FetchedVersion(
      version: version, number: stored, test: test.summary, isServing: test.isPassed)
  }

  private func takeOver(
    adapter version: TeamVersion, _ files: [String: Data]
  ) async throws -> FetchedVersion {
    let model = try ModelLibrary.file(settings.modelOrDefault, in: models.store)
    let base = try await offPool { ModelIdentity.of(try GGUFFile(contentsOf: model)) }
    guard version.base == base else {
      throw TeamError.badVersion(
        version.number, reason: "it is for the model \(version.base), and this one is \(base)")
    }
    let versions = AdapterVersions(learningFolder.appending(path: "adapters"))
    let number = versions.nextNumber
    let folder = versions.url(of: number)
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      for name in AdapterVersions.files {
        guard let content = files[name] else {
          throw TeamError.badVersion(version.number, reason: "its file \(name) is missing")
        }
        try content.write(to: folder.appending(path: name), options: .atomic)
      }
      let texts = try await testedTexts()
      let test = try await compare(adapter: folder, on: texts.newest, shownBefore: texts.others)
      try versions.add(
        AdapterVersions.Version(
          number: number, created: version.at, base: base, data: "the team’s",
          settings: version.origin, examples: 0, before: -test.servedMean, after: -test.newMean))
      if test.isPassed { try versions.use(number, base: base) }
      return FetchedVersion(
        version: version, number: Int64(number), test: test.summary, isServing: test.isPassed)
    } catch {
      // What cannot be used is not kept.
      if (try? versions.version(number)) == nil { try? FileManager.default.removeItem(at: folder) }
      throw error
    }
  }

  // MARK: What versions are tested on

  private static let mostTested = 64

  /// The newest texts of the project's own, and older ones to show before them. As long as there are
  /// too few, exemplars of its pool take their place, drawn with a fixed seed.
  private func testedTexts() async throws -> (newest: [Outcome], others: [Outcome]) {
    let own = try await trainingTexts { $0.kind != .accepted }
    var texts = own
    if own.count < 2 * PromotionGate.leastOutcomes {
      let encoder = try await models.encoder()
      try await PoolEmbedding.embedAll(pool, encoder)
      texts = try await withPool { try Self.exemplarsAsTexts($0, encoder.identity) }
    }
    let count = min(Self.mostTested, max(texts.count / 2, PromotionGate.leastOutcomes))
    return (Array(texts.suffix(count)), Array(texts.dropLast(count)))
  }

  private static func exemplarsAsTexts(_ pool: PromptPool, _ encoder: String) throws -> [Outcome] {
    let table = try pool.loadEmbeddings(encoder: encoder)
    var random = SeededGenerator(seed: 1)
    let rows = table.ids.indices.filter { !table.muted.contains($0) }
      .shuffled(using: &random).prefix(8 * mostTested)
    let exemplars = Dictionary(
      try pool.exemplars(ids: rows.map { table.ids[$0] }).map { ($0.id, $0) },
      uniquingKeysWith: { first, _ in first })
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
