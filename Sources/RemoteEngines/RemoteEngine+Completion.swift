public import CompletionEngine
import Foundation
import LanguageModel
import PromptMatching
import Synchronization

extension RemoteEngine {
  public func complete(
    _ conversation: Conversation, options: CompletionOptions,
    onText: @escaping @Sendable (String) -> Void
  ) async throws -> Completion {
    try backoff.check()
    do {
      let completion = try await completeRetrying(conversation, options, onText)
      backoff.succeeded()
      return completion
    } catch let error as RemoteError {
      backoff.failed(error)
      switch error {
      case .unreachable, .unauthorised, .noModel, .brokeOff: forget()
      default: break
      }
      throw error
    }
  }

  /// Tries again what may pass, as long as nothing of an answer was given away.
  private func completeRetrying(
    _ conversation: Conversation, _ options: CompletionOptions,
    _ onText: @escaping @Sendable (String) -> Void
  ) async throws -> Completion {
    var retry = 0
    while true {
      let hasBegun = Atomic(false)
      do {
        return try await completeAdapting(conversation, options) { piece in
          hasBegun.store(true, ordering: .relaxed)
          onText(piece)
        }
      } catch let error as RemoteError {
        // Who cannot be reached is not there; the next request of the user is the next try.
        if case .unreachable = error { throw error }
        guard !hasBegun.load(ordering: .relaxed),
          let pause = Backoff.pause(
            before: retry, after: error, limits: limits, jitter: clock.jitter()),
          options.deadline.map({ clock.now() + pause < $0 }) ?? true
        else { throw error }
        try await clock.sleep(pause)
        retry += 1
      }
    }
  }

  /// Learns from refusals: a method that is missing, an option that is unknown, a context that is
  /// too small.
  private func completeAdapting(
    _ conversation: Conversation, _ options: CompletionOptions,
    _ onText: @escaping @Sendable (String) -> Void
  ) async throws -> Completion {
    let connection = try connected()
    let address = connection.transport.address
    let description = try await describe(connection)
    var turn = turn(conversation, connection, description, options)
    turn.model = try modelName(description)
    var hasChangedMethod = false
    while true {
      do {
        let completion = try await stream(turn, connection, options, onText)
        dialect = turn.dialect
        if hasChangedMethod { workingMethod = turn.method }
        return completion
      } catch RemoteError.refused(let server, let status, let message) {
        if Self.saysTooLong(message) {
          guard turn.shots > 0 else { throw RemoteError.tooLong(server: server) }
          turn.shots /= 2
        } else if Self.saysNoModel(status, message) {
          throw RemoteError.noModel(
            server: server, model: turn.model ?? "of that name", offered: description.models)
        } else if [404, 405, 501].contains(status), address.method == nil, !hasChangedMethod {
          hasChangedMethod = true
          turn.method = turn.method.other
        } else if status == 400 || status == 422,
          let simpler = turn.dialect.simpler(after: message)
        {
          turn.dialect = simpler
        } else {
          throw RemoteError.refused(server: server, status: status, message: message)
        }
      }
    }
  }

  /// How a conversation is first asked.
  func turn(
    _ conversation: Conversation, _ connection: Connection, _ description: ServerDescription,
    _ options: CompletionOptions
  ) -> Turn {
    let address = connection.transport.address
    return Turn(
      conversation: conversation, description: description,
      identity: identity(address, description),
      method: address.method ?? workingMethod ?? Self.method(conversation, description),
      dialect: dialect,
      shots: RemotePrompt.fitting(
        conversation.shots, conversation.request,
        context: description.context ?? ServerDescription.usualContext,
        answerTokens: options.maximumTokens))
  }

  /// A file is continued as a text where the server does that; everything else is a chat.
  private static func method(
    _ conversation: Conversation, _ description: ServerDescription
  ) -> CompletionMethod {
    conversation.request.context != nil && description.kind.continuesTexts ? .text : .chat
  }

  private static func saysTooLong(_ message: String) -> Bool {
    let message = message.lowercased()
    return message.contains("context")
      && ["exceed", "maximum", "too long", "too many", "larger", "length"].contains(
        where: message.contains)
  }

  private static func saysNoModel(_ status: Int, _ message: String) -> Bool {
    let message = message.lowercased()
    return (status == 404 || status == 400) && message.contains("model")
      && ["not found", "does not exist", "not exist", "no such", "unknown model", "not loaded"]
        .contains(where: message.contains)
  }

