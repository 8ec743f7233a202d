/// What learns, and what chooses exemplars by it. A project has all of it on; experiments turn parts
/// off.
public struct LearningSwitches: Sendable, Hashable {
  /// What orders the candidates.
  public enum Chooser: String, Sendable, Hashable, CaseIterable {
    /// The matching network; with ``LearningSwitches/fast`` shifted by the fast layer.
    case policy
    /// Baselines that experiments compare with.
    case linUCB, thompson
  }

  public var fast: Bool
  public var gate: Bool
  public var network: Bool
  public var adapter: Bool
  public var chooser: Chooser

  public init(
    fast: Bool = true, gate: Bool = true, network: Bool = true, adapter: Bool = true,
    chooser: Chooser = .policy
  ) {
    self.fast = fast
    self.gate = gate
    self.network = network
    self.adapter = adapter
    self.chooser = chooser
  }

  public static let all = LearningSwitches()
  public static let off = LearningSwitches(
    fast: false, gate: false, network: false, adapter: false)
}
