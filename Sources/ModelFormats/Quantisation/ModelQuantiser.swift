internal import Dispatch
public import Foundation

/// Rewrites a model with its matrices quantised, or with an adapter's updates merged into them. It
/// works piece by piece, so the memory it needs does not grow with the model.
///
/// Matrices get the requested type; norms, biases, expert routers and position tables stay as they
/// are. Token embeddings and the output matrix are kept at Q8_0 or finer unless `isPure`, because
/// answers suffer most from them. So are matrices whose rows are not a multiple of 256 values, if
/// the type requires that.
public struct ModelQuantiser {
  /// What happens to a tensor.
  public struct Step: Sendable {
    public let tensor: TensorInfo
    public let type: TensorType
    public let reason: Reason
  }

  public enum Reason: Sendable {
    /// It gets the requested type.
    case asked
    /// It is an embedding or output matrix, kept at Q8_0.
    case embedding
    /// Its rows are not whole blocks of the requested type.
    case rowSize
    /// It is not a matrix that takes part in products: it is copied.
    case copied
  }

  private let source: GGUFFile
  /// Nil if only the changed matrices get another type.
  private let target: TensorType?
  private let updates: [String: LowRankUpdate]
  /// In the order of the file.
  public let steps: [Step]

  /// - Parameters:
  ///   - type: one of `Quantisation.types`.
  ///   - isPure: whether embedding and output matrices get the type too.
  ///   - requantises: whether tensors that are already quantised may be quantised again.
  /// - Throws: `alreadyQuantised`.
  public init(
    _ source: GGUFFile, to type: TensorType, isPure: Bool = false, requantises: Bool = false
  ) throws(ModelWritingError) {
    precondition(Quantisation.types.contains(type))
    self.source = source
    target = type
    updates = [:]
    steps = source.tensors.map { Self.step($0, type, isPure: isPure) }
    for step in steps where step.reason != .copied && step.type != step.tensor.type {
      guard requantises || step.tensor.type.blockElements == 1 else {
        throw .alreadyQuantised(
          path: source.file.path, tensor: step.tensor.name, type: step.tensor.type.name)
      }
    }
  }

  /// Adds updates to matrices, by name. These become `type`, because the sums no longer fit the old
  /// blocks; the other tensors are copied.
  ///
  /// - Parameters:
  ///   - updates: each has the shape of its matrix.
  ///   - type: one of `Quantisation.types`.
  public init(_ source: GGUFFile, adding updates: [String: LowRankUpdate], as type: TensorType) {
    precondition(Quantisation.types.contains(type))
    self.source = source
    target = nil
    self.updates = updates
    steps = source.tensors.map { tensor in
      guard updates[tensor.name] != nil else {
        return Step(tensor: tensor, type: tensor.type, reason: .copied)
      }
      let fits = tensor.rowElements.isMultiple(of: type.blockElements)
      let isSmall = tensor.rowElements.isMultiple(of: TensorType.q8_0.blockElements)
      return Step(
        tensor: tensor, type: fits ? type : isSmall ? .q8_0 : .f32, reason: fits ? .asked : .rowSize
      )
    }
  }

  /// Writes the new file; it appears once it is complete.
  ///
  /// - Parameter progress: called after each tensor with the number of finished tensors.
  /// - Throws: `unwritable`, `unquantisable`.
  public func write(
    to url: URL, progress: (Int) -> Void = { _ in }
  ) throws(ModelWritingError) {
    let writer = try GGUFWriter(
      to: url, metadata: metadata(),
      tensors: steps.map { .init(name: $0.tensor.name, shape: $0.tensor.shape, type: $0.type) },
      alignment: source.alignment)
    for (index, step) in steps.enumerated() {
      if step.type == step.tensor.type, updates[step.tensor.name] == nil {
        try writer.write(source.bytes(of: step.tensor))
      } else {
        try quantise(step, writer)
      }
      source.dropResidentPages()
      progress(index + 1)
    }
    try writer.finish()
  }

  // MARK: Which tensors

  private static let embeddings: Set = ["token_embd.weight", "output.weight"]
  private static let copied = ["ffn_gate_inp.weight", "position_embd.weight", "token_types.weight"]

