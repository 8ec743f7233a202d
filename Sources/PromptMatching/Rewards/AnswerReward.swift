/// Rewards by a language model's likelihoods or answers.
///
/// Lists of a batch are asked for in the order of their prompts, so that neighbours share the longest
/// prefixes and the model's prefix cache computes each once.
public struct AnswerReward: RewardSource {
  public enum Kind: String, Sendable, CaseIterable, Codable {
    /// NLL(gold | no shots) − NLL(gold | shots), a token of the gold answer.
    case nll
    /// ROUGE-L and embedding cosine of the greedy answer with the gold one, as the paper rewards answers.
    case answer
  }

  public let kind: Kind
  /// Weight of ROUGE-L in ``Kind/answer``; the cosine has the rest.
  public var rougeWeight = 0.5
  /// Off: the best comes first in the prompt. An ablation.
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

  public func rewards(of lists: [ShotList]) async throws -> [Double] {
    var known: [ShotList: Double] = [:]
    for list in Set(lists).sorted(by: promptOrder) {
      try Task.checkCancellation()
      known[list] = try await reward(list)
    }
    return lists.map { known[$0] ?? .nan }
  }

  private func reward(_ list: ShotList) async throws -> Double {
    let query = queries[list.query]
    let shots = promptPicks(list).map { pool[$0] }
    switch kind {
    case .nll:
      let without = try await model.likelihood(of: query, shots: [])
      let with = try await model.likelihood(of: query, shots: shots)
      return without.nllPerToken - with.nllPerToken
    case .answer:
      let answer = try await model.answer(to: query, shots: shots)
      let vectors = try await embed([answer, query.output])
      guard vectors.count == 2 else { return .nan }
      let cosine = zip(vectors[0], vectors[1]).reduce(0.0) { $0 + Double($1.0 * $1.1) }
      return rougeWeight * RougeL.score(answer, reference: query.output)
        + (1 - rougeWeight) * cosine
    }
  }

  private func promptPicks(_ list: ShotList) -> [Int] {
    bestLast ? list.picks.reversed() : list.picks
  }

  private func promptOrder(_ a: ShotList, _ b: ShotList) -> Bool {
    let (left, right) = (promptPicks(a), promptPicks(b))
    return left == right ? a.query < b.query : left.lexicographicallyPrecedes(right)
  }
}
