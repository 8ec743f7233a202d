import Foundation
import PromptMatching
import Testing

/// Finds an instruction the likelier the nearer the numbers of its exemplars are to 7.
private struct NumberModel: AnswerModel {
  let identity = "counting"
  var gain = 1.0

  func likelihoods(of asked: [ShownQuery]) async throws -> [Likelihood] { [] }
  func answer(to query: Demonstration, shots: [Demonstration]) async throws -> String { "" }

  func instructionLikelihoods(of asked: [ShownQuery]) async throws -> [Likelihood]? {
    asked.map { asked in
      let near = asked.shots.reduce(0) { $0 + 100 - abs((Double($1.output) ?? 0) - 7) }
      return Likelihood(nll: 1000 - gain * near, tokens: 5)
    }
  }
}

private struct DeafModel: AnswerModel {
  let identity = "deaf"

  func likelihoods(of asked: [ShownQuery]) async throws -> [Likelihood] { [] }
  func answer(to query: Demonstration, shots: [Demonstration]) async throws -> String { "" }
}

@Suite struct MatcherTests {
  private let d = 8
  private var pool: [Float] { randomVectors(30, d, seed: 5) }
  private var query: MatchQuery {
    MatchQuery(text: "list the files", embedding: randomVectors(1, d, seed: 6), number: 0)
  }
  /// Exemplar 17 is best for any query, 4 second.
  private let reward = ComputedReward { list in
    list.picks.reduce(0) { $0 + ($1 == 17 ? 2 : $1 == 4 ? 1 : 0) }
  }

  private var texts: [Demonstration] {
    (0..<30).map { Demonstration(instruction: "list the files of \($0)", output: "\($0)") }
  }
  private var finder: CandidateFinder {
    CandidateFinder(EmbeddedPool(vectors: pool, dimensions: d), exemplars: texts)
  }
  /// One unit vector per character.
  private let letters: @Sendable ([String]) async throws -> [[Float]] = { texts in
    texts.map { text in
      text.unicodeScalars.flatMap { scalar in
        (0..<8).map { Int(scalar.value) % 8 == $0 ? 1 : 0 as Float }
      }
    }
  }

  private func all() throws -> [any ExemplarMatcher] {
    let embedded = EmbeddedPool(vectors: pool, dimensions: d)
    let network = MatchingNetwork.dayZero(dimensions: d, hidden: 4, encoderIdentity: "test")
    return [
      RandomMatcher(poolCount: 30), NearestMatcher(embedded), MarginalRelevanceMatcher(embedded),
      DeterminantalMatcher(embedded), FixedSetMatcher(list: Array(0..<10)),
      BM25Matcher(documents: (0..<30).map { "list \($0)" }),
      try NetworkMatcher(network, embedded),
      try NetworkMatcher(network, embedded, name: .supervised),
      OracleMatcher(embedded, rewards: reward),
      ConditionalEntropyMatcher(finder, pool: texts, model: NumberModel()),
      TokenRecallMatcher(isSet: false, finder, texts: texts.map(\.instruction), tokens: letters),
      TokenRecallMatcher(isSet: true, finder, texts: texts.map(\.instruction), tokens: letters),
    ]
  }

  @Test func everyNameHasAMatcherThatKeepsTheRules() async throws {
    let matchers = try all()
    #expect(Set(matchers.map(\.name)) == Set(MatcherName.allCases))
    var restricted = query
    restricted.excluded = [0, 3, 17]
    for matcher in matchers {
      let picks = try await matcher.picks(for: restricted, shots: 4, seed: 1)
      #expect(picks.count == 4 && Set(picks).count == 4, "\(matcher.name)")
      #expect(restricted.excluded.isDisjoint(with: picks), "\(matcher.name)")
      #expect(try await matcher.picks(for: restricted, shots: 4, seed: 1) == picks)
      #expect(try await matcher.picks(for: query, shots: 0, seed: 1).isEmpty)
      #expect(try await matcher.picks(for: query, shots: 99, seed: 1).count <= 30)
    }
  }

