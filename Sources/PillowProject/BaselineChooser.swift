import Foundation
import PromptMatching
import PromptPool
import SentenceEncoder

/// A matcher other than the policy over one project's exemplars, as they were when it was made.
struct BaselineChooser: Sendable {
  let name: MatcherName
  let revision: PoolRevision
  private let matcher: any ExemplarMatcher
  private let embedded: EmbeddedPool
  private let ids: [Int64]
  private let pinned: [Int]
  private let muted: Set<Int>

  /// - Parameter folder: the project's own, which has what a baseline learned.
  /// - Parameter model: the language model, which only some matchers ask.
  /// - Throws: ``ProjectError/matcherUntrained(name:)`` or `matcherNeedsGold`,
  ///   `PromptPoolError`, `PromptMatchingError`.
  init(
    _ name: MatcherName, pool: PromptPool, encoder: SentenceEncoder, folder: URL,
    model: (any AnswerModel)?
  ) throws {
    self.name = name
    revision = try pool.revision()
    let rows = try pool.loadEmbeddings(encoder: encoder.identity)
    (ids, pinned, muted) = (rows.ids, rows.pinned, rows.muted)
    embedded = EmbeddedPool(vectors: rows.vectors, dimensions: max(1, rows.dimensions))
    switch name {
    case .random: matcher = RandomMatcher(poolCount: ids.count)
    case .knn: matcher = NearestMatcher(embedded)
    case .mmr: matcher = MarginalRelevanceMatcher(embedded)
    case .dpp: matcher = DeterminantalMatcher(embedded)
    case .bm25:
      matcher = BM25Matcher(
        documents: try pool.demonstrations(ids: ids).map(\.embeddedText))
    case .cone:
      let shots = try pool.demonstrations(ids: ids)
      guard let model else { throw ProjectError.matcherUntrained(name: name.rawValue) }
      matcher = ConditionalEntropyMatcher(
        CandidateFinder(embedded, exemplars: shots), pool: shots, model: model)
    case .bsr, .setBSR:
      let shots = try pool.demonstrations(ids: ids)
      matcher = TokenRecallMatcher(
        isSet: name == .setBSR, CandidateFinder(embedded, exemplars: shots),
        texts: shots.map(\.embeddedText), tokens: { try await encoder.tokenVectors($0) })
    case .bestFixedSet:
      let hashes = try TrainedBaselines(folder: folder).fixedSet()
      let known = Dictionary(
        uniqueKeysWithValues: try pool.exemplars(ids: ids).map { ($0.contentHash, $0.id) })
      matcher = FixedSetMatcher(
        list: hashes.compactMap { known[$0].flatMap { rows.ids.firstIndex(of: $0) } })
    case .supervised:
      let shots = try pool.demonstrations(ids: ids)
      matcher = try NetworkMatcher(
        try TrainedBaselines(folder: folder).ranker(encoder: encoder.identity),
        CandidateFinder(embedded, exemplars: shots), name: .supervised)
    case .oracle: throw ProjectError.matcherNeedsGold(name: name.rawValue)
    case .policy: throw ProjectError.matcherUntrained(name: name.rawValue)
    }
  }

  /// Pinned exemplars first, then what the matcher picks; muted ones never.
  func select(
    _ request: InstructionRequest, query: [Float], shots: Int, seed: UInt64
  ) async throws -> ExemplarPolicy.Choices {
    let cosines = embedded.cosines(query)
    let entering = pinned.filter { !muted.contains($0) }.prefix(shots)
    let picks = try await matcher.picks(
      for: MatchQuery(request, embedding: query, excluded: muted.union(entering)),
      shots: shots - entering.count, seed: seed)
    let free = ids.count - muted.count - entering.count
    var propensity = 1.0
    var choices = entering.map {
      ExemplarPolicy.Choice(
        id: ids[$0], pick: .init(index: $0, probability: 1, cosine: cosines[$0], isPinned: true))
    }
    for (place, pick) in picks.enumerated() {
      let probability = name == .random ? 1 / Double(max(1, free - place)) : 1
      propensity *= probability
      choices.append(
        .init(
          id: ids[pick],
          pick: .init(
            index: pick, probability: probability, cosine: cosines[pick], isPinned: false)))
    }
    return ExemplarPolicy.Choices(list: choices, propensity: propensity, candidates: [])
  }
}

extension PromptPool {
  /// Exemplars as shots, in the order of their numbers given.
  func demonstrations(ids: [Int64]) throws(PromptPoolError) -> [Demonstration] {
    let known = Dictionary(
      uniqueKeysWithValues: try exemplars(ids: ids).map { ($0.id, $0.demonstration) })
    return ids.map { known[$0] ?? Demonstration(instruction: "", output: "") }
  }
}

/// What baselines learned for a project, in files of its folder.
struct TrainedBaselines {
  let folder: URL

  private var fixedSetFile: URL { folder.appending(path: "best-fixed-set.json") }
  private var rankerFile: URL { folder.appending(path: "supervised.network") }

  /// Content hashes, best first.
  func fixedSet() throws(ProjectError) -> [String] {
    guard let data = try? Data(contentsOf: fixedSetFile),
      let hashes = try? JSONDecoder().decode([String].self, from: data)
    else { throw .matcherUntrained(name: MatcherName.bestFixedSet.rawValue) }
    return hashes
  }

  func store(fixedSet hashes: [String]) throws {
    try JSONEncoder().encode(hashes).write(to: fixedSetFile, options: .atomic)
  }

  /// - Throws: `PromptMatchingError` for another encoder's or a damaged file.
  func ranker(encoder: String) throws -> MatchingNetwork {
    guard let data = try? Data(contentsOf: rankerFile) else {
      throw ProjectError.matcherUntrained(name: MatcherName.supervised.rawValue)
    }
    return try MatchingNetwork(serialized: data, encoderIdentity: encoder)
  }

  func store(ranker network: MatchingNetwork) throws {
    try network.serialized().write(to: rankerFile, options: .atomic)
  }
}
