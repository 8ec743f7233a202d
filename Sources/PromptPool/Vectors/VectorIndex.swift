internal import CKernels
internal import Foundation
internal import Kernels

/// An exemplar near a query.
public struct Neighbour: Sendable, Hashable {
  public let id: Int64
  /// Inner product; the cosine similarity of unit vectors.
  public let score: Double
}

/// Exact nearest neighbours over the mapped embeddings of a pool, as of the time it was opened.
///
/// Int8 codes are scored first. For x = s·c + e and a query q = t·d + f (d in 16 bits), x·q differs
/// from s·t·(c·d) by at most ‖e‖‖q‖ + ‖s·c‖‖f‖ (Cauchy–Schwarz). Only vectors whose upper bound
/// reaches the k-th best lower bound can be among the k best; those are scored exactly, so the
/// result is that of a full scan.
public final class VectorIndex: Sendable {
  private static let chunk = 4096
  private let vectors: VectorFile
  private let team: ThreadTeam

  public var count: Int { vectors.layout.count }
  /// 0 for an empty index.
  public var dimensions: Int { vectors.layout.dimensions }

  init(_ vectors: VectorFile, team: ThreadTeam) {
    self.vectors = vectors
    self.team = team
  }

  /// The `count` best by inner product, best first; among equals, the oldest first.
  ///
  /// - Precondition: the query has ``dimensions`` finite numbers.
  public func nearest(to query: [Float], count wanted: Int) -> [Neighbour] {
    let layout = vectors.layout
    let wanted = min(wanted, layout.count)
    guard wanted > 0 else { return [] }
    precondition(query.count == layout.dimensions, "the query has the wrong length")
    let query = QuantisedQuery(query)
    let bounds = vectors.file.pointer(at: layout.bounds, to: VectorBound.self)
    let scores = UnsafeMutablePointer<Int32>.allocate(capacity: layout.count)
    defer { scores.deallocate() }
    let threshold = threshold(query, bounds, scores, wanted)
    var candidates: [Neighbour] = []
    let ids = vectors.file.pointer(at: layout.ids, to: Int64.self)
    let exact = vectors.file.pointer(at: layout.exact, to: Float.self)
    for row in 0..<layout.count
    where query.score(scores[row], bounds[row]) + query.slack(bounds[row]) >= threshold {
      let score = pk_nearest_exact(
        exact + row * layout.dimensions, query.values, layout.dimensions)
      candidates.append(Neighbour(id: ids[row], score: score))
    }
    candidates.sort { ($1.score, $0.id) < ($0.score, $1.id) }
    return Array(candidates.prefix(wanted))
  }

  /// Fills the scores, and returns the `wanted`-th best lower bound.
  private func threshold(
    _ query: QuantisedQuery, _ bounds: UnsafePointer<VectorBound>,
    _ scores: UnsafeMutablePointer<Int32>, _ wanted: Int
  ) -> Double {
    let layout = vectors.layout
    let codes = UnsafePointer(vectors.file.pointer(at: layout.codes, to: Int8.self))
    let chunks = (layout.count + Self.chunk - 1) / Self.chunk
    // Each chunk writes only its own part.
    let best = UnsafeMutablePointer<Double>.allocate(capacity: chunks * wanted)
    best.initialize(repeating: -.infinity, count: chunks * wanted)
    defer { best.deallocate() }
    query.codes.withUnsafeBufferPointer { d in
      guard let d = d.baseAddress else { return }
      team.run(chunks: chunks) { chunk in
        let rows = chunk * Self.chunk..<min(layout.count, (chunk + 1) * Self.chunk)
        pk_nearest_scores(
          codes + rows.lowerBound * layout.dimensions, rows.count, layout.dimensions, d,
          scores + rows.lowerBound)
        var heap = SmallestFirstHeap(best + chunk * wanted, count: wanted)
        for row in rows {
          heap.offer(query.score(scores[row], bounds[row]) - query.slack(bounds[row]))
        }
      }
    }
    var heap = SmallestFirstHeap(best, count: wanted)
    for index in wanted..<max(wanted, chunks * wanted) { heap.offer(best[index]) }
    return heap.smallest
  }
}

/// A query in 16 bits.
private struct QuantisedQuery {
  let values: [Float]
  let codes: [Int16]
  private let scale, norm, errorNorm: Double

  init(_ values: [Float]) {
    self.values = values
    // 127 · Σ|code| stays below 2^31.
    let largestCode = Float(min(32767, Int(Int32.max) / (127 * max(1, values.count))))
    let largest = values.reduce(0) { max($0, abs($1)) }
    let scale = largest > 0 ? largest / largestCode : 1
    let codes = values.map { ($0 / scale).rounded(.towardZero) }
    func norm(_ numbers: some Sequence<Double>) -> Double {
      numbers.reduce(0) { $0 + $1 * $1 }.squareRoot()
    }
    self.codes = codes.map { Int16($0) }
    self.scale = Double(scale)
    self.norm = norm(values.lazy.map(Double.init))
    errorNorm = norm(zip(values, codes).lazy.map { Double($0) - Double(scale) * Double($1) })
  }

  @inline(__always)
  func score(_ dot: Int32, _ bound: VectorBound) -> Double {
    Double(bound.scale) * scale * Double(dot)
  }

  /// The last factor covers the rounding of these sums in double precision.
  @inline(__always)
  func slack(_ bound: VectorBound) -> Double {
    (Double(bound.error) * norm + Double(bound.reach) * errorNorm) * (1 + 1e-9)
      + Double(bound.reach) * norm * 1e-12
  }
}

/// The largest numbers offered, with the smallest of them on top, in the caller's memory.
private struct SmallestFirstHeap {
  private let values: UnsafeMutablePointer<Double>
  private let count: Int

  /// - Parameter values: `count` numbers, which are turned into a heap.
  init(_ values: UnsafeMutablePointer<Double>, count: Int) {
    self.values = values
    self.count = count
    for index in stride(from: count / 2 - 1, through: 0, by: -1) { sink(index) }
  }

  var smallest: Double { values[0] }

  @inline(__always)
  mutating func offer(_ value: Double) {
    if value > values[0] {
      values[0] = value
      sink(0)
    }
  }

  private func sink(_ start: Int) {
    var index = start
    while true {
      var least = index
      let left = 2 * index + 1
      if left < count, values[left] < values[least] { least = left }
      if left + 1 < count, values[left + 1] < values[least] { least = left + 1 }
      if least == index { return }
      (values[index], values[least]) = (values[least], values[index])
      index = least
    }
  }
}
