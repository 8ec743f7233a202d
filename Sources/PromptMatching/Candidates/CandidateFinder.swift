/// What is known of some exemplars for one instruction, in their order.
public struct RequestSignals: Sendable {
  /// As ``CandidateSignal`` has them.
  public var words, form: [Float]
  /// What brevity and agreement are measured by.
  public var answers: [AnswerOutline]

  public init(words: [Float], form: [Float], answers: [AnswerOutline]) {
    self.words = words
    self.form = form
    self.answers = answers
  }

  /// Adds to scores what ranks exemplars.
  func add(to scores: inout [Float], _ prior: MatchingPrior) {
    for row in scores.indices {
      scores[row] += prior.words * words[row] + prior.form * form[row]
    }
  }

  /// The signals of some exemplars, [rows × signals].
  func candidates(_ rows: [Int]) -> [Float] {
    let brevity = rows.reduce(0) { $0 + answers[$1].brevity } / Float(max(1, rows.count))
    let agreement = AnswerOutline.agreement(rows.map { answers[$0] })
    return zip(rows, agreement).flatMap { row, agreement in
      [words[row], form[row], brevity, agreement]
    }
  }
}

/// The words and the form of many exemplars' requests, and the outlines of their answers.
public struct RequestIndex: Sendable {
  private let words: TermIndex
  private let form: TermIndex
  private let answers: [AnswerOutline]

  /// - Parameter answers: one per request.
  public init(_ requests: [InstructionRequest], answers: [AnswerOutline]) {
    precondition(requests.count == answers.count, "each request has an answer")
    words = TermIndex(requests.map { TextTerms.words($0.embeddedText) })
    form = TermIndex(requests.map { TextTerms.form($0.instruction) })
    self.answers = answers
  }

  public var count: Int { answers.count }

  public func signals(of request: InstructionRequest) -> RequestSignals {
    RequestSignals(
      words: words.shares(TextTerms.words(request.embeddedText)),
      form: form.shares(TextTerms.form(request.instruction)), answers: answers)
  }

  /// The places of the best requests by words and form, without those that have nothing in common.
  public func best(
    _ count: Int, for request: InstructionRequest, prior: MatchingPrior = .measured
  ) -> [Int] {
    var scores = [Float](repeating: 0, count: self.count)
    signals(of: request).add(to: &scores, prior)
    return highest(scores, count, excluded: []).filter { scores[$0] > 0 }
  }
}

/// The exemplars of a pool as they are compared with an instruction before a network sees them: by
/// their vectors, their words, and how they begin and end.
public struct CandidateFinder: Sendable {
  public let pool: EmbeddedPool
  private let index: RequestIndex

  /// - Parameters:
  ///   - pool: one vector per exemplar.
  ///   - index: of their requests, in the same order.
  public init(_ pool: EmbeddedPool, index: RequestIndex) {
    precondition(pool.count == index.count, "each exemplar has a vector and a request")
    self.pool = pool
    self.index = index
  }

  public init(_ pool: EmbeddedPool, exemplars: [Demonstration]) {
    self.init(
      pool,
      index: RequestIndex(
        exemplars.map(\.request), answers: exemplars.map { AnswerOutline($0.output) }))
  }

  /// The best exemplars by cosine similarity, words and form.
  ///
  /// - Parameter others: rows that are found in any case, after the best, unless they are excluded.
  public func find(
    _ query: MatchQuery, count: Int, prior: MatchingPrior = .measured, others: [Int] = []
  ) -> FoundCandidates {
    pool.candidates(
      for: query, signals: index.signals(of: query.request), count: count, prior: prior,
      others: others)
  }
}

/// Exemplars that the policy chooses among.
public struct FoundCandidates: Sendable {
  /// Places in the pool, best first.
  public let rows: [Int]
  /// [rows × signals], as `MatchingNetwork.index(embeddings:signals:)` takes them.
  public let signals: [Float]
}

extension EmbeddedPool {
  /// The best exemplars by cosine similarity, words and form.
  ///
  /// - Parameters:
  ///   - signals: of each exemplar.
  ///   - others: rows that are found in any case, after the best, unless they are excluded.
  public func candidates(
    for query: MatchQuery, signals: RequestSignals, count: Int, prior: MatchingPrior = .measured,
    others: [Int] = []
  ) -> FoundCandidates {
    var scores = cosines(query.embedding)
    signals.add(to: &scores, prior)
    var rows = highest(scores, count, excluded: query.excluded.union(others))
    rows += others.filter { !query.excluded.contains($0) }
    return FoundCandidates(rows: rows, signals: signals.candidates(rows))
  }
}
