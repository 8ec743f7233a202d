public import Foundation
public import Personalization
public import PromptPool

/// What members of a team tell each other about one outcome.
///
/// With ``TeamRemote/Outcomes/numbers`` it holds which exemplars the model saw, what was known of
/// them and what the answer was worth; with ``TeamRemote/Outcomes/text`` also the instruction and
/// the text that finally stood below it.
public struct TeamOutcome: Sendable, Codable, Equatable {
  public struct Shot: Sendable, Codable, Equatable {
    /// The team's name for the exemplar; nil for one of another pool.
    public var uid: String?
    public var features: [Float]
  }

  /// What `numbers` leaves out.
  public struct Text: Sendable, Codable, Equatable {
    public var instruction, input, standing: String
    public var kind: StandingKind
    public var encoder: String
    /// The instruction's unit vector, a signed byte a value.
    public var vector: Data

    /// Whether it may leave a machine, and be taken over.
    fileprivate var isAllowed: Bool {
      standing.utf8.count <= StandingText.longest
        && ExemplarDraft(instruction: instruction, input: input, output: standing).secret == nil
    }
  }

  public var at: Double
  public var language: String?
  public var shots: [Shot]
  /// 0 to 1; nil while it is censored.
  public var reward: Double?
  public var weight: Double
  public var text: Text?

  /// - Parameters:
  ///   - uids: the team's names for exemplars.
  ///   - detail: what of it is told.
  /// - Returns: nil where there is nothing to tell: it is not judged or has nothing to do with the
  ///   shared pool, and its text is not told.
  public init?(
    _ outcome: Outcome, uids: [Int64: String], detail: TeamRemote.Outcomes
  ) {
    at = outcome.at.timeIntervalSince1970
    language = outcome.language
    reward = outcome.reward?.value
    weight = outcome.reward?.weight ?? 0
    shots = outcome.shots.map { Shot(uid: uids[$0.exemplar], features: $0.features) }
    if !shots.contains(where: { $0.uid != nil }) || reward == nil { shots = [] }
    if detail == .text, let standing = outcome.standing, !outcome.vector.isEmpty,
      outcome.fit.map({ $0 >= Plausibility.margin }) ?? true, outcome.event != .rejected
    {
      let told = Text(
        instruction: outcome.instruction, input: outcome.input, standing: standing.text,
        kind: standing.kind, encoder: outcome.encoder, vector: UnitCodes(outcome.vector).data)
      if told.isAllowed { text = told }
    }
    if detail == .none || shots.isEmpty && text == nil { return nil }
  }

  /// - Returns: nil for what cannot be used: records come from outside.
  public init?(json: String) {
    guard json.utf8.count <= Self.longest,
      let found = try? JSONDecoder().decode(Self.self, from: Data(json.utf8)),
      found.at.isFinite, found.shots.count <= 64,
      found.shots.allSatisfy({ $0.features.allSatisfy { $0.isFinite && abs($0) <= 1e3 } }),
      found.reward.map({ (0...1).contains($0) }) ?? true, (0...1).contains(found.weight)
    else { return nil }
    self = found
    if text?.isAllowed == false { text = nil }
  }

  /// JSON for the team and for keeping.
  var json: String? {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(self), data.count <= Self.longest else { return nil }
    return String(decoding: data, as: UTF8.self)
  }

  /// Longer records, in UTF-8 bytes, are neither sent nor read.
  static let longest = 262_144
}

/// An outcome as a team's database has it.
struct ToldOutcome {
  var record: TeamOutcomeRecord
  /// The member's role.
  var by: String
  /// Whether the role is one's own.
  var isOwn: Bool

  /// Every role names its outcomes as it likes, so their names here begin with the role's. Texts from
  /// before the last time that something was forgotten may quote it; only their numbers are kept.
  func known(here forgotten: Date) -> TeamOutcomeRecord {
    var known = record
    known.id = "\(by) \(record.id)"
    if let json = record.json, var outcome = TeamOutcome(json: json), outcome.text != nil,
      outcome.at <= forgotten.timeIntervalSince1970
    {
      outcome.text = nil
      known.json = outcome.json
    }
    return known
  }
}
