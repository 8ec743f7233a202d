import PromptMatching
import PromptPool

/// The texts of a large pool's exemplars, beside its mapped vectors.
struct PoolTexts: Sendable {
  /// Ascending.
  private let ids: [Int64]
  /// Nil for a pool that is too large for it.
  private let index: RequestIndex?

  /// - Parameter most: in larger pools, texts are compared only with exemplars that were found by
  ///   their vectors.
  init(_ pool: PromptPool, most: Int) throws(PromptPoolError) {
    guard try pool.count() <= most else {
      (ids, index) = ([], nil)
      return
    }
    let rows = try pool.requests()
    ids = rows.map(\.id)
    index = Self.index(rows)
  }

  /// The exemplars whose words and form are most like a request's.
  func best(_ count: Int, for request: InstructionRequest) -> [Int64] {
    index?.best(count, for: request).map { ids[$0] } ?? []
  }

  /// The signals of some exemplars.
  func signals(
    of request: InstructionRequest, for wanted: [Int64], in pool: PromptPool
  ) throws(PromptPoolError) -> RequestSignals {
    guard let index else {
      return try Self.index(of: wanted, in: pool).signals(of: request)
    }
    let places = wanted.map(place)
    let all = index.signals(of: request)
    func values(_ signal: [Float]) -> [Float] { places.map { $0.map { signal[$0] } ?? 0 } }
    return RequestSignals(
      words: values(all.words), form: values(all.form),
      answers: places.map { $0.map { all.answers[$0] } ?? AnswerOutline("") })
  }

  private func place(of id: Int64) -> Int? {
    var (low, high) = (0, ids.count)
    while low < high {
      let middle = (low + high) / 2
      if ids[middle] < id { low = middle + 1 } else { high = middle }
    }
    return low < ids.count && ids[low] == id ? low : nil
  }

  /// An index of exemplars, in the order of their numbers given.
  static func index(of ids: [Int64], in pool: PromptPool) throws(PromptPoolError) -> RequestIndex {
    let known = Dictionary(
      try pool.requests(of: ids).map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    return index(ids.map { known[$0] ?? ExemplarRequest(id: $0) })
  }

  private static func index(_ rows: [ExemplarRequest]) -> RequestIndex {
    RequestIndex(
      rows.map { InstructionRequest(instruction: $0.instruction, input: $0.input) },
      answers: rows.map { AnswerOutline(ends: $0.answerEnds, length: $0.answerLength) })
  }
}
