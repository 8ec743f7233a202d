public import CompletionEngine
public import Foundation
import Kernels
import ModelStore
public import Personalization
public import PromptPool
import SentenceEncoder
public import Settings
import SharedPools
import Synchronization

/// One workspace folder: its settings, its pool, the policy that chooses among its exemplars, and
/// the engine that completes.
///
/// When it is opened, new exemplars of `.pillow/pools/*.jsonl` and of the starter pools enter the
/// pool; ``watch(every:)`` goes on following them. Exemplars are embedded when a match first needs
/// them, many of them in the background.
public final class Project: Sendable {
  public let root: URL
  public let settings: PillowSettings
  /// One sentence for each thing that could not be used when the project was opened.
  public let problems: [String]
  public let engine: any CompletionEngine
  let models: ModelLibrary
  let files: PoolFiles
  let place: ProjectPlace
  let policies: PolicyHolder<ExemplarPolicy>
  /// The last one that was asked for.
  let baseline = Mutex<BaselineChooser?>(nil)
  let embedding = PoolEmbedding()
  let forms = FormMemory()
  let openings = Mutex((known: AskedOpenings(), isCurrent: false))
  /// Fingerprints of the shared pools before they were read.
  let filesRead: [String]
  let watching = Mutex<ProjectWatch?>(nil)
  /// One for each team's database.
  let teams = Mutex<[TeamFollower]>([])
  let observers = Mutex<[@Sendable (ProjectEvent) -> Void]>([])
  let limits: MatchingLimits
  let learner: Learner

  /// Opens a project; waits for the disk. ``open(root:settings:models:engine:starterPools:goesOn:limits:)``
  /// does the same off the cooperative thread pool.
  ///
  /// - Parameters:
  ///   - root: the project's folder.
  ///   - settings: what holds for the project; `PillowSettings.ofProject` reads them.
  ///   - engine: what completes; by default the embedded engine that the settings choose.
  ///   - starterPools: the folder of the pools that come with the program.
  ///   - goesOn: with a pool in memory when the database cannot be used, which ``problems`` then
  ///     says; otherwise that is an error. A damaged database is set aside in any case.
  ///   - limits: from which size on a pool is large.
  ///   - learning: what learns from outcomes; by default what the settings say.
  /// - Throws: ``ProjectError/noFolder(path:)``, `PromptPoolError`.
  public init(
    root: URL, settings: PillowSettings, models: ModelLibrary,
    engine: (any CompletionEngine)? = nil, starterPools: URL? = StarterPools.folder(),
    goesOn: Bool = false, limits: MatchingLimits = MatchingLimits(),
    learning: LearningSwitches? = nil
  ) throws {
    let path = root.path(percentEncoded: false)
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue
    else { throw ProjectError.noFolder(path: path) }
    let files = PoolFiles(project: root, settings: settings, starterPools: starterPools)
    filesRead = ProjectWatch.fingerprints(files.sharedPools)
    let place = try ProjectPlace(
      models.store.folder.databaseURL(forProject: root), files: files, goesOn: goesOn)
    self.root = root
    self.settings = settings
    self.models = models
    self.engine = engine ?? models.completionEngine(settings, root: root)
    self.files = files
    self.place = place
    self.limits = limits
    learner = Learner(
      learning ?? (settings.learningOrDefault.enabledOrDefault ? .all : .off))
    problems = place.problems
    policies = PolicyHolder { [models] in
      let encoder = try await models.encoder()
      let pool = place.pool
      return try await offPool {
        try ExemplarPolicy(pool: pool, encoder: encoder, team: searchTeam, limits: limits)
      }
    }
  }

  /// ``init(root:settings:models:engine:starterPools:goesOn:limits:)`` on a thread that may wait.
  public static func open(
    root: URL, settings: PillowSettings, models: ModelLibrary,
    engine: (any CompletionEngine)? = nil, starterPools: URL? = StarterPools.folder(),
    goesOn: Bool = false, limits: MatchingLimits = MatchingLimits(),
    learning: LearningSwitches? = nil
  ) async throws -> Project {
    try await offPool {
      try Project(
        root: root, settings: settings, models: models, engine: engine,
        starterPools: starterPools, goesOn: goesOn, limits: limits, learning: learning)
    }
  }

  deinit { close() }

  /// Stops what runs in the background. Who still holds the project can go on using it.
  public func close() {
    embedding.cancel()
    watching.withLock { $0 }?.stop()
    for team in teams.withLock({ $0 }) { team.stop() }
  }

  /// Whether it follows what others change.
  package var isWatching: Bool { watching.withLock { $0?.isRunning ?? false } }

  /// The database; after damage it is another one.
  public var pool: PromptPool { place.pool }

  /// Whether what is recorded outlives the process.
  public var isDurable: Bool { pool.url != nil }

  /// Runs work on the pool, on a thread that may wait for the disk. A database that turns out to be
  /// damaged is set aside, and the work is repeated with the new one.
  public func withPool<T: Sendable>(
    _ work: @escaping @Sendable (PromptPool) throws -> T
  ) async throws -> T {
    let pool = pool
    do {
      return try await offPool { try work(pool) }
    } catch {
      guard try await offPool({ self.recovers(from: error) }) else { throw error }
      let fresh = self.pool
      return try await offPool { try work(fresh) }
    }
  }

  /// Starts to load what ``match(_:shots:seed:options:)`` will need, without waiting for it, and
  /// then the engine, which would otherwise compete with the first match for the processor.
  public func prepare() {
    Task { [weak self] in
      guard let self else { return }
      let policy = try? await policies.ready()
      engine.prepare()
      if let policy, policy.pending > 0 { startEmbedding(policy.encoder) }
    }
  }

  /// Makes the next match see what was added to the pool or removed from it; for a large pool, soon
  /// after.
  public func poolChanged() {
    policies.invalidate()
    openings.withLock { $0.isCurrent = false }
  }
}

/// From which size on a pool is large.
public struct MatchingLimits: Sendable, Hashable {
  /// As many exemplars without vectors are embedded before a match is answered; more of them in the
  /// background, while text search finds them.
  public var embedsFirst: Int
  /// Larger pools are searched in the mapped vector file instead of a table in memory.
  public var largestTable: Int
  /// In larger pools, texts are compared only with exemplars that were found by their vectors.
  public var largestTextIndex: Int

  public init(
    embedsFirst: Int = 64, largestTable: Int = 4096, largestTextIndex: Int = 65_536
  ) {
    self.embedsFirst = embedsFirst
    self.largestTable = largestTable
    self.largestTextIndex = largestTextIndex
  }
}

/// Searches vectors for all projects; the threads sleep between searches.
let searchTeam = ThreadTeam(threads: 2, spins: 0)
