import Foundation
package import Personalization
package import PromptPool
import Synchronization

/// What a project has learned from its outcomes, as far as the database has them: another process
/// that has the project open is followed, and nothing is learned twice. What the project's teams
/// have told is read once, before its own outcomes.
///
/// All calls wait for the disk.
package final class Learner: Sendable {
  let switches: LearningSwitches
  private let state: Mutex<State>

  private struct State {
    var replay: OutcomeReplay
    /// Outcomes up to this number are not read: learning was reset after them.
    var since: Int64 = 0
    /// The pool that was read; another one begins again.
    weak var pool: PromptPool?
    /// The gate in service; nil for the shipped one.
    var gate: CalibratedGate?
    var gateVersion: Int64?
    /// Learning rests after this outcome; nil while it does not rest.
    var pausedAt: Int64?
    /// See `LearningMarks.erasure`.
    var erasure: String?
    /// The latest change that was read.
    var seen: Int64 = 0
  }

  package init(_ switches: LearningSwitches) {
    self.switches = switches
    state = Mutex(State(replay: Self.fresh(switches)))
  }

  private static func fresh(
    _ switches: LearningSwitches, _ pool: PromptPool? = nil
  ) -> OutcomeReplay {
    let prior = pool.flatMap(LearningStart.init(storedIn:))?.prior ?? FastLayer.Prior()
    var start = FastLearning(prior: prior, chooser: switches.chooser)
    if switches.fast, let team = try? pool.map(TeamExperience.init) {
      for observation in team.observations { start.learn(observation) }
    }
    return OutcomeReplay(start)
  }

  private var learnsExemplars: Bool { switches.fast || switches.chooser != .policy }

  /// What outcomes teach about exemplars; nil where that is off. A failure to read leaves what was
  /// known before.
  func fastLearning(_ pool: PromptPool) -> FastLearning? {
    guard learnsExemplars else { return nil }
    return replay(pool).learning
  }

  /// The outcomes so far.
  func replay(_ pool: PromptPool) -> OutcomeReplay {
    state.withLock { state in
      refresh(&state, pool)
      return state.replay
    }
  }

  /// The gate in service as it was seen last; nil for the shipped one.
  var gate: CalibratedGate? { switches.gate ? state.withLock { $0.gate } : nil }

  var isPaused: Bool { state.withLock { $0.pausedAt != nil } }

  /// Reads what has changed.
  package func refresh(_ pool: PromptPool) { state.withLock { refresh(&$0, pool) } }

  private func refresh(_ state: inout State, _ pool: PromptPool) {
    guard let marks = try? pool.learningMarks() else { return }
    if switches.fast, marks.revision == 0, state.pool !== pool {
      LearningStart(ofProjectsBeside: pool).store(in: pool)
    }
    if state.pool !== pool || state.since != marks.since || state.pausedAt != marks.pausedAt
      || state.erasure != marks.erasure
    {
      state.replay = Self.fresh(switches, pool)
      state.seen = 0
      state.pool = pool
      state.since = marks.since
      state.pausedAt = marks.pausedAt
      state.erasure = marks.erasure
    }
    if state.gateVersion != marks.gate {
      state.gateVersion = marks.gate
      // A damaged version is passed over: the shipped gate serves.
      state.gate = (try? pool.servedVersion(.gate)).flatMap { try? CalibratedGate($0) }
    }
    guard marks.revision > state.seen,
      let changed = try? pool.outcomes(changedAfter: state.seen, since: marks.since)
    else { return }
    state.seen = changed.reduce(marks.revision) { max($0, $1.revision) }
    let last = marks.pausedAt ?? .max
    state.replay.apply(changed.filter { $0.id <= last })
  }
}
