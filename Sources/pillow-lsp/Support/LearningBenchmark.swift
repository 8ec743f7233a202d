import Foundation
import Personalization
import PillowProject
import PromptMatching
import PromptPool

/// What learning costs after so many outcomes: time of one event, memory and disk. The database is a
/// real one, each event durable before the next; texts and vectors are made up.
struct LearningBenchmark {
  struct Result: Encodable {
    let outcomes: Int
    /// Of the database, with its log.
    let diskBytes: Int64
    /// What the process has in memory for what was learned, the database's cache included.
    let memoryBytes: Int
    /// A suggestion with its first event, its accept or reject, and the text that stands there: three
    /// durable transactions, and what they teach.
    let event: Times
    /// Reading everything again, as a server does that has just started.
    let restartSeconds: Double
  }

  struct Times: Encodable {
    let medianSeconds, p99Seconds, longestSeconds: Double

    init(_ seconds: [Double]) {
      let sorted = seconds.sorted()
      medianSeconds = Bench.median(sorted)
      p99Seconds = sorted[min(sorted.count - 1, sorted.count * 99 / 100)]
      longestSeconds = sorted[sorted.count - 1]
    }
  }

  /// Of the encoder's vectors.
  private static let width = 384
  private static let exemplars = 1000
  private static let shots = 3
  /// So many of the last events are timed.
  private static let timed = 1000

  let outcomes: Int
  private var generator = SeededGenerator(seed: 1)
  private let start = Date(timeIntervalSince1970: 1_800_000_000)

  init(outcomes: Int) { self.outcomes = outcomes }

  mutating func run() throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appending(path: "pillow-bench-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let pool = try PromptPool(at: folder.appending(path: "pool.sqlite"))
    let ids = try (0..<Self.exemplars).map { number in
      try pool.add(ExemplarDraft(instruction: "Do number \(number).", output: words(12))).id
    }
    let before = Self.residentBytes
    let learner = Learner(.all)
    let clock = ContinuousClock()
    var seconds: [Double] = []
    for number in 0..<outcomes {
      let begin = clock.now
      try record(number, ids, pool)
      learner.refresh(pool)
      if number >= outcomes - Self.timed { seconds.append((clock.now - begin) / .seconds(1)) }
    }
    let memory = max(0, Self.residentBytes - before)
    let begin = clock.now
    Learner(.all).refresh(pool)
    return Result(
      outcomes: outcomes, diskBytes: Self.bytes(in: folder), memoryBytes: memory,
      event: Times(seconds), restartSeconds: (clock.now - begin) / .seconds(1))
  }

  private mutating func record(_ number: Int, _ ids: [Int64], _ pool: PromptPool) throws {
    let date = start.addingTimeInterval(Double(number) * 60)
    let shots = (0..<Self.shots).map { _ in ids[Int(generator.uniform() * Double(ids.count))] }
    let suggestion = Suggestion(
      id: "suggestion-\(number)", createdAt: date, documentURI: "file:///notes.md",
      instruction: words(8), input: words(20), draws: shots.map { ShotDraw(exemplar: $0) },
      propensity: 1, policyVersion: "none", temperature: 0, model: "none", text: words(12))
    let outcome = Outcome(
      suggestionID: suggestion.id, at: date, instruction: suggestion.instruction, encoder: "none",
      vector: vector(),
      shots: shots.map { shot in
        OutcomeShot(
          exemplar: shot, pool: "own",
          features: (0..<PairFeatures.count).map { _ in Float(generator.uniform()) })
      }, evidence: (0..<8).map { _ in generator.uniform() })
    _ = try pool.record(
      suggestion, events: [Feedback(suggestionID: suggestion.id, event: .shown, at: date)],
      outcome: outcome)
    let events: [FeedbackEvent] = [.accepted, .accepted, .typedOver, .ignored, .rejected]
    let event = events[Int(generator.uniform() * Double(events.count))]
    _ = try pool.record(Feedback(suggestionID: suggestion.id, event: event, at: date))
    guard let id = try pool.outcome(ofSuggestion: suggestion.id) else { return }
    try pool.record(
      StandingText(words(12), kind: event == .accepted ? .edited : .typed, at: date), ofOutcome: id)
  }

  private mutating func words(_ count: Int) -> String {
    (0..<count).map { _ in
      let length = 2 + Int(generator.uniform() * 7)
      return String(
        (0..<length).map { _ in Character(Unicode.Scalar(UInt8(97 + generator.uniform() * 26))) })
    }.joined(separator: " ")
  }

  private mutating func vector() -> [Float] {
    let values = (0..<Self.width).map { _ in Float(generator.normal()) }
    let length = values.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return values.map { $0 / length }
  }

  private static func bytes(in folder: URL) -> Int64 {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.reduce(0) { total, name in
      let file = folder.appending(path: name)
      return total + Int64((try? file.resourceValues(forKeys: [.fileSizeKey]).fileSize) ?? 0)
    }
  }

  /// Zero where the system does not say.
  private static var residentBytes: Int { Bench.memory("VmRSS:") }
}
