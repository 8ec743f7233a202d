import CompletionEngine
import Foundation
import LanguageModel
import PromptMatching
import Synchronization

/// An engine that says what the test wants, when the test wants it.
final class ScriptedEngine: CompletionEngine {
  typealias Answer = @Sendable (InstructionRequest) async throws -> String

  private let answer: Answer
  /// What it was asked, in order.
  let requests = Mutex<[InstructionRequest]>([])
  /// The shots of the last conversation.
  let shots = Mutex<[Demonstration]>([])
  /// Whether it goes on after its answer until it is stopped.
  let isEndless = Mutex(false)
  /// What it has written of its answer before it goes on.
  let beginning = Mutex("")
  /// Prompts that it has read without being asked for an answer.
  let prefills = Mutex<[InstructionRequest]>([])
  /// Further answers, by the seed of the draw from 1 on.
  let others = Mutex<[String]>([])
  /// Whether it says how sure it is; then several answers are made, of which the best is shown.
  let measures = Mutex(false)
  /// How many of the shots find no room in the prompt, the least fitting first.
  let dropped = Mutex(0)
  private let (readings, reading) = AsyncStream<Void>.makeStream()

  init(_ answer: @escaping Answer) { self.answer = answer }

  var measuresConfidence: Bool { measures.withLock { $0 } }

  static let identity = EngineIdentity(model: "scripted", promptForm: "test")

  func identity() async throws -> EngineIdentity { Self.identity }

  func complete(
    _ conversation: Conversation, options: CompletionOptions,
    onText: @escaping @Sendable (String) -> Void
  ) async throws -> Completion {
    shots.withLock { $0 = conversation.shots }
    if options.sampling.temperature > 0 { return try alternative(conversation, options) }
    requests.withLock { $0.append(conversation.request) }
    let start = beginning.withLock { $0 }
    if !start.isEmpty { onText(start) }
    let text = try await answer(conversation.request)
    let rest = String(text.dropFirst(start.count))
    if options.isComplete == nil || rest.count == text.count && !text.contains("\n\n") {
      onText(rest)
    } else {
      // Word by word, as a model does.
      var written = start
      for piece in rest.split(separator: " ", omittingEmptySubsequences: false) {
        let piece = (written.isEmpty ? "" : " ") + piece
        written += piece
        onText(piece)
        if options.isComplete?(written) == true { return completion(written, conversation) }
      }
    }
    if isEndless.withLock({ $0 }) { try await Task.sleep(for: .seconds(3600)) }
    return completion(text, conversation)
  }

  private func alternative(
    _ conversation: Conversation, _ options: CompletionOptions
  ) throws -> Completion {
    let others = others.withLock { $0 }
    let number = Int(options.sampling.seed)
    return completion(number <= others.count ? others[number - 1] : "", conversation)
  }

  private func completion(_ text: String, _ conversation: Conversation) -> Completion {
    let first = min(dropped.withLock { $0 }, conversation.shots.count)
    var completion = Completion(
      text: text, identity: Self.identity, shots: Array(first..<conversation.shots.count))
    if measuresConfidence {
      completion.logProbabilities = text.split(separator: " ").map { _ in -0.25 }
    }
    return completion
  }

  func prefill(_ conversation: Conversation, options: CompletionOptions) async throws {
    prefills.withLock { $0.append(conversation.request) }
    reading.yield()
  }

  /// Waits until it has read a prompt.
  func waitForPrefill() async { for await _ in readings { return } }
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
