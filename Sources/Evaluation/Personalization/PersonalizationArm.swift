public import Personalization

/// What is switched on for one run through a person's stream.
public enum PersonalizationArm: String, Sendable, CaseIterable {
  /// Nothing is learned and the pool stays as it was.
  case nothing
  /// Standing texts become exemplars; the other arms have that, too.
  case harvest
  case gate, fast, network, adapter
  /// All of it.
  case all
  /// In place of the policy.
  case linucb, thompson
  /// All of it, with each outcome's feedback and standing text taken from another one.
  case shuffled

  public var switches: LearningSwitches {
    var switches = LearningSwitches.off
    switch self {
    case .nothing, .harvest: break
    case .gate: switches.gate = true
    case .fast: switches.fast = true
    case .network: switches.network = true
    case .adapter: switches.adapter = true
    case .all, .shuffled: switches = .all
    case .linucb: switches.chooser = .linUCB
    case .thompson: switches.chooser = .thompson
    }
    return switches
  }

  var harvests: Bool { self != .nothing }

  /// In words, for the page.
  var explanation: String {
    switch self {
    case .nothing: "nothing learned; the pool stays as it was"
    case .harvest: "kept texts become exemplars"
    case .gate: "harvest, and the suggestion gate is fitted to the person"
    case .fast: "harvest, and the fast layer shifts the choice of exemplars"
    case .network: "harvest, and the matching network is trained on standing texts"
    case .adapter: "harvest, and an adapter is trained on standing texts"
    case .all: "everything on"
    case .linucb: "harvest, and LinUCB chooses in place of the policy"
    case .thompson: "harvest, and Thompson sampling chooses in place of the policy"
    case .shuffled: "everything on, with feedback and texts shuffled among instructions"
    }
  }
}
