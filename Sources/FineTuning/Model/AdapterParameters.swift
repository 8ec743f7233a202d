import CKernels
import Kernels
package import LanguageModel
import ModelFormats

/// The matrices of a LoRA adapter while it is trained, with their gradients and the optimiser's
/// moments.
///
/// Both factors of a matrix lie as [rank][dimension], the rank filled up to a multiple of 16 with
/// zeros, which stay zero: y = W·x + s·B·(A·x).
///
/// `@unchecked`: passes read, the optimiser writes, one after the other.
package final class AdapterParameters: TrainedParameters, @unchecked Sendable {
  /// One matrix's factors.
  package struct Pair {
    let place: AdapterPlace
    let rank: Int
    /// `rank` filled up.
    let stride: Int
    let rows, columns: Int
    let scale: Float
    /// A, [stride][columns], and Bᵀ, [stride][rows].
    let down, up: UnsafeMutablePointer<Float>
    let downGradient, upGradient: UnsafeMutablePointer<Float>
    /// Aᵀ as [columns][stride], s·B as [rows][stride] and s·Bᵀ; of the latest parameters.
    let downTransposed, upTransposed, upScaled: UnsafeMutablePointer<Float>
  }

  package let settings: AdapterSettings
  /// The adapter that its values were taken from; nil for none.
  package private(set) var start: String?
  private let shape: ModelConfiguration
  package let pairs: [AdapterPlace: Pair]
  /// In the order in which their parameters lie.
  let ordered: [Pair]
  package let vector: TrainableVector
  private let arena: Arena

  /// A uniform within ±1/√columns, as Kaiming's initialisation with a = √5 draws it; B zero.
  package init(_ settings: AdapterSettings, shape: ModelConfiguration, seed: UInt64) {
    self.settings = settings
    self.shape = shape
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
        upTransposed: arena.allocate(Float.self, count: rows * stride),
        upScaled: arena.allocate(Float.self, count: rows * stride))
    }
    self.ordered = ordered
    self.vector = vector
    self.arena = arena
    pairs = Dictionary(uniqueKeysWithValues: ordered.map { ($0.place, $0) })
    var random = TrainingRandom(seed: seed)
    for pair in ordered {
      let bound = 1 / Float(pair.columns).squareRoot()
      // The padding of the rank draws nothing.
      for index in 0..<pair.rank * pair.columns {
        pair.down[index] = (2 * random.uniform() - 1) * bound
      }
    }
    refresh()
  }

  /// Takes over an adapter's values, to go on from there. What it leaves out stays as it was drawn,
  /// and adds nothing yet.
  ///
  /// - Throws: ``TrainingError/badSettings(_:)`` where there is no room for it, `LanguageModelError`.
  package func begin(with adapter: AdapterParts) throws {
    for update in try adapter.updates(for: shape) {
      let matrices = update.matrices
      guard let pair = pairs[update.place], pair.rank >= matrices.rank else {
        throw TrainingError.badSettings(
          "The adapter to go on from changes \(update.place) by a matrix of rank \(matrices.rank), which "
            + "this training would not: give that --rank, or --start none.")
      }
      pair.down.update(from: matrices.a, count: matrices.a.count)
      let scale = matrices.scale / pair.scale
      for index in 0..<matrices.rank {
        for row in 0..<pair.rows {
          pair.up[index * pair.rows + row] = matrices.b[row * matrices.rank + index] * scale
        }
      }
    }
    start = adapter.identity
    refresh()
  }

  package var reference: (any TrainedParameters)? {
    guard start != nil else { return nil }
    let copy = AdapterParameters(settings, shape: shape, seed: 0)
    copy.vector.values.update(from: vector.values, count: vector.count)
    copy.refresh()
    return copy
  }

  /// Brings the copies in other orders up to date, after parameters have changed.
  package func refresh() {
    for pair in ordered {
      pk_transpose_scaled(pair.down, pair.stride, pair.columns, 1, pair.downTransposed)
      pk_transpose_scaled(pair.up, pair.stride, pair.rows, pair.scale, pair.upTransposed)
      pair.upScaled.update(from: pair.up, count: pair.rows * pair.stride)
      pk_scale(pair.upScaled, pair.scale, pair.rows * pair.stride)
    }
  }

  /// Gradients of B lack their scale while they are summed up.
  package func finishGradients() {
    for pair in ordered { pk_scale(pair.upGradient, pair.scale, pair.rows * pair.stride) }
  }

  package func model(over base: FrozenModel) -> FrozenModel { base }

  package func gradient(of values: UnsafeRawPointer) -> UnsafeMutablePointer<Float>? { nil }

  package var summary: String {
    let modules = settings.modules.map(\.ggufName).joined(separator: ",")
    let ranks = settings.moduleRanks.map { "\($0.key.ggufName)=\($0.value)" }.sorted()
    return "\(settings.rank) \(settings.alpha) \(settings.isRankStabilised) \(modules) \(ranks) "
      + (start ?? "")
  }

  package var byteCount: Int { arena.byteCount + vector.byteCount }

  /// A as [rank][columns] and B as [rows][rank], without padding.
  package func factors(of place: AdapterPlace) -> (a: [Float], b: [Float])? {
    pairs[place].map { Self.plain($0, $0.down, $0.up) }
  }

  /// Gradients in the same form.
  package func gradients(of place: AdapterPlace) -> (a: [Float], b: [Float])? {
    pairs[place].map { Self.plain($0, $0.downGradient, $0.upGradient) }
  }

  /// Takes values in the form of ``factors(of:)``.
  package func set(_ place: AdapterPlace, a: [Float], b: [Float]) {
    guard let pair = pairs[place] else { return }
    precondition(a.count == pair.rank * pair.columns && b.count == pair.rows * pair.rank)
    pair.down.update(from: a, count: a.count)
    for index in 0..<pair.rank {
      for row in 0..<pair.rows { pair.up[index * pair.rows + row] = b[row * pair.rank + index] }
    }
  }

  private static func plain(
    _ pair: Pair, _ down: UnsafeMutablePointer<Float>, _ up: UnsafeMutablePointer<Float>
  ) -> (a: [Float], b: [Float]) {
    let a = [Float](UnsafeBufferPointer(start: down, count: pair.rank * pair.columns))
    let b = (0..<pair.rows).flatMap { row in
      (0..<pair.rank).map { up[$0 * pair.rows + row] }
    }
    return (a, b)
  }
}
