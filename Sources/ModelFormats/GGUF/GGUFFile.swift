public import Foundation

/// A GGUF file of version 2 or 3, little-endian, mapped into memory.
///
/// Every count, length and offset has been checked when the initialiser returns: each tensor lies
/// inside the file, aligned, without overlapping another, and its rows are whole blocks. Source:
/// the GGUF specification, https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
public final class GGUFFile: Sendable {
  /// The mapping; its bytes are valid as long as this object.
  public let file: MappedFile
  /// 2 or 3.
  public let version: Int
  /// The offsets of tensors are multiples of this many bytes.
  public let alignment: Int
  public let metadata: GGUFMetadata
  /// All tensors in the order of the file.
  public let tensors: [TensorInfo]
  private let indices: [String: Int]

  /// Maps and checks the file at `url`.
  ///
  /// - Throws: `unreadable`, `damaged`, `unsupportedFormat` or `unsupportedType`, each with the
  ///   path, what is wrong and what to do.
  public convenience init(contentsOf url: URL) throws(ModelFormatError) {
    try self.init(MappedFile(contentsOf: url))
  }

  package init(_ file: MappedFile) throws(ModelFormatError) {
    self.file = file
    var parser = GGUFParser(file)
    let header = try parser.header()
    version = header.version
    metadata = try parser.metadata(count: header.metadataCount)
    if let parts = metadata.int("split.count"), parts > 1 {
      throw .unsupportedFormat(path: file.path, found: "one of \(parts) parts of a split model")
    }
    alignment = try parser.alignment(metadata)
    (tensors, indices) = try parser.tensors(count: header.tensorCount, alignment: alignment)
  }

  public func tensor(named name: String) -> TensorInfo? { indices[name].map { tensors[$0] } }

  /// The stored values of one of this file's tensors; valid as long as this object.
  public func bytes(of tensor: TensorInfo) -> UnsafeRawBufferPointer {
    precondition(tensor.range.upperBound <= file.bytes.count, "the tensor belongs to another file")
    return UnsafeRawBufferPointer(rebasing: file.bytes[tensor.range])
  }

  /// The offset of the first tensor's values; before it are the header, the metadata and the
  /// tensors' names, shapes and offsets. In a file without tensors, its size.
  public var dataStart: Int { tensors.map(\.range.lowerBound).min() ?? file.bytes.count }

  /// Releases the memory of the file's pages after the weights have been copied elsewhere.
  public func dropResidentPages() { file.dropResidentPages() }
}
