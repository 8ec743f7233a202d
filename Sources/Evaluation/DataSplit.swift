public import PromptMatching

/// Rows of a data set dealt out to pool, training and test, with near duplicates kept on one side.
///
/// Two rows whose embeddings have a cosine from ``duplicateCosine`` on, directly or through others,
/// get the same part, so that no test query has its own paraphrase among exemplars or training
/// queries.
public struct DataSplit: Sendable, Equatable {
  public static let duplicateCosine: Float = 0.9

  /// Places of the rows, sorted.
  public let pool: [Int]
  public let train: [Int]
  public let test: [Int]

  /// Half of the rows for the pool, a quarter for training and for test each.
  ///
  /// - Parameters:
  ///   - embeddings: unit vectors of the rows.
  ///   - seed: repeats a split.
  public init(_ embeddings: EmbeddedPool, duplicateCosine: Float = duplicateCosine, seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let groups = Self.groups(embeddings, from: duplicateCosine).shuffled(using: &generator)
    var parts: [[Int]] = [[], [], []]
    let shares = [0.5, 0.25, 0.25]
    for group in groups {
      // To the part that is furthest from its share.
      let part = shares.indices.min { a, b in
        (Double(parts[a].count) / shares[a], a) < (Double(parts[b].count) / shares[b], b)
      }
      parts[part ?? 0] += group
    }
    pool = parts[0].sorted()
    train = parts[1].sorted()
    test = parts[2].sorted()
  }

  /// Connected components of the near duplicates, each sorted, in the order of their first rows.
  private static func groups(_ embeddings: EmbeddedPool, from cosine: Float) -> [[Int]] {
    var parents = Array(0..<embeddings.count)
    func root(_ row: Int) -> Int {
      var place = row
      while parents[place] != place { place = parents[place] }
      parents[row] = place
      return place
    }
    for row in 0..<embeddings.count {
      for (other, value) in embeddings.cosines(embeddings.vector(row)).enumerated()
      where other > row && value >= cosine {
        let (a, b) = (root(row), root(other))
        parents[max(a, b)] = min(a, b)
      }
    }
    let byRoot = Dictionary(grouping: 0..<embeddings.count, by: root)
    return byRoot.sorted { $0.key < $1.key }.map(\.value)
  }
}