  // MARK: One request

  /// Everything that a request is made of.
  struct Turn: Sendable {
    var conversation: Conversation
    var description: ServerDescription
    var identity: EngineIdentity
    var model: String?
    var method: CompletionMethod
    var dialect: Dialect
    /// How many of the conversation's shots are in the prompt, counted from the last.
    var shots: Int

    var prompt: RemotePrompt {
      let shown = Array(conversation.shots.suffix(shots))
      return switch method {
      case .chat:
        .messages(
          RemotePrompt.messages(
            conversation.request, shots: shown, withSystem: dialect.sendsSystem))
      case .text: RemotePrompt.text(conversation.request, shots: shown)
      }
    }

    var shownShots: [Int] {
      let all = conversation.shots.indices
      return Array(all.suffix(shots))
    }
  }

  func request(_ turn: Turn, _ options: CompletionOptions) -> CompletionRequest {
    var request = CompletionRequest(model: turn.model)
    switch turn.prompt {
    case .messages(let messages): request.messages = messages
    case .text(let text, let stops):
      request.prompt = text
      if !stops.isEmpty, turn.dialect.sendsStop { request.stop = stops }
    }
    if turn.dialect.namesCompletionTokens {
      request.max_completion_tokens = options.maximumTokens
    } else {
      request.max_tokens = options.maximumTokens
    }
    let sampling = options.sampling
    if turn.dialect.sendsSampling {
      request.temperature = sampling.temperature
      if sampling.temperature > 0 {
        request.top_p = sampling.topP
        // Some servers read it as a signed 32-bit number.
        request.seed = sampling.seed & 0x7FFF_FFFF
        if turn.description.kind.takesMoreSampling {
          request.top_k = sampling.topK > 0 ? sampling.topK : nil
          request.min_p = sampling.minP
        }
      }
    }
    if turn.dialect.sendsUsage { request.stream_options = .init() }
    if turn.dialect.sendsLogProbabilities {
      request.logprobs = turn.method == .chat ? .wanted : .top(Self.alternatives)
      if turn.method == .chat { request.top_logprobs = Self.alternatives }
    }
    if turn.description.kind == .llamaServer {
      request.cache_prompt = true
      if let id = turn.description.adapters[choice.adapter] {
        request.lora = [.init(id: id, scale: choice.adapterScale)]
      }
    }
    return request
  }

  /// How many of the likeliest tokens are asked for at each place; the entropy of the first needs
  /// them.
  private static let alternatives = 5

  private func stream(
    _ turn: Turn, _ connection: Connection, _ options: CompletionOptions,
    _ onText: @escaping @Sendable (String) -> Void
  ) async throws -> Completion {
    let opening = turn.conversation.request.context?.opening ?? ""
    let continues = turn.method == .text && !opening.isEmpty
    let reading = AnswerReading(
      prefix: continues ? opening : "", opening: continues ? "" : opening, options: options,
      onText: onText)
    let body = request(turn, options)
    let transport = connection.transport
    let url = transport.address.url(turn.method.rawValue)
    let deadline = min(options.deadline ?? .now + limits.total, .now + limits.total)
    do {
      try await Self.before(deadline) {
        let answer = try await transport.post(body, to: url, key: connection.key)
        try await reading.read(answer, from: transport, key: connection.key)
      }
    } catch is DeadlinePassed {
      guard options.deadline != nil else {
        throw RemoteError.timedOut(
          server: transport.address.base, seconds: limits.total.wholeSeconds)
      }
      reading.end(.deadline)
    }
    let result = reading.result
    noteProbabilities(!result.logProbabilities.isEmpty)
    var completion = Completion(
      text: result.text, identity: turn.identity, shots: turn.shownShots, ending: result.ending,
      timings: result.timings)
    completion.logProbabilities = result.logProbabilities
    completion.firstEntropy = result.firstEntropy
    return completion
  }

  /// Cancels work when its time is up.
  static func before(
    _ deadline: ContinuousClock.Instant, _ work: @escaping @Sendable () async throws -> Void
  ) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask(operation: work)
      group.addTask {
        try await Task.sleep(until: deadline, clock: .continuous)
        throw DeadlinePassed()
      }
      defer { group.cancelAll() }
      _ = try await group.next()
    }
  }

  struct DeadlinePassed: Error {}
}
