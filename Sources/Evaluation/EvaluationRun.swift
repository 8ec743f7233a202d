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
      for query in queries.indices {
        try Task.checkCancellation()
        row.append(try await measure(query, matcher, shots, seed: UInt64(seed)))
        onProgress(seed * queries.count + query + 1)
      }
      result.append(row)
    }
    return result
  }

  private func measure(
    _ query: Int, _ matcher: any ExemplarMatcher, _ count: Int, seed: UInt64
  ) async throws -> Measures {
    let began = ContinuousClock.now
    let gold = queries[query]
    let picks = try await matcher.picks(
      for: MatchQuery(
        text: gold.embeddedText, embedding: vectors[query],
        excluded: excluded.isEmpty ? [] : excluded[query], number: query),
      shots: count, seed: seed)
    let shots = (bestLast ? picks.reversed() : picks).map { pool[$0] }
    let likelihood = try await model.likelihood(of: gold, shots: shots)
    var measures = Measures(
      nll: likelihood.nllPerToken, tokens: Double(likelihood.tokens), seconds: 0, picks: picks)
    if generatesAnswers {
      let answer = try await model.answer(to: gold, shots: shots)
      try await compare(answer, gold.output, into: &measures)
    }
    measures.seconds = (ContinuousClock.now - began) / .seconds(1)
    return measures
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
