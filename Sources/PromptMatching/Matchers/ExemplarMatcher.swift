/// What a matcher knows about the instruction it chooses for.
public struct MatchQuery: Sendable {
  public var request: InstructionRequest
  /// Unit embedding, d values.
  public var embedding: [Float]
  /// Exemplars that must not be chosen: muted ones, or the query itself.
  public var excluded: Set<Int>
  /// Index among a data set's queries; only an oracle needs it.
  public var number: Int?

  public init(
    _ request: InstructionRequest, embedding: [Float], excluded: Set<Int> = [],
    number: Int? = nil
  ) {
    self.request = request
    self.embedding = embedding
    self.excluded = excluded
    self.number = number
  }

  /// A query without an input.
  public init(
    text: String, embedding: [Float], excluded: Set<Int> = [], number: Int? = nil
  ) {
    self.init(
      InstructionRequest(instruction: text), embedding: embedding, excluded: excluded,
      number: number)
  }

  /// Instruction and input, as the encoder reads them.
  public var text: String { request.embeddedText }
}

/// Chooses exemplars for an instruction, best first: the trained policy and its competitors.
public protocol ExemplarMatcher: Sendable {
  var name: MatcherName { get }

  /// - Parameter seed: for matchers that draw; others ignore it.
  /// - Returns: at most `shots` different indices of the pool; fewer if the pool has fewer, or if
  ///   the matcher finds fewer better, and none if it finds no exemplar better than any.
  func picks(for query: MatchQuery, shots: Int, seed: UInt64) async throws -> [Int]
}

/// The matchers, by their names for `--matcher`.
public enum MatcherName: String, Sendable, Codable, CaseIterable {
  /// PILLOW's network, trained or on day zero.
  case policy
  case random
  case bestFixedSet = "best-fixed-set"
  case bm25
  case knn
  case mmr
  case dpp
  case supervised
  case cone
  case bsr
  case setBSR = "set-bsr"
  case oracle

  /// The matchers that need no gold answer and can therefore serve.
  public static let serving = allCases.filter { $0 != .oracle }
}

/// The indices of the highest values, ties by index; excluded ones never enter.
func highest(_ values: [Float], _ count: Int, excluded: Set<Int>) -> [Int] {
  guard count > 0 else { return [] }
  // Few of many: values no better than the worst of those kept are skipped.
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
