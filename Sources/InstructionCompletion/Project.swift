public import Foundation
public import ModelStore
import PromptMatching
public import PromptPool
import SentenceEncoder
import Synchronization

/// One workspace folder: its settings, its pool, and the policy that chooses among its exemplars.
///
/// When it is opened, what is new in `.pillow/pools/*.jsonl` and in the starter pools of the settings
/// enters the pool. Exemplars are embedded when a match first needs them.
public final class Project: Sendable {
  public let root: URL
  public let settings: ProjectSettings
  public let pool: PromptPool
  /// What of the pool files could not be used, a sentence each.
  public let problems: [String]
  let models: ModelHost
  private let policy = Mutex<Task<ExemplarPolicy, any Error>?>(nil)

  /// - Parameters:
  ///   - root: the project's folder.
  ///   - overrides: settings that come before the project's own.
  ///   - readsSettings: whether the project's own file counts; not where the overrides hold what it says.
  ///   - starterPools: the folder of the pools that come with the program.
  /// - Throws: ``InstructionCompletionError/noFolder(path:)`` or `badSettings`, `PromptPoolError`.
  public init(
    root: URL, dataFolder: DataFolder = DataFolder(), models: ModelHost,
    overrides: ProjectSettings = ProjectSettings(), readsSettings: Bool = true,
    starterPools: URL? = StarterPools.folder()
  ) throws {
    let path = root.path(percentEncoded: false)
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue
    else { throw InstructionCompletionError.noFolder(path: path) }
    let settings = readsSettings ? overrides.over(try ProjectSettings(project: root)) : overrides
    let pool = try PromptPool(at: dataFolder.databaseURL(forProject: root))
    let files = PoolFiles(project: root, settings: settings, starterPools: starterPools)
    self.root = root
    self.settings = settings
    self.models = models
    self.pool = pool
    problems = files.problems + (try files.importAll(into: pool))
  }

  /// Begins to load what ``match(_:shots:seed:)`` will need, without waiting for it.
  public func prepare() {
    _ = loadedPolicy()
  }

  /// Makes the next match see what was added to the pool or removed from it.
  public func poolChanged() {
    policy.withLock { $0 = nil }
  }

  /// The exemplars that fit a request, best first; needs no language model.
  ///
  /// - Parameters:
  ///   - shots: how many; by default what the settings say.
  ///   - seed: draws the list by the policy's probabilities; nil takes the likeliest.
  /// - Throws: ``InstructionCompletionError``, `PromptPoolError`, `CancellationError`.
  public func match(
    _ request: InstructionRequest, shots: Int? = nil, seed: UInt64? = nil
  ) async throws -> MatchResult {
    let shots = shots ?? settings.shots ?? ProjectSettings.defaultShots
    let policy = try await readyPolicy()
    let clock = ContinuousClock()
    let start = clock.now
    let query = try await policy.encoder.embed(request.embeddedText)
    let embedded = clock.now
    let selection = try policy.select(query: query, shots: shots, seed: seed)
    let matched = clock.now
    return MatchResult(
      shots: try chosen(selection, policy, request), propensity: selection.propensity,
      policyVersion: policy.version, temperature: ExemplarPolicy.temperature,
      embedSeconds: (embedded - start) / .seconds(1),
      matchSeconds: (matched - embedded) / .seconds(1))
  }

  private func chosen(
    _ selection: Selection, _ policy: ExemplarPolicy, _ request: InstructionRequest
  ) throws -> [MatchedExemplar] {
    try selection.picks.compactMap { pick in
      guard let exemplar = try pool.exemplar(policy.ids[pick.index]) else { return nil }
      return MatchedExemplar(
        exemplar: exemplar, probability: pick.probability, cosine: pick.cosine,
        why: why(exemplar, pick, request))
    }
  }

  private func why(
    _ exemplar: Exemplar, _ pick: Selection.Pick, _ request: InstructionRequest
  ) -> String {
    let posix = Locale(identifier: "en_US_POSIX")
    let cosine = String(format: "%.2f", locale: posix, Double(pick.cosine))
    var reasons = ["its cosine similarity to the instruction is \(cosine)"]
    if pick.isPinned { reasons.insert("it is pinned", at: 0) }
    if let language = request.language, language == exemplar.language {
      reasons.append("it is \(language) too")
    }
    return reasons.joined(separator: ", ")
  }

  private func readyPolicy() async throws -> ExemplarPolicy {
    let task = loadedPolicy()
    do {
      return try await task.value
    } catch {
      // A model that was missing may be fetched, so the next request tries again.
      policy.withLock { if $0 == task { $0 = nil } }
      throw error
    }
  }

  private func loadedPolicy() -> Task<ExemplarPolicy, any Error> {
    policy.withLock { policy in
      if let policy { return policy }
      let task = Task { [models, pool] in
        try await ExemplarPolicy(pool: pool, encoder: models.encoder())
      }
      policy = task
      return task
    }
  }
}
