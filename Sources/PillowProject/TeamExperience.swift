import Foundation
import Personalization
import PromptPool
import SharedPools

/// What the other members of a project's teams have told of their outcomes, as far as it is here.
struct TeamExperience {
  /// What the choice of exemplars learns from, oldest change first.
  private(set) var observations: [Observation] = []
  /// Instructions with the text that finally stood below them.
  private(set) var texts: [Outcome] = []

  /// What others keep says less about a person than what the person keeps.
  static let weight = 0.5

  /// Waits for the disk. Records that cannot be used are left out.
  ///
  /// - Throws: `PromptPoolError`.
  init(_ pool: PromptPool) throws {
    for remote in try pool.teamRemotes() where remote.outcomes != .none {
      let ids = Dictionary(
        try pool.teamNames(at: remote.name).map { ($0.uid, $0.id) },
        uniquingKeysWith: { first, _ in first })
      for record in try pool.teamOutcomes(of: remote.name) {
        guard let outcome = record.json.flatMap(TeamOutcome.init(json:)) else { continue }
        if let reward = outcome.reward, !outcome.shots.isEmpty {
          observations.append(
            Observation(
              // Exemplars that are not here share a number that none has.
              ofOthers: outcome.shots.map { shot in
                OutcomeShot(
                  exemplar: shot.uid.flatMap { ids[$0] } ?? 0, pool: remote.pool,
                  features: shot.features)
              }, reward: reward, weight: outcome.weight * Self.weight))
        }
        if let text = Outcome(outcome) { texts.append(text) }
      }
    }
  }
}

extension Outcome {
  /// An outcome of another member, with its text.
  fileprivate init?(_ told: TeamOutcome) {
    guard let text = told.text, text.vector.count <= 8192 else { return nil }
    let at = Date(timeIntervalSince1970: told.at)
    self.init(
      at: at, instruction: text.instruction, input: text.input, language: told.language,
      encoder: text.encoder, vector: UnitCodes(text.vector).vector)
    standing = StandingText(text.standing, kind: text.kind, at: at)
  }
}
