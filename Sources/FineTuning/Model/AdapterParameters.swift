import CKernels
import Kernels
package import LanguageModel

/// The matrices of a LoRA adapter while it is trained, with their gradients and the optimiser's
/// moments.
///
/// Both factors of a matrix lie as [dimension][rank], the rank filled up to a multiple of 16 with
/// zeros, which stay zero: y = W·x + s·B·(A·x).
///
/// `@unchecked`: passes read, the optimiser writes, one after the other.
package final class AdapterParameters: @unchecked Sendable {
  /// One matrix's factors.
  struct Pair {
    let place: AdapterPlace
    let rank: Int
    /// `rank` filled up.
    let stride: Int
    let rows, columns: Int
    let scale: Float
    /// Aᵀ, [columns][stride], and B, [rows][stride].
    let down, up: UnsafeMutablePointer<Float>
    let downGradient, upGradient: UnsafeMutablePointer<Float>
    /// A as [stride][columns], s·B as [rows][stride] and [stride][rows]; of the latest parameters.
    let downTransposed, upScaled, upTransposed: UnsafeMutablePointer<Float>
  }

  package let settings: AdapterSettings
  let pairs: [AdapterPlace: Pair]
  /// In the order in which their parameters lie.
  let ordered: [Pair]
  let vector: TrainableVector
  private let arena: Arena

  /// A uniform within ±1/√columns, as Kaiming's initialisation with a = √5 draws it; B zero.
  package init(_ settings: AdapterSettings, shape: ModelConfiguration, seed: UInt64) {
    self.settings = settings
    let places = (0..<shape.layers).flatMap { layer in
      AdapterModule.allCases.filter(settings.modules.contains).map {
        AdapterPlace(layer: layer, module: $0)
      }
    }
    func stride(_ place: AdapterPlace) -> Int { (settings.rank(of: place.module) + 15) / 16 * 16 }
    let count = places.reduce(0) { sum, place in
      let (rows, columns) = place.module.size(in: shape)
      return sum + (rows + columns) * stride(place)
    }
    let arena = Arena()
    let vector = TrainableVector(count: count)
    var offset = 0
    func take(_ count: Int) -> (UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>) {
      defer { offset += count }
      return (vector.values + offset, vector.gradient + offset)
    }
    let ordered = places.map { place in
      let (rows, columns) = place.module.size(in: shape)
      let stride = stride(place)
      let (down, downGradient) = take(columns * stride)
      let (up, upGradient) = take(rows * stride)
      return Pair(
        place: place, rank: settings.rank(of: place.module), stride: stride, rows: rows,
        columns: columns, scale: settings.scale(of: place.module), down: down, up: up,
        downGradient: downGradient, upGradient: upGradient,
        downTransposed: arena.allocate(Float.self, count: columns * stride),
        upScaled: arena.allocate(Float.self, count: rows * stride),
        upTransposed: arena.allocate(Float.self, count: rows * stride))
    }
    self.ordered = ordered
    self.vector = vector
    self.arena = arena
    pairs = Dictionary(uniqueKeysWithValues: ordered.map { ($0.place, $0) })
    var random = TrainingRandom(seed: seed)
    for pair in ordered {
      let bound = 1 / Float(pair.columns).squareRoot()
      // In the order of A, so that the padding of the rank draws nothing.
      for index in 0..<pair.rank {
        for column in 0..<pair.columns {
          pair.down[column * pair.stride + index] = (2 * random.uniform() - 1) * bound
        }
      }
    }
    refresh()
  }

  /// Brings the copies in other orders up to date, after parameters have changed.
  package func refresh() {
    for pair in ordered {
      pk_transpose_scaled(pair.down, pair.columns, pair.stride, 1, pair.downTransposed)
      pk_transpose_scaled(pair.up, pair.rows, pair.stride, pair.scale, pair.upTransposed)
      pair.upScaled.update(from: pair.up, count: pair.rows * pair.stride)
      pk_scale(pair.upScaled, pair.scale, pair.rows * pair.stride)
    }
  }

  /// Gradients of B lack their scale while they are summed up.
  package func finishGradients() {
    for pair in ordered { pk_scale(pair.upGradient, pair.scale, pair.rows * pair.stride) }
  }

  package func clearGradients() { vector.clearGradient() }

  package var byteCount: Int { arena.byteCount + vector.byteCount }

  /// A as [rank][columns] and B as [rows][rank], without padding.
  package func factors(of place: AdapterPlace) -> (a: [Float], b: [Float])? {
    guard let pair = pairs[place] else { return nil }
    return (
      Self.rows(pair.downTransposed, pair.rank, pair.columns, stride: pair.columns),
      Self.rows(pair.up, pair.rows, pair.rank, stride: pair.stride)
    )
  }

  /// Gradients in the same form.
  package func gradients(of place: AdapterPlace) -> (a: [Float], b: [Float])? {
    guard let pair = pairs[place] else { return nil }
    let a = (0..<pair.rank).flatMap { index in
      (0..<pair.columns).map { pair.downGradient[$0 * pair.stride + index] }
    }
    return (a, Self.rows(pair.upGradient, pair.rows, pair.rank, stride: pair.stride))
  }

  /// Takes values in the form of ``factors(of:)``.
  package func set(_ place: AdapterPlace, a: [Float], b: [Float]) {
    guard let pair = pairs[place] else { return }
    precondition(a.count == pair.rank * pair.columns && b.count == pair.rows * pair.rank)
    for index in 0..<pair.rank {
      for column in 0..<pair.columns {
        pair.down[column * pair.stride + index] = a[index * pair.columns + column]
      }
      for row in 0..<pair.rows {
        pair.up[row * pair.stride + index] = b[row * pair.rank + index]
      }
    }
  }

  private static func rows(
    _ values: UnsafeMutablePointer<Float>, _ rows: Int, _ columns: Int, stride: Int
  ) -> [Float] {
    (0..<rows).flatMap { row in
      UnsafeBufferPointer(start: values + row * stride, count: columns)
    }
  }
}
