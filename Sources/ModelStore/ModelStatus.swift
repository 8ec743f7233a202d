public import Foundation

/// One line of `model list`.
public struct ModelStatus: Sendable, Equatable {
  public enum State: String, Sendable, Codable {
    /// All files are there with the right sizes.
    case installed
    /// The folder is there, but files are missing or have the wrong size.
    case incomplete
    case absent
  }

  public let model: ModelName
  public let state: State
  /// Where it is or would be: the file of a language model, the folder of the encoder.
  public let path: URL
  /// Bytes on disk when it is there.
  public let installedBytes: Int64
  /// Bytes to download.
  public let downloadBytes: Int64
}
