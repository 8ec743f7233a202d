import Foundation
import ModelFormats

/// The float32 tensors of a safetensors file, by name and expected shape.
struct WeightsFile {
  private let file: SafetensorsFile

  init(_ url: URL) throws(SentenceEncoderError) {
    do {
      file = try SafetensorsFile(contentsOf: url)
    } catch {
      throw SentenceEncoderError(error)
    }
  }

  /// Changes with the weights.
  var digest: String { file.sampledDigest(bytes: 6) }

  /// A tensor of the expected shape. The buffer is valid as long as a copy of this value exists.
  func floats(
    _ name: String, _ shape: Int...
  ) throws(SentenceEncoderError) -> UnsafeBufferPointer<Float> {
    let path = file.file.path
    // Checkpoints of a whole model use a prefix that those of the bare encoder do not.
    guard let tensor = file.tensor(named: name) ?? file.tensor(named: "bert." + name) else {
      throw .damaged(path: path, reason: "the tensor \(name) is missing")
    }
    guard tensor.type == .float32 else {
      throw .unsupported(
        path: path, reason: "\(name) has the type \(tensor.type.rawValue), not F32")
    }
    guard tensor.shape == shape else {
      throw .damaged(path: path, reason: "\(name) has the shape \(tensor.shape), not \(shape)")
    }
    guard let floats = file.mappedFloats(of: tensor) else {
      throw .damaged(path: path, reason: "the values of \(name) are not aligned")
    }
    return floats
  }
}

extension SentenceEncoderError {
  /// The same failure as an error of the encoder, whose model can be fetched.
  init(_ error: ModelFormatError) {
    switch error {
    case .unreadable(let path, let reason): self = .unreadable(path: path, reason: reason)
    case .damaged(let path, let reason): self = .damaged(path: path, reason: reason)
    case .unsupportedType(let path, let tensor, let type, _):
      self = .unsupported(path: path, reason: "\(tensor) has the type \(type)")
    case .unsupportedFormat(let path, let found): self = .unsupported(path: path, reason: found)
    }
  }
}
