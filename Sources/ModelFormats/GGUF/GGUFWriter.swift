public import Foundation

/// Writes a GGUF file of version 3 from front to back: the header at once, then the values of each
/// tensor in the order declared, in pieces of any size. The file appears once it is complete.
public final class GGUFWriter {
  /// What the file declares about a tensor before its values.
  public struct Tensor: Sendable {
    public let name: String
    /// Innermost first, at most four sizes; a row is a whole number of the type's blocks.
    public let shape: [Int]
    public let type: TensorType

    public init(name: String, shape: [Int], type: TensorType) {
      precondition(shape.count <= 4 && shape.allSatisfy { $0 > 0 })
      precondition((shape.first ?? 1).isMultiple(of: type.blockElements))
      self.name = name
      self.shape = shape
      self.type = type
    }

    public var byteCount: Int { type.byteCount(shape.reduce(1, *)) }
  }

  private let file: PartialFile
  private let alignment: Int
  private var tensors: ArraySlice<Tensor>
  /// The bytes still missing from the first of `tensors`.
  private var missingBytes = 0

  /// - Parameters:
  ///   - metadata: keys have to be different; `general.alignment` is taken from `alignment`.
  ///   - tensors: names have to be different.
  ///   - alignment: a power of two, at least 8.
  /// - Throws: `unwritable`.
  public init(
    to url: URL, metadata: [(key: String, value: GGUFValue)], tensors: [Tensor],
    alignment: Int = 32
  ) throws(ModelWritingError) {
    precondition(alignment >= 8 && alignment.nonzeroBitCount == 1)
    precondition(Set(tensors.map(\.name)).count == tensors.count)
    precondition(Set(metadata.map(\.key)).count == metadata.count)
    file = try PartialFile(for: url)
    self.alignment = alignment
    self.tensors = tensors[...]
    var metadata = metadata.filter { $0.key != "general.alignment" }
    if alignment != 32 { metadata.append(("general.alignment", .uint32(UInt32(alignment)))) }
    var header = Self.header(metadata, tensors, alignment: alignment)
    header += Self.padding(after: header.count, alignment)
    try write(header)
    missingBytes = tensors.first?.byteCount ?? 0
  }

  /// Writes the next bytes of the current tensor; no piece may reach into the next one.
  public func write(_ bytes: UnsafeRawBufferPointer) throws(ModelWritingError) {
    precondition(bytes.count <= missingBytes, "more bytes than the tensor has")
    try file.write(bytes)
    missingBytes -= bytes.count
    guard missingBytes == 0, let tensor = tensors.popFirst() else { return }
    try write(Self.padding(after: tensor.byteCount, alignment))
    missingBytes = tensors.first?.byteCount ?? 0
  }

  /// Moves the file into place. All values must have been written.
  public func finish() throws(ModelWritingError) {
    precondition(tensors.isEmpty, "the values of \(tensors.first?.name ?? "") are missing")
    try file.finish()
  }

  private func write(_ bytes: [UInt8]) throws(ModelWritingError) {
    try bytes.withUnsafeBufferPointer { bytes throws(ModelWritingError) in
      try file.write(UnsafeRawBufferPointer(bytes))
    }
  }

  private static func header(
    _ metadata: [(key: String, value: GGUFValue)], _ tensors: [Tensor], alignment: Int
  ) -> [UInt8] {
    var bytes = Array("GGUF".utf8) + UInt32(3).stored
    bytes += UInt64(tensors.count).stored + UInt64(metadata.count).stored
    for (key, value) in metadata {
      bytes += GGUFValue.stored(key.utf8) + value.type.rawValue.stored
      bytes += value.bytes
    }
    var offset = 0
    for tensor in tensors {
      bytes += GGUFValue.stored(tensor.name.utf8) + UInt32(tensor.shape.count).stored
      for size in tensor.shape { bytes += UInt64(size).stored }
      bytes += tensor.type.rawValue.stored + UInt64(offset).stored
      offset += tensor.byteCount + padding(after: tensor.byteCount, alignment).count
    }
    return bytes
  }

  private static func padding(after count: Int, _ alignment: Int) -> [UInt8] {
    [UInt8](repeating: 0, count: (alignment - count % alignment) % alignment)
  }
}
