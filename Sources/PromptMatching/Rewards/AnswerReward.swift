/// Rewards from a language model's likelihoods or answers.
///
/// The lists of a batch are processed in the order of their prompts, so that neighbours share the
/// longest prefixes and the model computes each prefix once.
public struct AnswerReward: RewardSource {
  public enum Kind: String, Sendable, CaseIterable, Codable {
    /// NLL(gold | no shots) − NLL(gold | shots), per token of the gold answer: 0 for the empty list,
    /// for which the model is not asked.
    case nll
    /// ROUGE-L and embedding cosine between the greedy answer and the gold one, as in the paper.
    case answer
  }

  public let kind: Kind
  /// Weight of ROUGE-L in ``Kind/answer``; the cosine gets the rest.
  public var rougeWeight = 0.5
  /// If off, the best comes first in the prompt. An ablation.
  public var bestLast = true
  private let model: any AnswerModel
  private let queries: [Demonstration]
  private let pool: [Demonstration]
  private let embed: @Sendable ([String]) async throws -> [[Float]]

  /// - Parameter embed: unit vectors of texts; only ``Kind/answer`` uses it.
  public init(
    kind: Kind, model: any AnswerModel, queries: [Demonstration], pool: [Demonstration],
    embed: @escaping @Sendable ([String]) async throws -> [[Float]]
  ) {
    self.kind = kind
    self.model = model
    self.queries = queries
    self.pool = pool
    self.embed = embed
  }

  /// How many lists the model scores together: enough that prompts with common beginnings meet, and
  /// few enough that an interruption loses only seconds of work.
  private static let asked = 512

  public func rewards(of lists: [ShotList]) async throws -> [Double] {
    var known: [ShotList: Double] = [:]
    let order = Set(lists).sorted(by: promptOrder)
    for start in stride(from: 0, to: order.count, by: Self.asked) {
      try Task.checkCancellation()
      let some = Array(order[start..<min(order.count, start + Self.asked)])
      let values = kind == .nll ? try await gains(some) : try await likenesses(some)
      for (list, value) in zip(some, values) { known[list] = value }
    }
    return lists.map { known[$0] ?? .nan }
  }

  /// How much the shots lower the gold answer's NLL per token.
  private func gains(_ lists: [ShotList]) async throws -> [Double] {
    // The empty list's gain is 0 by definition.
    let shown = lists.filter { !$0.picks.isEmpty }
    let alone = Array(Set(shown.map(\.query))).sorted()
    let values = try await model.likelihoods(
      of: alone.map { ShownQuery(query: queries[$0], shots: []) }
        + shown.map { ShownQuery(query: queries[$0.query], shots: shots($0)) })
    let without = Dictionary(uniqueKeysWithValues: zip(alone, values))
    let gains = zip(shown, values.dropFirst(alone.count)).map { list, with in
      (list, (without[list.query]?.nllPerToken ?? .nan) - with.nllPerToken)
    }
    let known = Dictionary(gains) { first, _ in first }
    return lists.map { $0.picks.isEmpty ? 0 : known[$0] ?? .nan }
  }

  /// How similar the model's answers are to the gold answers.
  private func likenesses(_ lists: [ShotList]) async throws -> [Double] {
    var result: [Double] = []
    for list in lists {
      try Task.checkCancellation()
      result.append(try await likeness(list))
    }
    return result
  }

  private func likeness(_ list: ShotList) async throws -> Double {
    let query = queries[list.query]
    let answer = try await model.answer(to: query, shots: shots(list))
    let vectors = try await embed([answer, query.output])
    guard vectors.count == 2 else { return .nan }
    let cosine = zip(vectors[0], vectors[1]).reduce(0.0) { $0 + Double($1.0 * $1.1) }
    return rougeWeight * RougeL.score(answer, reference: query.output) + (1 - rougeWeight) * cosine
  }

  private func shots(_ list: ShotList) -> [Demonstration] { promptPicks(list).map { pool[$0] } }

  private func promptPicks(_ list: ShotList) -> [Int] {
    bestLast ? list.picks.reversed() : list.picks
  }

  private func promptOrder(_ a: ShotList, _ b: ShotList) -> Bool {
    let (left, right) = (promptPicks(a), promptPicks(b))
    return left == right ? a.query < b.query : left.lexicographicallyPrecedes(right)
  }
}
