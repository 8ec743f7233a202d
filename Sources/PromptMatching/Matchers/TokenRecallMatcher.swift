internal import Synchronization

/// BSR and Set-BSR: how well the tokens of an exemplar cover those of the instruction,
/// Σᵢ maxⱼ xᵢ·zⱼ over unit token vectors, divided by the number of the instruction's tokens.
///
/// BSR scores each exemplar by itself. Set-BSR adds exemplars greedily, and takes the maximum over
/// the tokens of all that are chosen, so that the next one covers what is still missing. Both choose
/// among the exemplars that day zero finds best, because token vectors of a whole pool would take
/// a gigabyte.
/// Source: Gupta et al., "Coverage-based Example Selection for In-Context Learning",
/// arXiv 2305.14907, 2023; without importance weights.
public final class TokenRecallMatcher: ExemplarMatcher {
  public let name: MatcherName
  private static let candidates = 64
  /// The most exemplars whose token vectors are kept.
  private static let kept = 2048

  private let finder: CandidateFinder
  private let texts: [String]
  private let tokens: @Sendable ([String]) async throws -> [[Float]]
  private let known = Mutex<[Int: [Float]]>([:])

  /// - Parameters:
  ///   - isSet: whether exemplars are chosen as a set (Set-BSR).
  ///   - texts: the pool's, as passed to the encoder.
  ///   - tokens: unit vectors of the tokens of texts, [tokens × d] each.
  public init(
    isSet: Bool, _ finder: CandidateFinder, texts: [String],
    tokens: @escaping @Sendable ([String]) async throws -> [[Float]]
  ) {
    name = isSet ? .setBSR : .bsr
    self.finder = finder
    self.texts = texts
    self.tokens = tokens
  }

  public func picks(for query: MatchQuery, shots: Int, seed: UInt64) async throws -> [Int] {
    guard shots > 0 else { return [] }
    var rows = finder.find(query, count: max(Self.candidates, shots), prior: .measured).rows
    guard let own = try await tokens([query.text]).first, !own.isEmpty, !rows.isEmpty else {
      return []
    }
    let d = finder.pool.dimensions
    let instruction = Matrix(rows: own.count / d, columns: d, values: own)
    var closest = try await vectors(of: rows).map { values in
      Self.closest(instruction, Matrix(rows: values.count / d, columns: d, values: values))
    }
    guard name == .setBSR else {
      return highest(closest.map { $0.reduce(0, +) }, shots, excluded: []).map { rows[$0] }
    }
    var covered = [Float](repeating: -1, count: instruction.rows)
    var picks: [Int] = []
    while picks.count < shots, !rows.isEmpty {
      let values = closest.map { zip($0, covered).reduce(0) { $0 + max($1.0, $1.1) } }
      guard let best = highest(values, 1, excluded: []).first else { break }
      for (place, value) in closest.remove(at: best).enumerated() {
        covered[place] = max(covered[place], value)
      }
      picks.append(rows.remove(at: best))
    }
    return picks
  }

  /// maxⱼ xᵢ·zⱼ for each token of the instruction; -1 if the exemplar has no token.
  private static func closest(_ instruction: Matrix, _ exemplar: Matrix) -> [Float] {
    guard exemplar.rows > 0 else { return [Float](repeating: -1, count: instruction.rows) }
    let products = instruction.timesTransposed(exemplar)
    return (0..<instruction.rows).map { products.row($0).max() ?? -1 }
  }

  private func vectors(of rows: [Int]) async throws -> [[Float]] {
    let cached = known.withLock { known in rows.map { known[$0] } }
    let missing = zip(rows, cached).filter { $0.1 == nil }.map(\.0)
    let made = missing.isEmpty ? [] : try await tokens(missing.map { texts[$0] })
    let fresh = Dictionary(zip(missing, made), uniquingKeysWith: { first, _ in first })
    known.withLock { known in
      if known.count + fresh.count > Self.kept { known = [:] }
      known.merge(fresh) { $1 }
    }
    return zip(rows, cached).map { $1 ?? fresh[$0] ?? [] }
  }
}