  private static func step(_ tensor: TensorInfo, _ type: TensorType, isPure: Bool) -> Step {
    let isMatrix =
      tensor.shape.count > 1 && tensor.name.hasSuffix(".weight")
      && !tensor.name.hasSuffix("norm.weight")
      && !copied.contains { tensor.name.hasSuffix($0) }
    guard isMatrix, tensor.rowElements.isMultiple(of: TensorType.q8_0.blockElements) else {
      return Step(tensor: tensor, type: tensor.type, reason: .copied)
    }
    if !isPure, embeddings.contains(tensor.name), type != .q8_0 {
      return Step(tensor: tensor, type: .q8_0, reason: .embedding)
    }
    guard tensor.rowElements.isMultiple(of: type.blockElements) else {
      return Step(tensor: tensor, type: .q8_0, reason: .rowSize)
    }
    return Step(tensor: tensor, type: type, reason: .asked)
  }

  // MARK: Metadata

  private func metadata() -> [(key: String, value: GGUFValue)] {
    var changes: [(key: String, value: GGUFValue)] = [("general.quantization_version", .uint32(2))]
    if let target { changes.append(("general.file_type", .uint32(Self.fileType(target)))) }
    return source.metadata.ofOneFile(with: changes)
  }

  /// GGUF's name for the mixture of types. Source: the enumeration in its specification.
  private static func fileType(_ target: TensorType) -> UInt32 {
    switch target {
    case .q4_0: 2
    case .q4_1: 3
    case .q8_0: 7
    case .q4_K: 14
    case .q6_K: 18
    default: preconditionFailure("\(target.name) is not among Quantisation.types")
    }
  }

  // MARK: Values

  /// How many values are quantised at once: 16 MB of floats, split among the processors.
  private static let pieceElements = 1 << 16
  private static let pieces = 64

  private func quantise(_ step: Step, _ writer: GGUFWriter) throws(ModelWritingError) {
    let rows = max(1, Self.pieceElements * Self.pieces / step.tensor.rowElements)
    let chunk = min(rows * step.tensor.rowElements, step.tensor.elementCount)
    let floats = UnsafeMutableBufferPointer<Float>.allocate(capacity: chunk)
    let blocks = UnsafeMutableRawBufferPointer.allocate(
      byteCount: step.type.byteCount(chunk), alignment: 16)
    defer {
      floats.deallocate()
      blocks.deallocate()
    }
    for start in stride(from: 0, to: step.tensor.elementCount, by: chunk) {
      let count = min(chunk, step.tensor.elementCount - start)
      guard quantise(step, start, UnsafeMutableBufferPointer(rebasing: floats[..<count]), blocks)
      else { throw .unquantisable(path: source.file.path, tensor: step.tensor.name) }
      try writer.write(UnsafeRawBufferPointer(rebasing: blocks[..<step.type.byteCount(count)]))
    }
  }

  /// Quantises the values that fill `floats`, beginning at `start`; false if some cannot be
  /// quantised.
  private func quantise(
    _ step: Step, _ start: Int, _ floats: UnsafeMutableBufferPointer<Float>,
    _ blocks: UnsafeMutableRawBufferPointer
  ) -> Bool {
    let bytes = source.bytes(of: step.tensor)
    guard let from = bytes.baseAddress, let values = floats.baseAddress,
      let into = blocks.baseAddress
    else { return true }
    Dequantisation.dequantise(
      step.tensor.type, from + step.tensor.type.byteCount(start), count: floats.count, into: values)
    if let update = updates[step.tensor.name] {
      add(update, to: floats, fromRow: start / update.columns)
    }
    guard step.type != .f32 else {
      UnsafeMutableRawPointer(into).copyMemory(
        from: values, byteCount: step.type.byteCount(floats.count))
      return true
    }
    guard Quantisation.canQuantise(UnsafeBufferPointer(floats)) else { return false }
    // Pieces do not overlap in either buffer.
    nonisolated(unsafe) let (input, output) = (values, into)
    let count = floats.count
    let pieces = (count + Self.pieceElements - 1) / Self.pieceElements
    DispatchQueue.concurrentPerform(iterations: pieces) { piece in
      let first = piece * Self.pieceElements
      Quantisation.quantise(
        input + first, count: min(Self.pieceElements, count - first), as: step.type,
        into: output + step.type.byteCount(first))
    }
    return true
  }

  private func add(
    _ update: LowRankUpdate, to floats: UnsafeMutableBufferPointer<Float>, fromRow first: Int
  ) {
    guard let start = floats.baseAddress else { return }
    // Rows do not overlap.
    nonisolated(unsafe) let values = start
    DispatchQueue.concurrentPerform(iterations: floats.count / update.columns) { row in
      update.add(row: first + row, to: values + row * update.columns)
    }
  }
}