  @Test func dayZeroIsTheNearest() throws {
    let embedded = EmbeddedPool(vectors: pool, dimensions: d)
    let near = NearestMatcher(embedded).picks(for: query, shots: 5, seed: 0)
    let network = MatchingNetwork.dayZero(dimensions: d, hidden: 4, encoderIdentity: "test")
    #expect(try NetworkMatcher(network, embedded).picks(for: query, shots: 5, seed: 0) == near)
  }

  /// A network that has learned, by chance, to like what is far away still chooses among the
  /// nearest.
  @Test func theNetworkChoosesAmongTheNearest() throws {
    let network = try learnedNetwork(dimensions: d, hidden: 4, seed: 8)
    let embedded = EmbeddedPool(vectors: pool, dimensions: d)
    for shots in [1, 3, 5] {
      let nearest = NearestMatcher(embedded).picks(for: query, shots: max(12, 3 * shots), seed: 0)
      let picks = try NetworkMatcher(network, embedded).picks(for: query, shots: shots, seed: 0)
      #expect(picks.count == shots && Set(picks).isSubset(of: nearest))
      #expect(picks != Array(nearest.prefix(shots)))
    }
    #expect(throws: PromptMatchingError.wrongDimensions(expected: 9, found: 8)) {
      try NetworkMatcher(.dayZero(dimensions: 9, encoderIdentity: "test"), embedded)
    }
  }

  @Test func theFewHighestAreThoseOfASort() {
    var generator = SeededGenerator(seed: 4)
    for count in [0, 1, 2, 50] {
      let rows = (0..<40).map { _ in Float(Int.random(in: 0..<9, using: &generator)) }
      let pool = EmbeddedPool(vectors: rows, dimensions: 1)
      let order = rows.indices.filter { $0 % 7 != 3 }.sorted { (rows[$0], $1) > (rows[$1], $0) }
      #expect(
        pool.nearest(to: [1], count: count, excluded: Set(rows.indices.filter { $0 % 7 == 3 }))
          == Array(order.prefix(count)))
    }
  }

  @Test func bm25IsTheFormula() {
    let matcher = BM25Matcher(documents: ["red apple", "green apple pie", "blue sky"])
    let scores = matcher.scores("apple pie")
    // N = 3, mean length 7/3; values by another program.
    #expect(abs(scores[0] - 0.502294) < 1e-4)
    #expect(abs(scores[1] - 1.285548) < 1e-4)
    #expect(scores[2] == 0)
  }

  @Test func noCommonWordMeansNoExemplar() {
    let matcher = BM25Matcher(documents: ["red apple", "green apple pie"])
    let query = MatchQuery(text: "blue sky", embedding: [])
    #expect(matcher.picks(for: query, shots: 2, seed: 0).isEmpty)
  }

  /// The list ends where no exemplar makes the instruction likelier.
  @Test func conditionalEntropyAsksTheModelAndEnds() async throws {
    let matcher = ConditionalEntropyMatcher(finder, pool: texts, model: NumberModel())
    var query = query
    query.excluded = Set((0..<30).filter { ![3, 7, 9].contains($0) })
    #expect(try await matcher.picks(for: query, shots: 1, seed: 0) == [7])
    #expect(try await matcher.picks(for: query, shots: 3, seed: 0).count == 3)
    let deaf = ConditionalEntropyMatcher(finder, pool: texts, model: NumberModel(gain: -1))
    #expect(try await deaf.picks(for: query, shots: 3, seed: 0).isEmpty)
    await #expect(throws: MatcherError.cannotScoreInstructions(model: "deaf")) {
      try await ConditionalEntropyMatcher(finder, pool: texts, model: DeafModel())
        .picks(for: query, shots: 1, seed: 0)
    }
  }

  /// Set-BSR takes what covers the tokens that are still missing; BSR takes the two best alone.
  @Test func tokenRecallCoversTheInstruction() async throws {
    let texts = ["abcd", "abcx", "efgx", "xxxx"]
    let tokens: @Sendable ([String]) async throws -> [[Float]] = { texts in
      texts.map { text in
        text.flatMap { letter in "abcdefg".flatMap { [$0 == letter ? 1 : 0, 0] as [Float] } }
      }
    }
    let wide = CandidateFinder(
      EmbeddedPool(
        vectors: (0..<4).flatMap { _ in [1] + [Float](repeating: 0, count: 13) }, dimensions: 14),
      exemplars: texts.map { Demonstration(instruction: $0, output: "") })
    let query = MatchQuery(
      text: "abcdefg", embedding: [1] + [Float](repeating: 0, count: 13))
    for (isSet, expected) in [(false, [0, 1]), (true, [0, 2])] {
      let matcher = TokenRecallMatcher(isSet: isSet, wide, texts: texts, tokens: tokens)
      #expect(try await matcher.picks(for: query, shots: 2, seed: 0) == expected)
    }
  }

  @Test func diverseMatchersAvoidCopies() async throws {
    // Exemplars 0 and 1 are the same; 2 is a little further from the query, elsewhere.
    let vectors: [Float] = [0.9, 0.436, 0, 0.9, 0.436, 0, 0.85, -0.527, 0, 0, 0, 1]
    let embedded = EmbeddedPool(vectors: vectors, dimensions: 3)
    let query = MatchQuery(text: "", embedding: [1, 0, 0])
    #expect(NearestMatcher(embedded).picks(for: query, shots: 2, seed: 0) == [0, 1])
    #expect(MarginalRelevanceMatcher(embedded).picks(for: query, shots: 2, seed: 0) == [0, 2])
    #expect(DeterminantalMatcher(embedded).picks(for: query, shots: 2, seed: 0) == [0, 2])
  }

  @Test func theDeterminantalChoiceMaximisesTheDeterminantStepwise() {
    let vectors = randomVectors(6, 4, seed: 8)
    let query = randomVectors(1, 4, seed: 9)
    let picks = DeterminantalMatcher(EmbeddedPool(vectors: vectors, dimensions: 4))
      .picks(for: .init(text: "", embedding: query), shots: 2, seed: 0)
    func cosine(_ a: ArraySlice<Float>, _ b: ArraySlice<Float>) -> Double {
      zip(a, b).reduce(0) { $0 + Double($1.0 * $1.1) }
    }
    func row(_ i: Int) -> ArraySlice<Float> { vectors[i * 4..<i * 4 + 4] }
    func logDeterminant(_ a: Int, _ b: Int) -> Double {
      let (qa, qb) = (cosine(row(a), query[...]) / 0.2, cosine(row(b), query[...]) / 0.2)
      let similarity = cosine(row(a), row(b))
      return 2 * qa + 2 * qb + log(1 - similarity * similarity)
    }
    let best = (0..<6).filter { $0 != picks[0] }
      .max { logDeterminant(picks[0], $0) < logDeterminant(picks[0], $1) }
    #expect(picks[1] == best)
  }

  @Test func theFixedSetFindsWhatIsGoodForAll() async throws {
    let matcher = try await FixedSetMatcher.search(
      poolCount: 30, queries: [0, 1], shots: 2, candidates: 30, seed: 3, rewards: reward)
    #expect(matcher.list == [17, 4])
  }

  @Test func theOracleNeedsGoldAndFindsTheBest() async throws {
    let oracle = OracleMatcher(
      EmbeddedPool(vectors: pool, dimensions: d), candidates: 30, rewards: reward)
    #expect(try await oracle.picks(for: query, shots: 2, seed: 0) == [17, 4])
    await #expect(throws: OracleError.noGold) {
      try await oracle.picks(for: .init(text: "", embedding: query.embedding), shots: 1, seed: 0)
    }
  }
}
