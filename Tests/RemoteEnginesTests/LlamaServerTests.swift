import CompletionEngine
import Foundation
import LanguageModel
import ModelFormats
import PromptMatching
import RemoteEngines
import Synchronization
import TestSupport
import Testing

/// The real thing: llama-server with the default model.
@Suite(
  .serialized, .timeLimit(.minutes(5)),
  .enabled(if: LlamaServer.isInstalled, "Scripts/llama-server --install has not been run"))
struct LlamaServerTests {
  private static let shots = [
    Demonstration(instruction: "Write the plural of mouse.", output: "mice"),
    Demonstration(instruction: "Write the plural of house.", output: "houses"),
  ]

  private func engine(_ server: LlamaServer, model: String = "smollm2", key: String? = nil)
    -> RemoteEngine
  {
    let key = key.flatMap { EngineKey(environment: [EngineKey.variable: $0]) }
    return Remotes.engine(
      RemoteChoice(url: server.url, model: model, key: key),
      judge: EmbeddedEngine(file: TestModels.smolLM2))
  }

  @Test func completesChatsAndFilesWithConfidence() async throws {
    let server = try LlamaServer()
    let engine = engine(server)
    let check = try await engine.check()
    #expect(check.description.kind == .llamaServer)
    #expect(check.description.context == 4096)
    #expect(check.tellsProbabilities)
    #expect(check.notes.isEmpty)

    let chat = try await engine.complete(
      Conversation(
        InstructionRequest(instruction: "Write the plural of horse."), shots: Self.shots),
      options: CompletionOptions(maximumTokens: 8), onText: { _ in })
    #expect(chat.text.lowercased().contains("horses"))
    #expect(chat.shots == [0, 1])
    #expect(!chat.logProbabilities.isEmpty)
    #expect(chat.logProbabilities.allSatisfy { $0 <= 0 && $0 > -20 })
    #expect(chat.timings.promptTokens > 20)

    let context = PromptContext(
      above: "# Return the sum of two numbers.", opening: "def add(a, b):")
    let request = InstructionRequest(
      instruction: "Return the sum of two numbers.", language: "python", context: context)
    var options = CompletionOptions(maximumTokens: 24)
    options.isComplete = { $0.contains("return") && $0.hasSuffix("\n") }
    let file = try await engine.complete(
      Conversation(request), options: options, onText: { _ in })
    #expect(file.text.hasPrefix("def add(a, b):"))
    #expect(file.text.contains("return a + b"))
    #expect(file.ending == .stop)
  }

  /// The same file continued by both engines: the model is one, so the first tokens are as sure.
  @Test func agreesWithTheEmbeddedEngine() async throws {
    let server = try LlamaServer()
    let context = PromptContext(above: "# Return the sum of two numbers.\ndef add(a, b):")
    let request = InstructionRequest(
      instruction: "Return the sum of two numbers.", language: "python", context: context)
    // Behind the sum, two tokens are about equally likely.
    let options = CompletionOptions(maximumTokens: 5)
    let remote = try await engine(server).complete(
      Conversation(request), options: options, onText: { _ in })
    let embedded = try await EmbeddedEngine(file: TestModels.smolLM2).complete(
      Conversation(request), options: options, onText: { _ in })
    #expect(remote.text == embedded.text)
    let differences = zip(remote.logProbabilities, embedded.logProbabilities).map { abs($0 - $1) }
    #expect(remote.logProbabilities.count == embedded.logProbabilities.count)
    #expect((differences.max() ?? 1) < 0.15)
  }

