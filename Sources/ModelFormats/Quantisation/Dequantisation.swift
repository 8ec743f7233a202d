internal import CKernels

/// Converts stored values back to float32, with the arithmetic of the formats' definitions: the
/// result has the same bits as that of the `gguf` package.
public enum Dequantisation {
  /// - Parameters:
  ///   - source: `type.byteCount(count)` bytes; no alignment is required.
  ///   - count: a multiple of `type.blockElements`.
  ///   - output: room for `count` floats.
  public static func dequantise(
    _ type: TensorType, _ source: UnsafeRawPointer, count: Int,
    into output: UnsafeMutablePointer<Float>
  ) {
    precondition(count >= 0 && count.isMultiple(of: type.blockElements))
    let blocks = count / type.blockElements
    switch type {
    case .f32:
      UnsafeMutableRawPointer(output).copyMemory(
        from: source, byteCount: count * MemoryLayout<Float>.size)
    case .f16: pk_dequantise_f16(source, output, blocks)
    case .bf16: pk_dequantise_bf16(source, output, blocks)
    case .q4_0: pk_dequantise_q4_0(source, output, blocks)
    case .q4_1: pk_dequantise_q4_1(source, output, blocks)
    case .q5_0: pk_dequantise_q5_0(source, output, blocks)
    case .q5_1: pk_dequantise_q5_1(source, output, blocks)
    case .q8_0: pk_dequantise_q8_0(source, output, blocks)
    case .q2_K: pk_dequantise_q2_k(source, output, blocks)
    case .q3_K: pk_dequantise_q3_k(source, output, blocks)
    case .q4_K: pk_dequantise_q4_k(source, output, blocks)
    case .q5_K: pk_dequantise_q5_k(source, output, blocks)
    case .q6_K: pk_dequantise_q6_k(source, output, blocks)
    case .iq4_nl: pk_dequantise_iq4_nl(source, output, blocks)
    case .iq4_xs: pk_dequantise_iq4_xs(source, output, blocks)
    }
  }
}

extension GGUFFile {
  /// All values of one of this file's tensors in float32, row by row.
  public func floats(of tensor: TensorInfo) -> [Float] {
    let source = bytes(of: tensor)
    return [Float](unsafeUninitializedCapacity: tensor.elementCount) { buffer, count in
      guard let from = source.baseAddress, let into = buffer.baseAddress else { return }
      Dequantisation.dequantise(tensor.type, from, count: tensor.elementCount, into: into)
      count = tensor.elementCount
    }
  }
}
