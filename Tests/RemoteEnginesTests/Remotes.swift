import CompletionEngine
import FaultServer
import Foundation
import PromptMatching
import RemoteEngines
import Synchronization

/// What the tests of remote engines share.
enum Remotes {
  static let request = InstructionRequest(instruction: "Name a colour.")

  static let conversation = Conversation(
    request,
    shots: [
      Demonstration(instruction: "Name an animal.", output: "cat"),
      Demonstration(instruction: "Name a fruit.", input: "sweet", output: "fig"),
    ])

  /// A server that has a list of models and answers completions as the test says.
  static func server(
    models: String = #"{"data":[{"id":"m"}]}"#, port: Int = 0,
    _ reply: @escaping FaultServer.Reply
  ) async throws -> FaultServer {
    try await FaultServer(port: port) { request, link in
      if request.path.hasSuffix("/models") { return try await link.answer(200, models) }
      guard request.method == "POST" else { return try await link.answer(404, "{}") }
      try await reply(request, link)
    }
  }

  static func engine(
    _ server: FaultServer, model: String = "m", key: String? = nil, clock: RemoteClock? = nil,
    change: (inout RemoteLimits) -> Void = { _ in }
  ) -> RemoteEngine {
    let key = key.flatMap { EngineKey(environment: [EngineKey.variable: $0]) }
    return engine(
      RemoteChoice(url: server.url, model: model, key: key), clock: clock ?? TestClock().clock,
      change: change)
  }

  static func engine(
    _ choice: RemoteChoice, judge: any CompletionEngine = SilentJudge(),
    authorities: String? = nil, clock: RemoteClock = .system,
    change: (inout RemoteLimits) -> Void = { _ in }
  ) -> RemoteEngine {
    var limits = RemoteLimits()
    // A machine that runs all tests at once is slow.
    limits.connect = .seconds(60)
    limits.enquiry = .seconds(60)
    change(&limits)
    return RemoteEngine(
      choice, judge: judge, limits: limits, clock: clock, authorities: authorities)
  }

  static func answer(
    _ engine: RemoteEngine, _ conversation: Conversation = conversation,
    options: CompletionOptions = CompletionOptions(maximumTokens: 16)
  ) async throws -> Completion {
    try await engine.complete(conversation, options: options, onText: { _ in })
  }
}

/// An engine that is there and says nothing.
struct SilentJudge: CompletionEngine {
  func identity() async throws -> EngineIdentity { .init(model: "judge", promptForm: "test") }

  func complete(
    _ conversation: Conversation, options: CompletionOptions,
    onText: @escaping @Sendable (String) -> Void
  ) async throws -> Completion { Completion(text: "", identity: try await identity(), shots: []) }

  func likelihoods(of answers: [ConversationAnswer]) async throws -> [Likelihood]? {
    answers.map { Likelihood(nll: Double($0.answer.count), tokens: 1) }
  }
}

/// A clock whose pauses are over at once and are written down.
final class TestClock: Sendable {
  let pauses = Mutex<[Duration]>([])
  private let start = ContinuousClock.now
  private let passed = Mutex(Duration.zero)

  func advance(by time: Duration) { passed.withLock { $0 += time } }

  var clock: RemoteClock {
    RemoteClock(
      now: { [self] in start + passed.withLock(\.self) },
      sleep: { [self] pause in
        try Task.checkCancellation()
        pauses.withLock { $0.append(pause) }
        advance(by: pause)
      },
      jitter: { 0.5 })
  }
}
