public import Foundation

/// A GGUF file of version 2 or 3, little-endian, mapped into memory; a split one with all its parts.
///
/// Every count, length and offset has been checked when the initialiser returns: each tensor lies
/// inside the file, aligned, without overlapping another, and its rows are whole blocks. Source:
/// the GGUF specification, https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
public final class GGUFFile: Sendable {
  /// The mapping; its bytes are valid as long as this object.
  ///
  /// Of a split model, the first part, which has the metadata.
  public let file: MappedFile
  /// The mappings of all parts, the first one included.
  private let parts: [MappedFile]
  /// 2 or 3.
  public let version: Int
  /// The offsets of tensors are multiples of this many bytes.
  public let alignment: Int
  public let metadata: GGUFMetadata
  /// All tensors in the order of the file.
  public let tensors: [TensorInfo]
  private let indices: [String: Int]

  /// Maps and checks the file at `url`. Of a split model, `url` is any part, and the others are
  /// beside it: `NAME-00001-of-00003.gguf` and so on.
  ///
  /// - Throws: `unreadable`, `damaged`, `unsupportedFormat` or `unsupportedType`, each with the
  ///   path, what is wrong and what to do.
  public convenience init(contentsOf url: URL) throws(ModelFormatError) {
    try self.init(MappedFile(contentsOf: url), at: url)
  }

  package convenience init(_ file: MappedFile) throws(ModelFormatError) {
    try self.init(file, at: nil)
  }

  private init(_ file: MappedFile, at url: URL?) throws(ModelFormatError) {
    var outline = try Outline(file)
    var files = [file]
    if outline.partCount > 1 {
      let split = try Self.splitName(of: url, outline)
      if outline.part != 0 {
        let first = Self.sibling(of: url, split.name(of: 1))
        files = [try MappedFile(contentsOf: first)]
        outline = try Outline(files[0])
      }
      try outline.checkPart(0, of: split.count)
      for number in 2...split.count {
        let next = try MappedFile(contentsOf: Self.sibling(of: url, split.name(of: number)))
        try outline.append(Outline(next), number: number - 1, of: split.count)
        files.append(next)
      }
      try outline.checkTensorCount()
    }
    self.file = files[0]
    parts = files
    version = outline.version
    alignment = outline.alignment
    metadata = outline.metadata
    tensors = outline.tensors
    indices = outline.indices
  }

  private static func splitName(
    of url: URL?, _ outline: Outline
  ) throws(ModelFormatError) -> SplitName {
    guard let url else {
      throw .unsupportedFormat(
        path: outline.path, found: "one of \(outline.partCount) parts of a split model")
    }
    guard let name = SplitName(url.lastPathComponent), name.count == outline.partCount else {
      throw .damaged(
        path: outline.path,
        reason: "it is one of \(outline.partCount) parts of a split model, but not named so, as in "
          + "NAME-00001-of-0000\(outline.partCount).gguf")
    }
    return name
  }

  private static func sibling(of url: URL?, _ name: String) -> URL {
    (url ?? URL(filePath: ".")).deletingLastPathComponent().appending(path: name)
  }

  public func tensor(named name: String) -> TensorInfo? { indices[name].map { tensors[$0] } }

  /// The stored values of one of this file's tensors; valid as long as this object.
  public func bytes(of tensor: TensorInfo) -> UnsafeRawBufferPointer {
    precondition(
      tensor.part < parts.count && tensor.range.upperBound <= parts[tensor.part].bytes.count,
      "the tensor belongs to another file")
    return UnsafeRawBufferPointer(rebasing: parts[tensor.part].bytes[tensor.range])
  }

  /// The offset of the first tensor's values; before it are the header, the metadata and the
  /// tensors' names, shapes and offsets. In a first part without tensors, its size.
  public var dataStart: Int {
    tensors.filter { $0.part == 0 }.map(\.range.lowerBound).min() ?? file.bytes.count
  }

  /// Releases the memory of the file's pages after the weights have been copied elsewhere.
  public func dropResidentPages() {
    for part in parts { part.dropResidentPages() }
  }
}
