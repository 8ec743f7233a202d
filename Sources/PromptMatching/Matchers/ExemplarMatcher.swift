/// What a matcher knows of the instruction it chooses for.
public struct MatchQuery: Sendable {
  public var text: String
  /// Unit embedding, d values.
  public var embedding: [Float]
  /// Exemplars that must not be chosen: muted ones, or the query itself.
  public var excluded: Set<Int>
  /// Place among a data set's queries; only an oracle needs it.
  public var number: Int?

  public init(
    text: String, embedding: [Float], excluded: Set<Int> = [], number: Int? = nil
  ) {
    self.text = text
    self.embedding = embedding
    self.excluded = excluded
    self.number = number
  }
}

/// Chooses exemplars for an instruction, best first: the trained policy and what it has to beat.
public protocol ExemplarMatcher: Sendable {
  var name: MatcherName { get }

  /// - Parameter seed: for what draws; others give the same list for any.
  /// - Returns: at most `shots` places of the pool, each once; fewer when the pool has fewer.
  func picks(for query: MatchQuery, shots: Int, seed: UInt64) async throws -> [Int]
}

/// The matchers by the names that `--matcher` takes.
public enum MatcherName: String, Sendable, Codable, CaseIterable {
  /// PILLOW's network as it was trained, or on day zero.
  case policy
  case random
  case bestFixedSet = "best-fixed-set"
  case bm25
  case knn
  case mmr
  case dpp
  case supervised
  case oracle

  /// Those that need no gold answer, and so can serve.
  public static let serving = allCases.filter { $0 != .oracle }
}

/// The places of the highest values, ties by place; what is excluded never enters.
func highest(_ values: [Float], _ count: Int, excluded: Set<Int>) -> [Int] {
  guard count > 0 else { return [] }
  // Few of many: what is no better than the worst of those kept is passed over.
  var best: [Int] = []
  best.reserveCapacity(count + 1)
  for (place, value) in values.enumerated() {
    if best.count == count, let worst = best.last, !(value > values[worst]) { continue }
    if excluded.contains(place) { continue }
    best.insert(place, at: best.firstIndex { value > values[$0] } ?? best.count)
    if best.count > count { best.removeLast() }
  }
  return best
}