  @Test func diesInTheMiddleAndComesBack() async throws {
    let server = try LlamaServer()
    let engine = engine(server)
    let (pieces, piece) = AsyncStream<Void>.makeStream()
    let numbers = (1...40).map(String.init).joined(separator: "\n") + "\n"
    let task = Task {
      defer { piece.finish() }
      return try await engine.complete(
        Conversation(
          InstructionRequest(
            instruction: "Count to one thousand.", context: PromptContext(above: numbers))),
        options: CompletionOptions(maximumTokens: 2000), onText: { _ in piece.yield() })
    }
    var count = 0
    for await _ in pieces {
      count += 1
      if count == 5 { break }
    }
    #expect(count == 5)
    server.kill()
    let error = await #expect(throws: RemoteError.self) { try await task.value }
    #expect(error == .brokeOff(server: server.url + "/v1"))

    let again = try LlamaServer(["--port", "\(server.port)"])
    #expect(again.port == server.port)
    // The pause after a failure is half a second; each refusal comes at once.
    var text: String?
    while text == nil {
      do {
        text = try await engine.complete(
          Conversation(
            InstructionRequest(instruction: "Write the plural of horse."), shots: Self.shots),
          options: CompletionOptions(maximumTokens: 8), onText: { _ in }
        ).text
      } catch let error as RemoteError {
        #expect(error == .brokeOff(server: server.url + "/v1"))
        await Task.yield()
      }
    }
    #expect(text?.lowercased().contains("horses") == true)
  }

  @Test func asksForItsKey() async throws {
    let server = try LlamaServer(["--key", "sk-right"])
    for key in [nil, "sk-wrong"] {
      let error = await #expect(throws: RemoteError.self) {
        try await engine(server, key: key).check()
      }
      #expect(error == .unauthorised(server: server.url + "/v1", hasKey: key != nil))
    }
    #expect(try await engine(server, key: "sk-right").check().description.kind == .llamaServer)
  }

  @Test func leavesOutShotsBeyondItsContext() async throws {
    let server = try LlamaServer(["--context", "256"])
    let long = Demonstration(
      instruction: "Write the plural of house.",
      output: String(repeating: "houses and ", count: 100))
    let completion = try await engine(server).complete(
      Conversation(
        InstructionRequest(instruction: "Write the plural of horse."),
        shots: [long, Self.shots[0]]),
      options: CompletionOptions(maximumTokens: 8), onText: { _ in })
    #expect(completion.shots == [1])
  }

  @Test func usesItsAdapterWhereTheSettingsNameIt() async throws {
    let folder = try TemporaryFolder()
    let adapter = try Self.adapter(in: folder)
    let server = try LlamaServer(["--lora", adapter.path])
    let conversation = Conversation(InstructionRequest(instruction: "Name a colour."))
    var texts: [[Float]] = []
    for scale in [Float(0), 1] {
      let engine = Remotes.engine(
        RemoteChoice(
          url: server.url, model: "smollm2", adapter: adapter.lastPathComponent,
          adapterScale: scale), judge: EmbeddedEngine(file: TestModels.smolLM2))
      let completion = try await engine.complete(
        conversation, options: CompletionOptions(maximumTokens: 4), onText: { _ in })
      #expect(completion.identity.adapter?.hasPrefix(adapter.lastPathComponent) == true)
      texts.append(completion.logProbabilities)
    }
    #expect(texts[0] != texts[1])
  }

  /// A random adapter of one matrix of the default model.
  private static func adapter(in folder: TemporaryFolder) throws -> URL {
    let file = folder.file("random.gguf")
    let (width, rank) = (576, 4)
    let writer = try GGUFWriter(
      to: file,
      metadata: [
        ("general.architecture", .string("llama")), ("general.type", .string("adapter")),
        ("adapter.type", .string("lora")), ("adapter.lora.alpha", .float32(Float(rank))),
      ],
      tensors: [
        .init(name: "blk.0.attn_q.weight.lora_a", shape: [width, rank], type: .f32),
        .init(name: "blk.0.attn_q.weight.lora_b", shape: [rank, width], type: .f32),
      ])
    var random = SplitMix(seed: 5)
    for _ in 0..<2 {
      let values = (0..<width * rank).map { _ in Float.random(in: -0.5...0.5, using: &random) }
      try values.withUnsafeBytes { try writer.write($0) }
    }
    try writer.finish()
    return file
  }
}
