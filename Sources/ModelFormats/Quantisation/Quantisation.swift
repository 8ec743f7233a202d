internal import CKernels

/// Converts float32 values to block-quantised types.
///
/// Q8_0, Q4_0 and Q4_1 give the same bits as the `gguf` package, unless a block's scale is so small
/// that its inverse overflows. Q4_K and Q6_K search for the scales with the least squared error.
public enum Quantisation {
  /// The types that values can be quantised to.
  public static let types: [TensorType] = [.q8_0, .q4_0, .q4_1, .q4_K, .q6_K]

  /// The largest value that the float16 scales can hold; larger values cannot be quantised.
  public static let largestMagnitude: Float = 65504

  /// - Parameters:
  ///   - source: `count` values, finite and no larger than `largestMagnitude`.
  ///   - count: a multiple of `type.blockElements`.
  ///   - type: one of `types`.
  ///   - output: room for `type.byteCount(count)` bytes.
  public static func quantise(
    _ source: UnsafePointer<Float>, count: Int, as type: TensorType,
    into output: UnsafeMutableRawPointer
  ) {
    precondition(count >= 0 && count.isMultiple(of: type.blockElements))
    let blocks = count / type.blockElements
    switch type {
    case .q8_0: pk_quantise_q8_0(source, output, blocks)
    case .q4_0: pk_quantise_q4_0(source, output, blocks)
    case .q4_1: pk_quantise_q4_1(source, output, blocks)
    case .q4_K: pk_quantise_q4_k(source, output, blocks)
    case .q6_K: pk_quantise_q6_k(source, output, blocks)
    default: preconditionFailure("\(type.name) is not among Quantisation.types")
    }
  }

  /// Whether all values are numbers that the types can hold.
  static func canQuantise(_ values: UnsafeBufferPointer<Float>) -> Bool {
    guard let start = values.baseAddress else { return true }
    return pk_largest_magnitude(start, values.count) <= largestMagnitude
  }
}
