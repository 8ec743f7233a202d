import Kernels
import Personalization
import PromptMatching
import PromptPool
import SentenceEncoder

/// The matching network over one project's exemplars, as they were when it was made.
///
/// The policy chooses among ``Candidates``: the exemplars that are most like the instruction in
/// meaning, words and form, and those that are pinned. They are found in a table in memory, or, of
/// a large pool and one that is not embedded yet, exactly in the mapped vector file and in an index
/// of their texts; while vectors are being made, those that share words with the instruction are
/// candidates too.
struct ExemplarPolicy: HeldPolicy {
  static let temperature = 0.05
  /// Share of uniform exploration in lists that are drawn, unless another is asked for: a floor
  /// under the propensities, without which estimates from the log have no bound.
  static let epsilon = 0.02

  /// What serves before anything was trained.
  static let dayZero =
    "the untrained network, which takes the exemplars nearest in meaning, words and form, and of "
    + "these the ones whose answers are most alike"

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
    case whole(CandidateFinder, ids: [Int64], pinned: [Int], muted: Set<Int>)
    case mapped(VectorIndex, texts: PoolTexts, pinned: [Int64], muted: Set<Int64>)
  }

  package var isMapped: Bool { if case .mapped = table { true } else { false } }

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
        CandidateFinder(
          EmbeddedPool(vectors: rows.vectors, dimensions: network.layout.dimensions),
          index: try PoolTexts.index(of: rows.ids, in: pool)), ids: rows.ids,
        pinned: rows.pinned, muted: rows.muted)
      return
    }
    languages = ExemplarLanguages([:])
    let index = try pool.vectorIndex(encoder: encoder.identity, team: team)
    // The file holds what has a vector, so a large pool need not be walked through.
    pending = max(0, count - index.count)
    let marks = try pool.marks()
    table = .mapped(
      index, texts: try PoolTexts(pool, most: limits.largestTextIndex), pinned: marks.pinned,
      muted: marks.muted)
  }

  /// The version in service, or day zero: a version of another encoder or a damaged one is passed
  /// over.
  private static func serving(
    _ pool: PromptPool, _ encoder: SentenceEncoder
  ) throws -> (MatchingNetwork, version: String, chooser: String) {
    var passedOver = ""
    if let served = try pool.servedMatcher() {
      do {
        let network = try MatchingNetwork(serialized: served.parameters, for: encoder)
        return (
          network, "\(served.version)-\(network.fingerprint)",
          "the network's version \(served.version) (\(served.note))"
        )
      } catch {
        passedOver = "; version \(served.version) is passed over: \(error)"
      }
    }
    let network = MatchingNetwork.dayZero(
      dimensions: encoder.dimensions, encoderIdentity: encoder.identity, prior: .measured)
    return (network, "0-\(network.fingerprint)", dayZero + passedOver)
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
    var candidates: [Int64]
    /// How the list was drawn; nil for the likeliest one.
    var draw: MatchResult.Draw?
    /// Of the request and each candidate.
    var cosines: [Float] = []
    /// The policy's probability of ending the list where it ends; nil where it had to end.
    var stopProbability: Double?
    /// The exemplars that were read on the way.
    var exemplars: [Int64: Exemplar] = [:]
  }

  /// The likeliest list, or a random draw; it may be empty.
  ///
  /// - Parameters:
  ///   - query: the request's embedding.
  ///   - draw: how the list is drawn; nil takes the likeliest.
  ///   - yieldsToPins: takes the likeliest list all the same where an exemplar is pinned.
  ///   - mayStop: whether the list may be shorter than asked for, and empty.
  ///   - others: exemplars that are to be candidates too, if they have vectors.
  ///   - only: where given, only these and pinned ones are candidates.
  ///   - learning: what outcomes have taught; it shifts the network's scores.
  func select(
    _ request: InstructionRequest, query: [Float], language: RequestedLanguage, shots: Int,
    draw: MatchResult.Draw?, yieldsToPins: Bool = false, mayStop: Bool = true,
    others: [Int64] = [], only: Set<Int64>? = nil, learning: FastLearning? = nil
  ) throws -> Choices {
    let context = ContextKey(request.instruction, request.input, request.language)
    let unwanted = unwanted(request, query: query, learning)
    let candidates = try candidates(
      MatchQuery(request, embedding: query), language, Candidates.count(shots: shots), others,
      only, unwanted)
    let draw = yieldsToPins && !candidates.pinned.isEmpty ? nil : draw
    let index = try network.index(embeddings: candidates.vectors, signals: candidates.signals)
    let known = try known(candidates.ids, index, query, request)
    let verdicts = learning?.verdicts(
      query: query, context: context, candidates: known.shots, scores: known.scores,
      seed: stableHash(request.embeddedText))
    var options = SelectionOptions(
      shots: shots, temperature: Self.temperature, epsilon: draw?.epsilon ?? 0,
      seed: draw?.seed ?? 0, greedy: draw == nil, pinned: candidates.pinned, mayStop: mayStop)
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
      }, stopProbability: selection.stopProbability, exemplars: known.exemplars)
  }

  /// What was rejected so often in contexts like a request's that it is not chosen there.
  func unwanted(
    _ request: InstructionRequest, query: [Float], _ learning: FastLearning?
  ) -> Set<Int64> {
    let context = ContextKey(request.instruction, request.input, request.language)
    return learning?.unwanted(query: query, context: context) ?? []
  }

  /// The candidates, the network's scores of them, and the numbers that learning reads.
  private func known(
    _ ids: [Int64], _ index: ExemplarIndex, _ query: [Float], _ request: InstructionRequest
  ) throws -> (exemplars: [Int64: Exemplar], scores: [Float], shots: [OutcomeShot]) {
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
    return (exemplars, scores, shots)
  }

  /// What the network chooses among.
  private struct Candidate {
    /// In order of their numbers.
    var ids: [Int64]
    /// Of each exemplar, one after another.
    var vectors, signals: [Float]
    /// The places of the pinned ones.
    var pinned: [Int]

    /// - Parameter ids: of the pool's rows, ascending.
    init(_ found: FoundCandidates, _ pool: EmbeddedPool, ids: [Int64], pinned: Set<Int>) {
      let width = found.rows.isEmpty ? 0 : found.signals.count / found.rows.count
      let order = found.rows.indices.sorted { found.rows[$0] < found.rows[$1] }
      let rows = order.map { found.rows[$0] }
      self.ids = rows.map { ids[$0] }
      vectors = rows.flatMap(pool.vector)
      signals = order.flatMap { found.signals[$0 * width..<($0 + 1) * width] }
      self.pinned = rows.indices.filter { pinned.contains(rows[$0]) }
    }
  }

  /// - Parameter others: exemplars that are to be candidates too, if they are of the language.
  private func candidates(
    _ query: MatchQuery, _ language: RequestedLanguage, _ count: Int, _ others: [Int64],
    _ only: Set<Int64>?, _ unwanted: Set<Int64>
  ) throws -> Candidate {
    var query = query
    switch table {
    case .whole(let finder, let ids, let pinned, let muted):
      let entering = pinned.filter { !muted.contains($0) }
      let outside = ids.indices.filter { place in
        unwanted.contains(ids[place]) || only?.contains(ids[place]) == false
      }
      query.excluded = muted.union(languages.misfits(language, among: ids)).union(outside)
        .subtracting(entering)
      return Candidate(
        finder.find(query, count: count, others: entering), finder.pool, ids: ids,
        pinned: Set(entering))
    case .mapped(let vectors, let texts, let pinned, let muted):
      // Of a large pool the nearest ones are looked at, and those whose words and form are most
      // alike, until enough of them fit.
      let isPinned = Set(pinned).subtracting(muted)
      let looked = Self.lookedAt * count + muted.count + isPinned.count + unwanted.count
      var found = texts.best(looked, for: query.request)
      if vectors.count > 0 {
        found += vectors.nearest(to: query.embedding, count: looked).map(\.id)
      }
      found = found.filter { !unwanted.contains($0) && only?.contains($0) != false }
      let others = others.filter { !unwanted.contains($0) }
      let wanted = isPinned.union(found).union(others).subtracting(muted).sorted()
      let rows = try pool.embeddings(of: wanted, encoder: encoder.identity)
      let ids = rows.map(\.id)
      let inAnyCase = isPinned.union(others)
      let entering = ids.indices.filter { inAnyCase.contains(ids[$0]) }
      let pins = Set(entering.filter { isPinned.contains(ids[$0]) })
      // Only a person's pin makes an exemplar of another language fit.
      query.excluded = ExemplarLanguages(try pool.languages(of: ids))
        .misfits(language, among: ids).subtracting(pins)
      let embedded = EmbeddedPool(
        vectors: rows.flatMap(\.vector), dimensions: network.layout.dimensions)
      let candidates = embedded.candidates(
        for: query, signals: try texts.signals(of: query.request, for: ids, in: pool),
        count: count, others: entering)
      return Candidate(candidates, embedded, ids: ids, pinned: pins)
    }
  }
}
