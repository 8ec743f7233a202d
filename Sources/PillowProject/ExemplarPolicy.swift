import Kernels
import Personalization
import PromptMatching
import PromptPool
import SentenceEncoder

/// The matching network over one project's exemplars, as they were when it was made.
///
/// The policy chooses among ``Candidates``: the nearest exemplars and those that are pinned. They
/// are found in a table in memory, or, of a large pool and one that is not embedded yet, exactly in
/// the mapped vector file; while vectors are being made, those that share words with the
/// instruction are candidates too.
struct ExemplarPolicy: Sendable {
  static let temperature = 0.05
  /// Share of uniform exploration in lists that are drawn, unless another is asked for: a floor
  /// under the propensities, without which estimates from the log have no bound.
  static let epsilon = 0.02

  let encoder: SentenceEncoder
  let version: String
  /// What serves, in words, and why where that is not what was trained.
  let chooser: String
  /// The state of the pool that it has seen.
  let revision: PoolRevision
  /// Exemplars that had no vector then.
  let pending: Int
  private let network: MatchingNetwork
  /// Of the exemplars of a table in memory.
  private let languages: ExemplarLanguages
  private static let lookedAt = 4
  /// The number of the newest exemplar then.
  private let newest: Int64
  private let pool: PromptPool
  private let table: Table

  private enum Table: Sendable {
    case whole(EmbeddedPool, ids: [Int64], pinned: [Int], muted: Set<Int>)
    case mapped(VectorIndex, pinned: [Int64], muted: Set<Int64>)
  }

  /// Whether it can serve while a newer one is made, which takes a while for a large pool.
  var isMapped: Bool { if case .mapped = table { true } else { false } }

  /// - Throws: `PromptPoolError`, `PromptMatchingError`.
  init(
    pool: PromptPool, encoder: SentenceEncoder, team: ThreadTeam, limits: MatchingLimits
  ) throws {
    self.encoder = encoder
    self.pool = pool
    revision = try pool.revision()
    (network, version, chooser) = try Self.serving(pool, encoder)
    newest = try pool.newestExemplar()
    let count = try pool.count()
    let isLarge = count > limits.largestTable
    let missing = isLarge ? 0 : try pool.countWithoutEmbedding(encoder: encoder.identity)
    guard isLarge || missing > limits.embedsFirst else {
      pending = missing
      let rows = try pool.loadEmbeddings(encoder: encoder.identity)
      languages = ExemplarLanguages(try pool.languages(of: rows.ids))
      table = .whole(
        EmbeddedPool(vectors: rows.vectors, dimensions: network.layout.dimensions), ids: rows.ids,
        pinned: rows.pinned, muted: rows.muted)
      return
    }
    languages = ExemplarLanguages([:])
    let index = try pool.vectorIndex(encoder: encoder.identity, team: team)
    // The file holds what has a vector, so a large pool need not be walked through.
    pending = max(0, count - index.count)
    let marks = try pool.marks()
    table = .mapped(index, pinned: marks.pinned, muted: marks.muted)
  }

  /// The version in service, or day zero: a version of another encoder or a damaged one is passed
  /// over.
  private static func serving(
    _ pool: PromptPool, _ encoder: SentenceEncoder
  ) throws -> (MatchingNetwork, version: String, chooser: String) {
    var passedOver = ""
    if let served = try pool.servedMatcher() {
      do {
        let network = try MatchingNetwork(
          serialized: served.parameters, encoderIdentity: encoder.identity)
        return (
          network, "\(served.version)-\(network.fingerprint)",
          "the network's version \(served.version) (\(served.note))"
        )
      } catch {
        passedOver = "; version \(served.version) is passed over: \(error)"
      }
    }
    let network = MatchingNetwork.dayZero(
      dimensions: encoder.dimensions, encoderIdentity: encoder.identity)
    return (
      network, "0-\(network.fingerprint)",
      "the network of day zero, which takes the nearest" + passedOver
    )
  }

  /// The network in service.
  static func servingNetwork(
    _ pool: PromptPool, _ encoder: SentenceEncoder
  ) throws -> MatchingNetwork { try serving(pool, encoder).0 }

  /// One pick with the exemplar's number.
  struct Choice {
    let id: Int64
    let pick: Selection.Pick
    /// What learning knows of it; nil for another matcher's pick.
    var known: Known?

    struct Known {
      var shot: OutcomeShot
      var verdict: FastLearning.Verdict
    }
  }

  /// A list of picks, best first, and what it was chosen from.
  struct Choices {
    let list: [Choice]
    let propensity: Double
    let candidates: [Int64]
    /// How the list was drawn; nil for the likeliest one.
    var draw: MatchResult.Draw?
    /// Of the request and each candidate.
    var cosines: [Float] = []
  }

