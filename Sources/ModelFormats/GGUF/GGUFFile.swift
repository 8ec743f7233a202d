public import Foundation

/// A GGUF file of version 2 or 3, little-endian, mapped into memory.
///
/// Every count, length and offset has been checked when the initialiser returns: each tensor lies
/// inside the file, aligned, apart from every other, and its rows are whole blocks.
/// Source: the GGUF specification, https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
public final class GGUFFile: Sendable {
  /// The mapping; what it holds is valid as long as this object.
  public let file: MappedFile
  /// 2 or 3.
  public let version: Int
  /// What the offsets of tensors are multiples of, in bytes.
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
    precondition(tensor.range.upperBound <= file.bytes.count, "the tensor is of another file")
    return UnsafeRawBufferPointer(rebasing: file.bytes[tensor.range])
  }

  /// Where the values of the first tensor begin; what is before is header, metadata and the
  /// tensors' names, shapes and places. The file's size without tensors.
  public var dataStart: Int { tensors.map(\.range.lowerBound).min() ?? file.bytes.count }

  /// Gives back the memory of the file's pages, after the weights have been copied elsewhere.
  public func dropResidentPages() { file.dropResidentPages() }
}
