internal import Foundation
internal import PromptMatching

/// A pool's embeddings in two dimensions, by their first two principal components.
///
/// Source: Pearson, 1901; found by power iteration with deflation.
public struct PoolMap: Sendable {
  /// One an exemplar, centred.
  public let points: [(x: Double, y: Double)]
  /// Share of the variance that the two components have, 0 to 1.
  public let explained: Double

  /// - Parameter vectors: [n × dimensions] row-major.
  public init(vectors: [Float], dimensions: Int, iterations: Int = 60) {
    let count = dimensions > 0 ? vectors.count / dimensions : 0
    guard count > 1 else {
      points = (0..<count).map { _ in (0, 0) }
      explained = 0
      return
    }
    let rows = Self.centred(vectors, count: count, dimensions: dimensions)
    let total = rows.reduce(0) { $0 + $1.reduce(0) { $0 + $1 * $1 } }
    let first = Self.component(rows, orthogonalTo: nil, iterations)
    let second = Self.component(rows, orthogonalTo: first, iterations)
    let places = rows.map { row in (x: product(row, first), y: product(row, second)) }
    let kept = places.reduce(0) { $0 + $1.x * $1.x + $1.y * $1.y }
    points = places
    explained = total > 0 ? kept / total : 0
  }

  private static func centred(_ vectors: [Float], count: Int, dimensions: Int) -> [[Double]] {
    var mean = [Double](repeating: 0, count: dimensions)
    for (place, value) in vectors.enumerated() {
      mean[place % dimensions] += Double(value) / Double(count)
    }
    return (0..<count).map { row in
      (0..<dimensions).map { Double(vectors[row * dimensions + $0]) - mean[$0] }
    }
  }

  /// The direction of the largest variance, at right angles to an earlier one.
  private static func component(
    _ rows: [[Double]], orthogonalTo other: [Double]?, _ iterations: Int
  ) -> [Double] {
    var generator = SeededGenerator(seed: other == nil ? 1 : 2)
    var direction = (0..<(rows.first?.count ?? 0)).map { _ in generator.normal() }
    for _ in 0..<iterations {
      var next = [Double](repeating: 0, count: direction.count)
      for row in rows {
        let weight = product(row, direction)
        for (place, value) in row.enumerated() { next[place] += weight * value }
      }
      if let other {
        let shared = product(next, other)
        for place in next.indices { next[place] -= shared * other[place] }
      }
      let length = product(next, next).squareRoot()
      // Without any variance left every direction is as good.
      guard length > 1e-12 else { break }
      direction = next.map { $0 / length }
    }
    return direction
  }
}

private func product(_ a: [Double], _ b: [Double]) -> Double {
  zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
}
