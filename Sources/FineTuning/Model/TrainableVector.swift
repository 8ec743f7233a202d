import LanguageModel

/// All that is trained, one value behind the other, with gradients and AdamW's two moments.
///
/// `@unchecked`: see ``AdapterParameters``.
package final class TrainableVector: @unchecked Sendable {
  /// A multiple of 16.
  package let count: Int
  /// The first values, which weight decay pulls to zero: matrices, not norms and biases.
  let decayed: Int
  package let values: UnsafeMutablePointer<Float>
  let gradient, mean, variance: UnsafeMutablePointer<Float>
  private let arena = Arena()

  /// - Parameters:
  ///   - count: Values that do not decay.
  ///   - decayed: Values before them that do; filled up to whole parts of the optimiser's.
  convenience init(count: Int, decayed: Int) {
    let decayed = (decayed + AdamW.chunk - 1) / AdamW.chunk * AdamW.chunk
    self.init(all: decayed + count, decayed: decayed)
  }

  /// All values decay.
  convenience init(count: Int) { self.init(all: count, decayed: count) }

  private init(all: Int, decayed: Int) {
    count = (all + 15) / 16 * 16
    self.decayed = decayed
    values = arena.allocate(Float.self, count: count)
    gradient = arena.allocate(Float.self, count: count)
    mean = arena.allocate(Float.self, count: count)
    variance = arena.allocate(Float.self, count: count)
  }

  package var byteCount: Int { arena.byteCount }

  func clearGradient() { gradient.update(repeating: 0, count: count) }
}
