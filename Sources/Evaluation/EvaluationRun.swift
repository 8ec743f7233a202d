public import PromptMatching
internal import Foundation

/// Measures matchers on queries whose gold answers are known.
public struct EvaluationRun: Sendable {
  /// A matcher under a name, one for each seed; those that do not draw and were not trained need
  /// one.
  public struct Entry: Sendable {
    public let name: String
    public let seeds: [any ExemplarMatcher]

    public init(name: String, seeds: [any ExemplarMatcher]) {
      self.name = name
      self.seeds = seeds
    }
  }

  public var queries: [Demonstration]
  /// One unit vector a query.
  public var vectors: [[Float]]
  public var pool: [Demonstration]
  /// By query: exemplars that must not be its shots; empty for none at all.
  public var excluded: [Set<Int>] = []
  public var model: any AnswerModel
  /// Off: only likelihoods are measured, which needs no generation.
  public var generatesAnswers = false
  public var embed: @Sendable ([String]) async throws -> [[Float]] = { _ in [] }
  public var bestLast = true

  public init(
    queries: [Demonstration], vectors: [[Float]], pool: [Demonstration], model: any AnswerModel
  ) {
    self.queries = queries
    self.vectors = vectors
    self.pool = pool
    self.model = model
  }

  /// Measures of one entry, [seed][query].
  public func measure(
    _ entry: Entry, shots: Int, onProgress: (Int) -> Void = { _ in }
  ) async throws -> [[Measures]] {
    var result: [[Measures]] = []
    for (seed, matcher) in entry.seeds.enumerated() {
      var row: [Measures] = []
      for start in stride(from: 0, to: queries.count, by: Self.portion) {
        try Task.checkCancellation()
        let some = start..<min(queries.count, start + Self.portion)
        row += try await measure(some, matcher, shots, seed: UInt64(seed))
        onProgress(seed * queries.count + some.upperBound)
      }
      result.append(row)
    }
    return result
  }

  /// Queries whose likelihoods are asked for together, which costs less than one after another.
  private static let portion = 64

  private func measure(
    _ some: Range<Int>, _ matcher: any ExemplarMatcher, _ count: Int, seed: UInt64
  ) async throws -> [Measures] {
    let began = ContinuousClock.now
    var lists: [[Int]] = []
    for query in some {
      lists.append(
        try await matcher.picks(
          for: MatchQuery(
            queries[query].request, embedding: vectors[query],
            excluded: excluded.isEmpty ? [] : excluded[query], number: query),
          shots: count, seed: seed))
    }
    let asked = zip(some, lists).map { query, picks in
      ShownQuery(
        query: queries[query], shots: (bestLast ? picks.reversed() : picks).map { pool[$0] })
    }
    let likelihoods = try await model.likelihoods(of: asked)
    var result = zip(likelihoods, lists).map { likelihood, picks in
      Measures(
        nll: likelihood.nllPerToken, tokens: Double(likelihood.tokens), seconds: 0, picks: picks)
    }
    if generatesAnswers {
      for (place, asked) in asked.enumerated() {
        try Task.checkCancellation()
        let answer = try await model.answer(to: asked.query, shots: asked.shots)
        try await compare(answer, asked.query.output, into: &result[place])
      }
    }
    let seconds = (ContinuousClock.now - began) / .seconds(1) / Double(max(1, some.count))
    for place in result.indices { result[place].seconds = seconds }
    return result
  }

  private func compare(
    _ answer: String, _ gold: String, into measures: inout Measures
  ) async throws {
    measures.rougeL = RougeL.score(answer, reference: gold)
    measures.bleu = Bleu.sentence(answer, reference: gold)
    let pair = try await embed([answer, gold])
    if pair.count == 2 {
      measures.cosine = zip(pair[0], pair[1]).reduce(0.0) { $0 + Double($1.0 * $1.1) }
    }
    if gold.split(whereSeparator: \.isWhitespace).count <= Measures.exactMatchWords {
      measures.exactMatch = normal(answer) == normal(gold) ? 1 : 0
    }
  }

  private func normal(_ text: String) -> String {
    text.trimmingCharacters(in: .whitespacesAndNewlines.union(.init(charactersIn: ".")))
      .lowercased()
  }
}
