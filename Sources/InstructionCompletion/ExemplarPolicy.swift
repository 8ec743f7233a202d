import Kernels
import PromptMatching
import PromptPool
import SentenceEncoder

/// The matching network over one project's exemplars, as they were when it was made.
///
/// A small pool is one table in memory. Of a large one, or one that is not embedded yet, the policy
/// sees the exemplars that its first pick scores highest, found exactly in the mapped vector file,
/// those that share words with the instruction, and those that are pinned; propensities are then
/// those of the narrowed policy.
struct ExemplarPolicy: Sendable {
  static let temperature = 0.05
  /// Share of uniform exploration in lists that are drawn, unless another is asked for: a floor under the
  /// propensities, without which estimates from the log have no bound.
  static let epsilon = 0.02
  /// How many exemplars a narrowed policy gets by their vectors.
  static let narrowed = 256

  let encoder: SentenceEncoder
  let version: String
  /// What serves, in words, and why where that is not what was trained.
  let chooser: String
  /// The state of the pool that it has seen.
  let revision: PoolRevision
  /// Exemplars that had no vector then.
  let pending: Int
  private let network: MatchingNetwork
  private let pool: PromptPool
  private let table: Table

  private enum Table: Sendable {
    case whole(ExemplarIndex, ids: [Int64], pinned: [Int], muted: Set<Int>)
    case narrowing(VectorIndex, pinned: [Int64], muted: Set<Int64>)
  }

  /// Whether it can serve while a newer one is made, which takes a while for a large pool.
  var isNarrowing: Bool { if case .narrowing = table { true } else { false } }

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
      table = .whole(
        try network.index(embeddings: rows.vectors), ids: rows.ids, pinned: rows.pinned,
        muted: rows.muted)
      return
    }
    let index = try pool.vectorIndex(
      encoder: encoder.identity, mapping: Self.mapping(network), team: team)
    // The file holds what has a vector, so a large pool need not be walked through.
    pending = max(0, count - index.count)
    let marks = try pool.marks()
    table = .narrowing(index, pinned: marks.pinned, muted: marks.muted)
  }

  /// The version in service, or day zero: a version of another encoder or a damaged one is passed over.
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

  private static func mapping(_ network: MatchingNetwork) -> VectorMapping? {
    guard !network.leavesExemplarsAsTheyAre else { return nil }
    return VectorMapping(identity: network.fingerprint) { try network.mappedExemplars($0) }
  }

  /// One pick with the exemplar's number.
  struct Choice {
    let id: Int64
    let pick: Selection.Pick
  }

  /// The likeliest list, or with a seed one that is drawn.
  ///
  /// - Parameters:
  ///   - epsilon: share of uniform exploration when the list is drawn.
  ///   - others: exemplars that a narrowed policy is to see, too, when they have vectors.
  func select(
    query: [Float], shots: Int, seed: UInt64?, epsilon: Double = epsilon, others: [Int64] = []
  ) throws -> (choices: [Choice], propensity: Double) {
    switch table {
    case .whole(let index, let ids, let pinned, let muted):
      return try draw(query, index, ids, pinned, muted, shots, seed, epsilon)
    case .narrowing(let vectors, let pinned, let muted):
      var nearest: [Int64] = []
      if vectors.count > 0 {
        nearest = vectors.nearest(
          to: try network.stateVector(query: query), count: Self.narrowed + muted.count
        ).map(\.id)
      }
      let wanted = Set(nearest + others + pinned).subtracting(muted).sorted()
      let rows = try pool.embeddings(of: wanted, encoder: encoder.identity)
      let ids = rows.map(\.id)
      let index = try network.index(embeddings: rows.flatMap(\.vector))
      let isPinned = Set(pinned)
      return try draw(
        query, index, ids, ids.indices.filter { isPinned.contains(ids[$0]) }, [], shots, seed,
        epsilon)
    }
  }

  private func draw(
    _ query: [Float], _ index: ExemplarIndex, _ ids: [Int64], _ pinned: [Int], _ muted: Set<Int>,
    _ shots: Int, _ seed: UInt64?, _ epsilon: Double
  ) throws -> (choices: [Choice], propensity: Double) {
    let selection = try network.select(
      query: query, from: index,
      options: SelectionOptions(
        shots: shots, temperature: Self.temperature, epsilon: epsilon, seed: seed ?? 0,
        greedy: seed == nil, pinned: pinned, muted: muted))
    return (selection.picks.map { Choice(id: ids[$0.index], pick: $0) }, selection.propensity)
  }
}

extension Exemplar {
  /// The exemplar as someone would ask for it.
  var request: InstructionRequest {
    InstructionRequest(instruction: instruction, input: input, language: language)
  }
}
