import Kernels
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
  }

  /// A list of picks, best first, and what it was chosen from.
  struct Choices {
    let list: [Choice]
    let propensity: Double
    let candidates: [Int64]
    /// Of the request and each candidate.
    var cosines: [Float] = []
  }

  /// The likeliest list, or a random draw.
  ///
  /// - Parameters:
  ///   - draw: how the list is drawn; nil takes the likeliest.
  ///   - others: exemplars that are to be candidates too, if they have vectors.
  ///   - only: where given, only these and pinned ones are candidates.
  func select(
    query: [Float], language: RequestedLanguage, shots: Int, draw: MatchResult.Draw?,
    others: [Int64] = [], only: Set<Int64>? = nil
  ) throws -> Choices {
    let candidates = try candidates(query, language, Candidates.count(shots: shots), others, only)
    let selection = try network.select(
      query: query, from: network.index(embeddings: candidates.vectors),
      options: SelectionOptions(
        shots: shots, temperature: Self.temperature, epsilon: draw?.epsilon ?? 0,
        seed: draw?.seed ?? 0, greedy: draw == nil, pinned: candidates.pinned))
    return Choices(
      list: selection.picks.map { Choice(id: candidates.ids[$0.index], pick: $0) },
      propensity: selection.propensity, candidates: candidates.ids,
      cosines: candidates.ids.indices.map { row in
        zip(query, candidates.vectors[(row * query.count)...]).reduce(0) { $0 + $1.0 * $1.1 }
      })
  }

  /// Exemplars in order of their numbers, their vectors one after another, and the places of the
  /// pinned ones.
  private func candidates(
    _ query: [Float], _ language: RequestedLanguage, _ count: Int, _ others: [Int64],
    _ only: Set<Int64>?
  ) throws -> (ids: [Int64], vectors: [Float], pinned: [Int]) {
    switch table {
    case .whole(let embedded, let ids, let pinned, let muted):
      let entering = pinned.filter { !muted.contains($0) }
      let misfits = languages.misfits(language, among: ids)
      let outside = only.map { only in ids.indices.filter { !only.contains(ids[$0]) } } ?? []
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
        let looked = Self.lookedAt * count + muted.count + isPinned.count
        let found = vectors.nearest(to: query, count: looked).map(\.id)
          .filter { !muted.contains($0) && !isPinned.contains($0) && only?.contains($0) != false }
        let languages = ExemplarLanguages(try pool.languages(of: found))
        let misfits = languages.misfits(language, among: found)
        near = found.indices.filter { !misfits.contains($0) }.map { found[$0] }
      }
      let wanted = isPinned.union(near.prefix(count)).union(others).subtracting(muted).sorted()
      let rows = try pool.embeddings(of: wanted, encoder: encoder.identity)
      return (
        rows.map(\.id), rows.flatMap(\.vector),
        rows.indices.filter { isPinned.contains(rows[$0].id) }
      )
    }
  }
}
