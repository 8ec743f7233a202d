internal import Foundation

/// Okapi BM25 over the words of instructions and inputs, with k₁ = 1.5 and b = 0.75.
///
/// Source: Robertson and Zaragoza, 2009; idf = log(1 + (N − n + ½) / (n + ½)), which is never
/// negative.
public struct BM25Matcher: ExemplarMatcher {
  public let name = MatcherName.bm25
  private static let k1 = 1.5
  private static let b = 0.75
  private let postings: [String: [(document: Int, count: Int)]]
  private let lengths: [Double]
  private let meanLength: Double

  /// - Parameter documents: the pool's texts, as passed to the encoder.
  public init(documents: [String]) {
    var postings: [String: [(document: Int, count: Int)]] = [:]
    var lengths: [Double] = []
    for (number, text) in documents.enumerated() {
      let words = Self.words(text)
      lengths.append(Double(words.count))
      for (word, count) in Dictionary(words.map { ($0, 1) }, uniquingKeysWith: +) {
        postings[word, default: []].append((number, count))
      }
    }
    self.postings = postings
    self.lengths = lengths
    meanLength = max(1, lengths.reduce(0, +) / Double(max(1, lengths.count)))
  }

  public func picks(for query: MatchQuery, shots: Int, seed: UInt64) -> [Int] {
    highest(scores(query.text).map(Float.init), shots, excluded: query.excluded)
  }

  package func scores(_ text: String) -> [Double] {
    var scores = [Double](repeating: 0, count: lengths.count)
    for word in Set(Self.words(text)).sorted() {
      guard let found = postings[word] else { continue }
      let n = Double(found.count)
      let idf = log(1 + (Double(lengths.count) - n + 0.5) / (n + 0.5))
      for (document, count) in found {
        let frequency = Double(count)
        let length = 1 - Self.b + Self.b * lengths[document] / meanLength
        scores[document] += idf * frequency * (Self.k1 + 1) / (frequency + Self.k1 * length)
      }
    }
    return scores
  }

  private static func words(_ text: String) -> [String] {
    text.lowercased().split { !$0.isLetter && !$0.isNumber }.map(String.init)
  }
}
