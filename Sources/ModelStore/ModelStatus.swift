public import Foundation

/// One line of `model list`.
public struct ModelStatus: Sendable, Equatable {
  public enum State: String, Sendable, Codable {
    /// All files exist and have the right sizes.
    case installed
    /// The folder exists, but files are missing or have the wrong size.
    case incomplete
    case absent
  }

  public let model: ModelName
  public let state: State
  /// The model's place, whether it is installed or not: the file of a language model, the folder of
  /// the encoder.
  public let path: URL
  /// Size on disk if it is installed.
  public let installedBytes: Int64
  /// Size of the download.
  public let downloadBytes: Int64
}
