/// `pillow/match` (since 1): the exemplars that fit an instruction.
public enum PillowMatchRequest: LSPRequest {
  public static let method = "pillow/match"
  public typealias Params = PillowInstruction

  public struct Result: Codable, Sendable, Hashable {
    public var shots: [PillowShot]
    /// The probability of the whole list.
    public var propensity: Double
    public var policyVersion: String
    public var temperature: Double

    public init(shots: [PillowShot], propensity: Double, policyVersion: String, temperature: Double)
    {
      self.shots = shots
      self.propensity = propensity
      self.policyVersion = policyVersion
      self.temperature = temperature
    }
  }
}
