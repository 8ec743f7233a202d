import Foundation
import PillowServer
import PromptPool
import Synchronization

/// Projects whose model says what the test wants, when the test wants it: what a real model says
/// and how long it takes is nothing that a test of the protocol can lean on.
final class ScriptedProjects: ProjectOpening, Sendable {
  let project: ScriptedProject
  let opened = Mutex<[(URL, ServerSettings)]>([])

  init(
    problems: [String] = [], pool: PromptPool? = nil,
    _ answer: @escaping ScriptedProject.Answer = { _ in "return 1" }
  ) {
    project = ScriptedProject(problems: problems, pool: pool, answer: answer)
  }

  var personalRoot: URL { URL(fileURLWithPath: "/personal") }

  func open(_ root: URL, settings: ServerSettings) async throws -> any CompletionService {
    opened.withLock { $0.append((root, settings)) }
    return project
  }
}

final class ScriptedProject: CompletionService, Sendable {
  typealias Answer = @Sendable (InstructionQuery) async throws -> String

  private let answer: Answer
  let suggestions = Mutex<[SuggestionRecord]>([])
  let feedback = Mutex<[FeedbackRecord]>([])
  let queries = Mutex<[InstructionQuery]>([])
  /// Whether the model goes on after its answer until it is stopped.
  let isEndless = Mutex(false)
  /// What the model has written of its answer before it goes on.
  let beginning = Mutex("")
  /// Prompts that the model has read without being asked for an answer.
  let reads = Mutex<[InstructionQuery]>([])
  private let (readings, reading) = AsyncStream<Void>.makeStream()
  /// Further answers, in their order.
  let others = Mutex<[String]>([])
  /// A real one; what ``match(_:)`` finds is not out of it.
  let pool: PromptPool
  let poolChanges = Mutex(0)
  /// What is said of a kept suggestion, and the settings with which that was asked.
  let proposal = Mutex<HarvestProposal?>(nil)
  let harvestSettings = Mutex<[HarvestSetting]>([])
  private let observers = Mutex<[@Sendable (ServiceEvent) -> Void]>([])
  private let (recorded, recording) = AsyncStream<Void>.makeStream()

  let problems: [String]

  init(problems: [String], pool: PromptPool?, answer: @escaping Answer) {
    do { self.pool = try pool ?? .inMemory() } catch { fatalError("no database: \(error)") }
    self.problems = problems
    self.answer = answer
  }

  static let exemplar = ExemplarText(
    id: 7, instruction: "Write a function that adds two numbers.", input: "ints",
    output: "def add(a, b):\n    return a + b", tags: ["python", "maths"], language: "python",
    pool: "starter")

  func match(_ query: InstructionQuery) async throws -> ExemplarMatch {
    let shot = ExemplarMatch.Shot(
      exemplar: Self.exemplar, probability: 0.25, similarity: 0.876, why: "It is about numbers.")
    return ExemplarMatch(shots: [shot], propensity: 0.25, policyVersion: "p1", temperature: 1)
  }

  func complete(
    _ query: InstructionQuery, match: ExemplarMatch,
    onText: @escaping @Sendable (String) -> Void
  ) async throws -> CompletedText {
    queries.withLock { $0.append(query) }
    let start = beginning.withLock { $0 }
    if !start.isEmpty { onText(start) }
    let text = try await answer(query)
    onText(String(text.dropFirst(start.count)))
    if isEndless.withLock({ $0 }) { try await Task.sleep(for: .seconds(3600)) }
    return CompletedText(text: text, model: "scripted")
  }

  func read(_ query: InstructionQuery, match: ExemplarMatch) async throws {
    reads.withLock { $0.append(query) }
    reading.yield()
  }

  /// Waits until the model has read a prompt.
  func waitForRead() async { for await _ in readings { return } }

  func modelName() async throws -> String { "scripted" }

  func alternative(
    _ number: Int, to query: InstructionQuery, match: ExemplarMatch
  ) async throws -> CompletedText? {
    others.withLock { others in
      number <= others.count ? CompletedText(text: others[number - 1], model: "scripted") : nil
    }
  }

  func standing(of exemplar: Int64) async throws -> ExemplarStanding? {
    ExemplarStanding(suggested: 4, accepted: 3, rejected: 1)
  }

  func poolChanged() { poolChanges.withLock { $0 += 1 } }

  /// Waits until so many events have been recorded.
  func waitForFeedback(count: Int) async {
    for await _ in recorded where feedback.withLock({ $0.count >= count }) { return }
  }

  func exemplar(_ id: Int64) async throws -> ExemplarText? {
    id == Self.exemplar.id ? Self.exemplar : nil
  }

  func record(_ suggestion: SuggestionRecord) async throws {
    suggestions.withLock { $0.append(suggestion) }
  }

  func record(_ feedback: FeedbackRecord) async throws -> Bool {
    let known = suggestions.withLock { $0.contains { $0.id == feedback.suggestionID } }
    if known { self.feedback.withLock { $0.append(feedback) } }
    recording.yield()
    return known
  }

  func proposeHarvest(
    of suggestionID: String, setting: HarvestSetting, refusal: @Sendable (String) -> String?
  ) async throws -> HarvestProposal? {
    harvestSettings.withLock { $0.append(setting) }
    guard let document = suggestions.withLock({ $0.first { $0.id == suggestionID }?.documentURI }),
      refusal(document) == nil
    else { return .refused("It is refused.") }
    return proposal.withLock { $0 }
  }

  func observe(_ observer: @escaping @Sendable (ServiceEvent) -> Void) {
    observers.withLock { $0.append(observer) }
  }

  /// Something happens by itself.
  func tell(_ event: ServiceEvent) {
    for observer in observers.withLock({ $0 }) { observer(event) }
  }

  func prepare() {}
}

/// A door that stays shut until the test opens it; who waits at it can be cancelled.
final class Gate: Sendable {
  private let (stream, continuation) = AsyncStream<Void>.makeStream()
  private let (arrivals, arrival) = AsyncStream<Void>.makeStream()

  func open() { continuation.finish() }

  func pass() async throws {
    arrival.yield()
    for await _ in stream {}
    try Task.checkCancellation()
  }

  /// Waits until somebody stands at the door.
  func waitForArrival() async { for await _ in arrivals { return } }
}
