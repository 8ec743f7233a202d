import CKernels
import LanguageModel

/// All that is trained, one value behind the other, with gradients and AdamW's two moments.
///
/// `@unchecked`: see ``AdapterParameters``.
final class TrainableVector: @unchecked Sendable {
  /// A multiple of 16.
  let count: Int
  let values, gradient, mean, variance: UnsafeMutablePointer<Float>
  private let arena = Arena()

  init(count: Int) {
    let count = (count + 15) / 16 * 16
    self.count = count
    values = arena.allocate(Float.self, count: count)
    gradient = arena.allocate(Float.self, count: count)
    mean = arena.allocate(Float.self, count: count)
    variance = arena.allocate(Float.self, count: count)
  }

  var byteCount: Int { arena.byteCount }

  func clearGradient() { gradient.update(repeating: 0, count: count) }
}
