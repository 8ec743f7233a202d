package import Foundation
package import ModelFormats

/// Writes a model whose own values were trained as a GGUF file.
package enum ModelWriter {
  /// The base's file with the trained values in place of its own; the file appears once it is
  /// complete.
  ///
  /// - Parameter type: Of matrices, `.f32` or one that `ModelQuantiser` writes. It goes by a file in
  ///   float32 beside `url`, which is removed.
  /// - Throws: `ModelWritingError`, `ModelFormatError`, ``TrainingError``.
  package static func write(
    _ parameters: ModelParameters, of base: FrozenModel, as type: TensorType, to url: URL
  ) throws {
    try AdapterWriter.makeFolder(url.deletingLastPathComponent())
    guard type != .f32 else { return try write(parameters, base.file, to: url) }
    let whole = url.deletingLastPathComponent()
      .appending(path: ".\(url.lastPathComponent).float32")
    defer { try? FileManager.default.removeItem(at: whole) }
    try write(parameters, base.file, to: whole)
    try ModelQuantiser(GGUFFile(contentsOf: whole), to: type).write(to: url)
  }

  private static func write(
    _ parameters: ModelParameters, _ source: GGUFFile, to url: URL
  ) throws(ModelWritingError) {
    let writer = try GGUFWriter(
      // All of it is float32.
      to: url, metadata: source.metadata.ofOneFile(with: [("general.file_type", .uint32(0))]),
      tensors: source.tensors.map { tensor in
        let isTrained = parameters.values(named: tensor.name) != nil
        return .init(
          name: tensor.name, shape: tensor.shape, type: isTrained ? .f32 : tensor.type)
      }, alignment: source.alignment)
    for tensor in source.tensors {
      let values = parameters.values(named: tensor.name).map { UnsafeRawBufferPointer($0) }
      try writer.write(values ?? source.bytes(of: tensor))
    }
    try writer.finish()
  }
}
