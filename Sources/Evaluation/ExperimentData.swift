public import Foundation
public import PromptMatching
public import SentenceEncoder

/// The rows of an evaluation with their vectors: a pool to choose from, and queries to learn from
/// and to measure.
public struct ExperimentData {
  public struct Options {
    /// The maximum number of test queries; 0 for all.
    public var limit: Int
    /// Share of the tasks that training never sees and that alone are measured; 0 for none.
    public var unseenTasks: Double
    /// Of the split that a file without splits gets.
    public var splitSeed: UInt64

    public init(limit: Int = 0, unseenTasks: Double = 0, splitSeed: UInt64 = 0) {
      self.limit = limit
      self.unseenTasks = unseenTasks
      self.splitSeed = splitSeed
    }
  }

  public let pool: [Demonstration]
  public let poolVectors: [Float]
  public let train: [Demonstration]
  public let trainVectors: [Float]
  public let test: [Demonstration]
  public let testVectors: [[Float]]
  /// Places of the pool that training sees: all, but for transfer to tasks never seen.
  public let trainingPool: [Int]
  /// In words, for the report.
  public let split: String

  /// Lines of the files that were skipped, one sentence each.
  public let problems: [String]

  /// - Throws: ``DataSetError``, and what the encoder throws.
  public init(
    data: URL, pool poolFile: URL, encoder: SentenceEncoder, options: Options
  ) async throws {
    let set = try DataSet(contentsOf: data)
    let poolSet = data == poolFile ? set : try DataSet(contentsOf: poolFile)
    problems = Set(set.problems + poolSet.problems).sorted()
    var parts = try await Self.parts(set, poolSet, isOne: data == poolFile, encoder, options)
    guard !parts.pool.isEmpty else { throw DataSetError.noRows(split: "pool") }
    let unseen = Self.unseen(parts, options)
    if !unseen.isEmpty {
      parts.train = parts.train.filter { !unseen.contains($0.task ?? "") }
      parts.test = parts.test.filter { unseen.contains($0.task ?? "") }
      parts.words += ", \(unseen.count) tasks never seen in training"
    }
    guard !parts.test.isEmpty else { throw DataSetError.noRows(split: "test") }
    if options.limit > 0 {
      var generator = SeededGenerator(seed: 0)
      parts.test = Array(parts.test.shuffled(using: &generator).prefix(options.limit))
    }
    pool = parts.pool
    train = parts.train
    test = parts.test
    split = parts.words
    trainingPool = parts.pool.indices.filter { !unseen.contains(parts.pool[$0].task ?? "") }
    poolVectors = try await encoder.embed(parts.pool.map(\.embeddedText)).flatMap(\.self)
    trainVectors = try await encoder.embed(parts.train.map(\.embeddedText)).flatMap(\.self)
    testVectors = try await encoder.embed(parts.test.map(\.embeddedText))
  }

  private struct Parts {
    var pool, train, test: [Demonstration]
    var words: String
  }

  private static func parts(
    _ set: DataSet, _ poolSet: DataSet, isOne: Bool, _ encoder: SentenceEncoder, _ options: Options
  ) async throws -> Parts {
    let hasSplits = set.rows.contains { $0.split != nil }
    guard isOne, !hasSplits else {
      return Parts(
        pool: poolSet.demonstrations(split: "pool"),
        train: hasSplits ? set.demonstrations(split: "train") : [],
        test: set.demonstrations(split: "test"),
        words: hasSplits ? "the file's" : "all rows are test")
    }
    let rows = set.rows.map(\.demonstration)
    let vectors = try await encoder.embed(rows.map(\.embeddedText)).flatMap(\.self)
    let split = DataSplit(
      EmbeddedPool(vectors: vectors, dimensions: encoder.dimensions), seed: options.splitSeed)
    return Parts(
      pool: split.pool.map { rows[$0] }, train: split.train.map { rows[$0] },
      test: split.test.map { rows[$0] },
      words: "drawn with seed \(options.splitSeed), near duplicates kept together")
  }

  private static func unseen(_ parts: Parts, _ options: Options) -> Set<String> {
    guard options.unseenTasks > 0 else { return [] }
    var generator = SeededGenerator(seed: options.splitSeed &+ 1)
    let tasks = Set(parts.test.compactMap(\.task)).sorted().shuffled(using: &generator)
    return Set(tasks.prefix(Int((options.unseenTasks * Double(tasks.count)).rounded(.up))))
  }
}
