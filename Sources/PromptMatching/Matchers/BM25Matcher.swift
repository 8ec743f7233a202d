/// Okapi BM25 over the words of instructions and inputs (``TermIndex``).
///
/// The list is empty if no exemplar shares a word with the instruction.
public struct BM25Matcher: ExemplarMatcher {
  public let name = MatcherName.bm25
  private let index: TermIndex

  /// - Parameter documents: the pool's texts, as passed to the encoder.
  public init(documents: [String]) { index = TermIndex(documents.map(TextTerms.words)) }

  public func picks(for query: MatchQuery, shots: Int, seed: UInt64) -> [Int] {
    let scores = index.scores(TextTerms.words(query.text))
    let picks = highest(scores, shots, excluded: query.excluded)
    return picks.first.map { scores[$0] > 0 } ?? false ? picks : []
  }

  package func scores(_ text: String) -> [Float] { index.scores(TextTerms.words(text)) }
}
