public import Foundation
import Kernels
public import ModelStore
public import PromptPool
import SentenceEncoder
import Synchronization

/// One workspace folder: its settings, its pool, and the policy that chooses among its exemplars.
///
/// When it is opened, what is new in `.pillow/pools/*.jsonl` and in the starter pools of the
/// settings enters the pool; with ``watch(every:)`` it goes on following them. Exemplars are
/// embedded when a match first needs them, many of them in the background.
public final class Project: Sendable {
  public let root: URL
  public let settings: ProjectSettings
  /// What could not be used when it was opened, a sentence each.
  public let problems: [String]
  let models: ModelHost
  let files: PoolFiles
  let place: ProjectPlace
  let policies: PolicyHolder
  /// The last one that was asked for.
  let baseline = Mutex<BaselineChooser?>(nil)
  let embedding = PoolEmbedding()
  /// Of the shared pools, before they were read.
  let filesRead: [String]
  let watching = Mutex<SharedPoolWatch?>(nil)
  let observers = Mutex<[@Sendable (ProjectEvent) -> Void]>([])
  let limits: MatchingLimits

  /// - Parameters:
  ///   - root: the project's folder.
  ///   - overrides: settings that come before the project's own.
  ///   - readsSettings: whether the project's own file counts; not where the overrides hold what it
  ///     says.
  ///   - starterPools: the folder of the pools that come with the program.
  ///   - goesOn: with a pool in memory when the database cannot be used, which ``problems`` then
  ///     says; without, that is an error. A damaged database is set aside in any case.
  ///   - limits: from where on a pool is large.
  /// - Throws: ``InstructionCompletionError/noFolder(path:)`` or `badSettings`, `PromptPoolError`.
  public init(
    root: URL, dataFolder: DataFolder = DataFolder(), models: ModelHost,
    overrides: ProjectSettings = ProjectSettings(), readsSettings: Bool = true,
    starterPools: URL? = StarterPools.folder(), goesOn: Bool = false,
    limits: MatchingLimits = MatchingLimits()
  ) throws {
    let path = root.path(percentEncoded: false)
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue
    else { throw InstructionCompletionError.noFolder(path: path) }
    let settings = readsSettings ? overrides.over(try ProjectSettings(project: root)) : overrides
    let files = PoolFiles(project: root, settings: settings, starterPools: starterPools)
    filesRead = SharedPoolWatch.fingerprints(files.sharedPools)
    let place = try ProjectPlace(
      dataFolder.databaseURL(forProject: root), files: files, goesOn: goesOn)
    self.root = root
    self.settings = settings
    self.models = models
    self.files = files
    self.place = place
    self.limits = limits
    problems = place.problems
    policies = PolicyHolder { [models] in
      let encoder = try await models.encoder()
      let pool = place.pool
      return try await offPool {
        try ExemplarPolicy(pool: pool, encoder: encoder, team: searchTeam, limits: limits)
      }
    }
  }

  deinit { embedding.cancel() }

  /// The database; after damage it is another one.
  public var pool: PromptPool { place.pool }

  /// Whether what is recorded outlives the process.
  public var isDurable: Bool { pool.url != nil }

  /// Begins to load what ``match(_:shots:seed:options:)`` will need, without waiting for it, and
  /// then the language model, which would take the processor from the first match.
  public func prepare() {
    Task { [weak self] in
      guard let self else { return }
      let policy = try? await policies.ready()
      prepareModel()
      if let policy, policy.pending > 0 { startEmbedding(policy.encoder) }
    }
  }

  /// Makes the next match see what was added to the pool or removed from it; of a large pool soon
  /// after.
  public func poolChanged() {
    policies.invalidate()
  }
}

/// From where on a pool is large.
public struct MatchingLimits: Sendable, Hashable {
  /// As many exemplars without vectors are embedded before a match is answered; more of them in the
  /// background, while text finds them.
  public var embedsFirst: Int
  /// The policy sees larger pools through a search of their vectors.
  public var largestTable: Int

  public init(embedsFirst: Int = 64, largestTable: Int = 4096) {
    self.embedsFirst = embedsFirst
    self.largestTable = largestTable
  }
}

/// Searches vectors for all projects; the threads sleep between searches.
let searchTeam = ThreadTeam(threads: 2, spins: 0)
