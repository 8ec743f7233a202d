import CompletionEngine
import FaultServer
import Foundation
import LanguageModel
import PromptMatching
import RemoteEngines
import Synchronization
import Testing

/// What a server is asked, and what is made of its answers.
@Suite(.timeLimit(.minutes(5))) struct RemoteCompletionTests {
  @Test func asksAChatWithTheShotsAsTurns() async throws {
    let server = try await Remotes.server { _, link in try await link.chat(["re", "d"]) }
    let engine = Remotes.engine(server, key: "sk-1")
    let pieces = Mutex<[String]>([])
    let completion = try await engine.complete(
      Remotes.conversation, options: CompletionOptions(maximumTokens: 7),
      onText: { piece in pieces.withLock { $0.append(piece) } })
    #expect(completion.text == "red")
    #expect(pieces.withLock(\.self) == ["re", "d"])
    #expect(completion.shots == [0, 1])
    #expect(completion.ending == .stop)
    #expect(completion.identity.model == "m")
    #expect(completion.identity.server == server.url)
    let asked = try #require(server.completions.first)
    #expect(asked.path == "/v1/chat/completions")
    #expect(asked.headers["authorization"] == "Bearer sk-1")
    let messages = try #require(asked.json["messages"] as? [[String: String]])
    #expect(
      messages.dropFirst().map { $0["content"] } == [
        "Name an animal.", "cat", "Name a fruit.\n\nsweet", "fig", "Name a colour.",
      ])
    #expect(
      messages.map { $0["role"] } == [
        "system", "user", "assistant", "user", "assistant", "user",
      ])
    #expect(asked.json["max_tokens"] as? Int == 7)
    #expect(asked.json["model"] as? String == "m")
    #expect(asked.json["stream"] as? Bool == true)
  }

  @Test func takesAWholeAnswerWhereStreamingIsIgnored() async throws {
    let server = try await Remotes.server { _, link in
      try await link.answer(
        200,
        #"{"choices":[{"message":{"role":"assistant","content":"red"},"finish_reason":"length"}],"usage":{"prompt_tokens":12,"completion_tokens":3}}"#
      )
    }
    let completion = try await Remotes.answer(Remotes.engine(server))
    #expect(completion.text == "red")
    #expect(completion.ending == .length)
    #expect(completion.timings.promptTokens == 12)
    #expect(completion.timings.generatedTokens == 3)
    #expect(completion.logProbabilities.isEmpty)
  }

  @Test func measuresConfidenceByTheServersLogProbabilities() async throws {
    let server = try await Remotes.server { _, link in
      try await link.beginEvents()
      try await link.event(FaultServer.Link.delta("re", logprob: -0.25))
      try await link.event(FaultServer.Link.delta("d", logprob: -1.5))
      try await link.endEvents()
    }
    let engine = Remotes.engine(server)
    let completion = try await Remotes.answer(engine)
    #expect(completion.logProbabilities == [-0.25, -1.5])
    // Of 0.7788, 0.0498 and the rest of 0.1714.
    #expect(abs(completion.firstEntropy - 0.6464) < 0.001)
    #expect(engine.measuresConfidence)
  }

  @Test func knowsWhenAServerTellsNoLogProbabilities() async throws {
    let server = try await Remotes.server { _, link in try await link.chat(["red"]) }
    let engine = Remotes.engine(server)
    _ = try await Remotes.answer(engine)
    #expect(!engine.measuresConfidence)
  }

  @Test func readsTheOlderFormOfLogProbabilities() async throws {
    let server = try await FaultServer { request, link in
      guard request.method == "POST" else { return try await link.answer(404, "{}") }
      try await link.answer(
        200,
        #"{"choices":[{"text":"red","finish_reason":"stop","logprobs":{"tokens":["re","d"],"token_logprobs":[-0.5,null],"top_logprobs":[{"re":-0.5},null]}}]}"#
      )
    }
    let engine = Remotes.engine(RemoteChoice(url: server.url + "/v1/completions", model: "m"))
    let completion = try await Remotes.answer(engine)
    #expect(completion.text == "red")
    #expect(completion.logProbabilities == [-0.5, -100])
    let asked = try #require(server.completions.first)
    #expect(asked.path == "/v1/completions")
    #expect((asked.json["prompt"] as? String)?.contains("Name a colour.") == true)
  }

  @Test func hidesThoughtsAndTheirProbabilities() async throws {
    let server = try await Remotes.server { _, link in
      try await link.beginEvents()
      for (text, chance) in [("<think>", -9.0), ("hm</think>", -9), ("\n\n", -9), ("red", -0.5)] {
        try await link.event(FaultServer.Link.delta(text, logprob: chance))
      }
      try await link.endEvents()
    }
    let completion = try await Remotes.answer(Remotes.engine(server))
    #expect(completion.text == "red")
    #expect(completion.logProbabilities.last == -0.5)
    #expect(!completion.logProbabilities.dropFirst().contains(-9))
  }

  @Test func continuesAFileOnAServerThatContinuesTexts() async throws {
    let server = try await Remotes.server(
      models: #"{"data":[{"id":"m","owned_by":"llamacpp","meta":{"n_ctx":512}}]}"#
    ) { _, link in
      try await link.beginEvents()
      try await link.event(#"{"choices":[{"text":"\n  return x"}]}"#)
      try await link.event(#"{"choices":[{"text":"\n","finish_reason":"length"}]}"#)
      try await link.endEvents()
    }
    let context = PromptContext(above: "# Return x.", opening: "def f(x):")
    let request = InstructionRequest(
      instruction: "Return x.", language: "python", context: context)
    let completion = try await Remotes.answer(
      Remotes.engine(server), Conversation(request, shots: []))
    #expect(completion.text == "def f(x):\n  return x\n")
    #expect(completion.ending == .length)
    let asked = try #require(server.completions.first)
    #expect(asked.path == "/v1/completions")
    #expect(asked.json["prompt"] as? String == "# Return x.\ndef f(x):")
    #expect(asked.json["cache_prompt"] as? Bool == true)
  }

  @Test func stopsTheServerOnceTheAnswerIsComplete() async throws {
    let hungUp = Mutex(false)
    let server = try await Remotes.server { _, link in
      try await link.beginEvents()
      try await link.event(FaultServer.Link.delta("red\n\n"))
      await link.waitUntilClosed()
      hungUp.withLock { $0 = true }
    }
    var options = CompletionOptions(maximumTokens: 100)
    options.isComplete = { $0.contains("\n\n") }
    let completion = try await Remotes.answer(Remotes.engine(server), options: options)
    #expect(completion.text == "red\n\n")
    #expect(completion.ending == .stop)
    while !hungUp.withLock(\.self), !Task.isCancelled { await Task.yield() }
  }

  @Test func cancellationClosesTheStream() async throws {
    let (begun, beginning) = AsyncStream<Void>.makeStream()
    let hungUp = Mutex(false)
    let server = try await Remotes.server { _, link in
      try await link.beginEvents()
      try await link.event(FaultServer.Link.delta("red"))
      await link.waitUntilClosed()
      hungUp.withLock { $0 = true }
    }
    let engine = Remotes.engine(server)
    let task = Task {
      try await engine.complete(
        Remotes.conversation, options: CompletionOptions(), onText: { _ in beginning.finish() })
    }
    for await _ in begun {}
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
    while !hungUp.withLock(\.self), !Task.isCancelled { await Task.yield() }
  }

  @Test func returnsWhatIsThereAtTheDeadline() async throws {
    let server = try await Remotes.server { _, link in
      try await link.beginEvents()
      try await link.event(FaultServer.Link.delta("red"))
      await link.waitUntilClosed()
    }
    var options = CompletionOptions(maximumTokens: 100)
    options.deadline = .now + .milliseconds(300)
    let engine = Remotes.engine(server, clock: .system)
    let completion = try await Remotes.answer(engine, options: options)
    #expect(completion.ending == .deadline)
    #expect(["", "red"].contains(completion.text))
  }

  @Test func leavesScoringToTheJudge() async throws {
    let server = try await Remotes.server { _, link in try await link.chat(["red"]) }
    let engine = Remotes.engine(server)
    let answers = try await EngineAnswers(engine)
    #expect(answers.identity.contains("judge"))
    let query = Demonstration(instruction: "a", output: "four")
    let found = try await answers.likelihoods(of: [ShownQuery(query: query, shots: [])])
    #expect(found.map(\.nll) == [4])
    #expect(try await answers.answer(to: query, shots: []) == "red")
    #expect(server.completions.count == 1)
  }
}
