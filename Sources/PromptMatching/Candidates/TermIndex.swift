internal import Foundation

/// Which documents have which terms, and Okapi BM25 over them, with k₁ = 1.5 and b = 0.75.
///
/// Source: Robertson and Zaragoza, 2009; idf = log(1 + (N − n + ½) / (n + ½)), which is never
/// negative. Memory: 8 bytes for each different term of a document, and about 40 for each term.
struct TermIndex: Sendable {
  private static let k1: Float = 1.5
  private static let b: Float = 0.75

  let count: Int
  /// A term's place in `starts`.
  private var places: [UInt64: Int32] = [:]
  /// Where a term's documents begin in `documents` and `weights`; one more than there are terms.
  private let starts: [Int32]
  private let documents: [Int32]
  /// The term's part of the document's score, without the idf.
  private let weights: [Float]
  private let meanLength: Float

  init(_ texts: [[UInt64]]) {
    count = texts.count
    let total = texts.reduce(0) { $0 + $1.count }
    meanLength = max(1, Float(total) / Float(max(1, texts.count)))
    var occurrences: [(term: Int32, document: Int32, count: Int32)] = []
    occurrences.reserveCapacity(total)
    var sizes: [Int32] = []
    for (document, terms) in texts.enumerated() {
      var counts: [UInt64: Int32] = [:]
      for term in terms { counts[term, default: 0] += 1 }
      for (term, count) in counts {
        let place = places[term] ?? Int32(sizes.count)
        if Int(place) == sizes.count {
          places[term] = place
          sizes.append(0)
        }
        sizes[Int(place)] += 1
        occurrences.append((place, Int32(document), count))
      }
    }
    var starts: [Int32] = [0]
    starts.reserveCapacity(sizes.count + 1)
    for size in sizes { starts.append((starts.last ?? 0) + size) }
    var next = starts
    var documents = [Int32](repeating: 0, count: occurrences.count)
    var weights = [Float](repeating: 0, count: occurrences.count)
    for (term, document, count) in occurrences {
      let place = Int(next[Int(term)])
      next[Int(term)] += 1
      documents[place] = document
      weights[place] = Self.weight(
        count: Float(count), length: Float(texts[Int(document)].count), meanLength: meanLength)
    }
    (self.starts, self.documents, self.weights) = (starts, documents, weights)
  }

  private static func weight(count: Float, length: Float, meanLength: Float) -> Float {
    count * (k1 + 1) / (count + k1 * (1 - b + b * length / meanLength))
  }

  private func idf(_ documents: Int) -> Float {
    let n = Double(documents)
    return Float(log(1 + (Double(count) - n + 0.5) / (n + 0.5)))
  }

  private func range(of term: UInt64) -> Range<Int> {
    guard let place = places[term].map(Int.init) else { return 0..<0 }
    return Int(starts[place])..<Int(starts[place + 1])
  }

  /// BM25 of each document.
  func scores(_ query: [UInt64]) -> [Float] {
    var scores = [Float](repeating: 0, count: count)
    for term in Set(query).sorted() {
      let range = range(of: term)
      let idf = idf(range.count)
      for place in range { scores[Int(documents[place])] += idf * weights[place] }
    }
    return scores
  }

  /// The scores, divided by what a document with the query's text would have: about 0 to 1.
  func shares(_ query: [UInt64]) -> [Float] {
    var counts: [UInt64: Float] = [:]
    for term in query { counts[term, default: 0] += 1 }
    let own = counts.reduce(Float(0)) { sum, term in
      sum + idf(range(of: term.key).count)
        * Self.weight(count: term.value, length: Float(query.count), meanLength: meanLength)
    }
    let scores = scores(query)
    return own > 0 ? scores.map { $0 / own } : scores
  }
}
