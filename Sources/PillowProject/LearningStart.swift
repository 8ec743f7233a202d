import Foundation
import Personalization
import PromptPool

/// What a project believes before its first outcome: what other projects of the same person taught.
///
/// Each project leaves its evidence in its folder of the data folder, as numbers without text. A new
/// project reads what is there before it first learns; from its first outcome on its start stays as it
/// is.
struct LearningStart: Codable, Equatable {
  var prior: FastLayer.Prior
  /// How many projects it comes from.
  var projects: Int

  /// Projects with fewer outcomes say nothing yet.
  static let fewestOutcomes = 20
  /// The latest ones are read.
  private static let most = 32
  private static let file = "learned-weights.json"

  /// - Parameter pool: the new project's; nothing is read for one in memory.
  init(ofProjectsBeside pool: PromptPool) {
    let dated = Self.folders(beside: pool).compactMap { folder -> (URL, Date)? in
      let file = folder.appending(path: Self.file)
      let values = try? file.resourceValues(forKeys: [.contentModificationDateKey, .fileSizeKey])
      guard let date = values?.contentModificationDate, values?.fileSize ?? .max < 65_536 else {
        return nil
      }
      return (file, date)
    }
    let evidence = dated.sorted { ($1.1, $0.0.path) < ($0.1, $1.0.path) }.prefix(Self.most)
      .compactMap { file, _ in
        (try? Data(contentsOf: file)).flatMap {
          try? JSONDecoder().decode(WeightEvidence.self, from: $0)
        }
      }
      .filter { $0.isSound && $0.outcomes >= Self.fewestOutcomes }
    prior = FastLayer.Prior(from: evidence)
    projects = evidence.count
  }

  private static func folders(beside pool: PromptPool) -> [URL] {
    guard let own = pool.url?.deletingLastPathComponent() else { return [] }
    let all = try? FileManager.default.contentsOfDirectory(
      at: own.deletingLastPathComponent(), includingPropertiesForKeys: nil)
    return (all ?? []).filter { $0.lastPathComponent != own.lastPathComponent }
  }

  /// Nil where nothing was stored, or what was stored cannot be read: the program's own prior holds.
  init?(storedIn pool: PromptPool) {
    guard let data = try? pool.learningStart(),
      let start = try? JSONDecoder().decode(Self.self, from: data),
      start.prior.weights.count == PairFeatures.count, start.prior.weights.allSatisfy(\.isFinite)
    else { return nil }
    self = start
  }

  /// Does nothing once there is an outcome. A pool that cannot be written goes on without it.
  func store(in pool: PromptPool) {
    guard self != Self(storedIn: pool), projects > 0, let data = try? JSONEncoder().encode(self)
    else { return }
    try? pool.beginLearning(with: data)
  }

  /// Leaves what a project's outcomes taught for those that come after it; too little, as after a
  /// reset, leaves nothing.
  static func leave(_ evidence: WeightEvidence, beside pool: PromptPool) throws {
    guard let file = place(beside: pool) else { return }
    guard evidence.outcomes >= fewestOutcomes else { return takeBack(beside: pool) }
    let data = try JSONEncoder().encode(evidence)
    guard (try? Data(contentsOf: file)) != data else { return }
    try data.write(to: file, options: .atomic)
  }

  /// Nothing is left for other projects any more.
  static func takeBack(beside pool: PromptPool) {
    if let file = place(beside: pool) { try? FileManager.default.removeItem(at: file) }
  }

  private static func place(beside pool: PromptPool) -> URL? {
    pool.url?.deletingLastPathComponent().appending(path: file)
  }
}

extension Project {
  /// Leaves what was learned of the weights for projects that come after this one. Waits for the disk.
  package func shareEvidence() async throws {
    guard learner.switches.fast else { return }
    let learner = learner
    try await withPool { pool in
      try LearningStart.leave(learner.replay(pool).evidence, beside: pool)
    }
  }
}
