import Foundation
import ModelFormats
import TestSupport

/// One of the small random models, changed before it is written to a folder of its own.
final class ChangedModel {
  var metadata: [(key: String, value: GGUFValue)]
  var tensors: [(info: GGUFWriter.Tensor, bytes: [UInt8])]
  private let folder: URL

  init(_ name: String) throws {
    let file = try GGUFFile(contentsOf: Self.original(name))
    metadata = file.metadata.keys.compactMap { key in
      file.metadata.value(key).map { (key, $0) }
    }
    tensors = file.tensors.map {
      (.init(name: $0.name, shape: $0.shape, type: $0.type), Array(file.bytes(of: $0)))
    }
    folder = FileManager.default.temporaryDirectory.appending(path: "pillow-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  /// Of the unchanged ones.
  static let originals = TestPaths.package.appending(
    path: "Tests/LanguageModelTests/Resources/architectures")

  static func original(_ name: String) -> URL { originals.appending(path: "\(name).gguf") }

  func set(_ key: String, _ value: GGUFValue) {
    metadata.removeAll { $0.key == key }
    metadata.append((key, value))
  }

  func add(_ name: String, shape: [Int], filledWith value: Float = 1) {
    let values = [Float](repeating: value, count: shape.reduce(1, *))
    tensors.append(
      (.init(name: name, shape: shape, type: .f32), values.withUnsafeBytes { Array($0) }))
  }

  /// Writes it; the file is there as long as this object.
  func file(named name: String = "model.gguf") throws -> URL {
    let url = folder.appending(path: name)
    let writer = try GGUFWriter(to: url, metadata: metadata, tensors: tensors.map(\.info))
    for tensor in tensors { try tensor.bytes.withUnsafeBytes { try writer.write($0) } }
    try writer.finish()
    return url
  }
}
