extension GGUFFile {
  /// What stands in a file before the tensors' values; further parts of a split model are appended.
  ///
  /// Source: `llama-gguf-split`: `split.no` counts from 0, and the first part has all metadata.
  struct Outline {
    let path: String
    let version: Int
    let alignment: Int
    let metadata: GGUFMetadata
    private(set) var tensors: [TensorInfo]
    private(set) var indices: [String: Int]

    init(_ file: MappedFile) throws(ModelFormatError) {
      path = file.path
      var parser = GGUFParser(file)
      let header = try parser.header()
      version = header.version
      metadata = try parser.metadata(count: header.metadataCount)
      alignment = try parser.alignment(metadata)
      (tensors, indices) = try parser.tensors(count: header.tensorCount, alignment: alignment)
    }

    /// 1 for a file that is not split.
    var partCount: Int { max(1, metadata.int("split.count") ?? 1) }
    /// From 0.
    var part: Int { metadata.int("split.no") ?? 0 }

    func checkPart(_ number: Int, of count: Int) throws(ModelFormatError) {
      guard part == number, partCount == count else {
        throw .damaged(
          path: path,
          reason: "it says that it is part \(part + 1) of \(partCount), and its name says part "
            + "\(number + 1) of \(count)")
      }
    }

    mutating func append(
      _ next: Outline, number: Int, of count: Int
    ) throws(ModelFormatError) {
      try next.checkPart(number, of: count)
      for var tensor in next.tensors {
        tensor.part = number
        guard indices.updateValue(tensors.count, forKey: tensor.name) == nil else {
          throw .damaged(path: next.path, reason: "an earlier part has \(tensor.name) too")
        }
        tensors.append(tensor)
      }
    }

    func checkTensorCount() throws(ModelFormatError) {
      guard let count = metadata.int("split.tensors.count"), count != tensors.count else { return }
      throw .damaged(
        path: path, reason: "its parts have \(tensors.count) tensors instead of \(count)")
    }
  }

  /// The metadata of a file whose tensors need not be supported.
  ///
  /// - Throws: `unreadable`, `damaged`, `unsupportedFormat`.
  package static func metadata(of file: MappedFile) throws(ModelFormatError) -> GGUFMetadata {
    var parser = GGUFParser(file)
    let header = try parser.header()
    return try parser.metadata(count: header.metadataCount)
  }
}