  /// The likeliest list, or a random draw.
  ///
  /// - Parameters:
  ///   - draw: how the list is drawn; nil takes the likeliest.
  ///   - yieldsToPins: takes the likeliest list all the same where an exemplar is pinned.
  ///   - others: exemplars that are to be candidates too, if they have vectors.
  ///   - only: where given, only these and pinned ones are candidates.
  ///   - learning: what outcomes have taught; it shifts the network's scores.
  func select(
    _ request: InstructionRequest, query: [Float], language: RequestedLanguage, shots: Int,
    draw: MatchResult.Draw?, yieldsToPins: Bool = false, others: [Int64] = [],
    only: Set<Int64>? = nil, learning: FastLearning? = nil
  ) throws -> Choices {
    let context = ContextKey(request.instruction, request.input, request.language)
    let unwanted = learning?.unwanted(query: query, context: context) ?? []
    let candidates = try candidates(
      query, language, Candidates.count(shots: shots), others, only, unwanted)
    let draw = yieldsToPins && !candidates.pinned.isEmpty ? nil : draw
    let index = try network.index(embeddings: candidates.vectors)
    let known = try known(candidates.ids, index, query, request)
    let verdicts = learning?.verdicts(
      query: query, context: context, candidates: known.shots, scores: known.scores,
      seed: stableHash(request.embeddedText))
    var options = SelectionOptions(
      shots: shots, temperature: Self.temperature, epsilon: draw?.epsilon ?? 0,
      seed: draw?.seed ?? 0, greedy: draw == nil, pinned: candidates.pinned)
    options.shifts = verdicts?.map(\.shift) ?? []
    let selection = try network.select(query: query, from: index, options: options)
    return Choices(
      list: selection.picks.map { pick in
        Choice(
          id: candidates.ids[pick.index], pick: pick,
          known: .init(
            shot: known.shots[pick.index],
            verdict: verdicts?[pick.index] ?? .init(shift: 0, judged: 0, kept: 0)))
      },
      propensity: selection.propensity, candidates: candidates.ids, draw: draw,
      cosines: candidates.ids.indices.map { row in
        zip(query, candidates.vectors[(row * query.count)...]).reduce(0) { $0 + $1.0 * $1.1 }
      })
  }

  /// The network's scores of the candidates, and the numbers that learning reads.
  private func known(
    _ ids: [Int64], _ index: ExemplarIndex, _ query: [Float], _ request: InstructionRequest
  ) throws -> (scores: [Float], shots: [OutcomeShot]) {
    let scores = try network.scores(query: query, index: index)
    let exemplars = Dictionary(
      uniqueKeysWithValues: try pool.exemplars(ids: ids).map { ($0.id, $0) })
    let shots = ids.indices.map { place in
      guard let exemplar = exemplars[ids[place]] else {
        return OutcomeShot(exemplar: ids[place], pool: "", features: [])
      }
      return OutcomeShot(
        exemplar: exemplar.id, pool: exemplar.pool,
        features: PairFeatures.values(
          query: query, exemplar: index.embedding(place), score: scores[place], of: exemplar,
          for: request, newer: Int(newest - exemplar.id)))
    }
    return (scores, shots)
  }

  /// Exemplars in order of their numbers, their vectors one after another, and the places of the
  /// pinned ones.
  private func candidates(
    _ query: [Float], _ language: RequestedLanguage, _ count: Int, _ others: [Int64],
    _ only: Set<Int64>?, _ unwanted: Set<Int64>
  ) throws -> (ids: [Int64], vectors: [Float], pinned: [Int]) {
    switch table {
    case .whole(let embedded, let ids, let pinned, let muted):
      let entering = pinned.filter { !muted.contains($0) }
      let misfits = languages.misfits(language, among: ids)
      let outside = ids.indices.filter { place in
        unwanted.contains(ids[place]) || only?.contains(ids[place]) == false
      }
      let near = embedded.nearest(
        to: query, count: count,
        excluded: muted.union(entering).union(misfits).union(outside))
      let rows = (near + entering).sorted()
      let isPinned = Set(entering)
      return (
        rows.map { ids[$0] }, rows.flatMap(embedded.vector),
        rows.indices.filter { isPinned.contains(rows[$0]) }
      )
    case .mapped(let vectors, let pinned, let muted):
      let isPinned = Set(pinned).subtracting(muted)
      var near: [Int64] = []
      if vectors.count > 0 {
        // Of a large pool the nearest ones are looked at, until enough of them fit.
        let looked = Self.lookedAt * count + muted.count + isPinned.count + unwanted.count
        let found = vectors.nearest(to: query, count: looked).map(\.id)
          .filter {
            !muted.contains($0) && !isPinned.contains($0) && !unwanted.contains($0)
              && only?.contains($0) != false
          }
        let languages = ExemplarLanguages(try pool.languages(of: found))
        let misfits = languages.misfits(language, among: found)
        near = found.indices.filter { !misfits.contains($0) }.map { found[$0] }
      }
      let wanted = isPinned.union(near.prefix(count)).union(
        others.filter { !unwanted.contains($0) }
      )
      .subtracting(muted).sorted()
      let rows = try pool.embeddings(of: wanted, encoder: encoder.identity)
      return (
        rows.map(\.id), rows.flatMap(\.vector),
        rows.indices.filter { isPinned.contains(rows[$0].id) }
      )
    }
  }
}
