import Foundation
import LanguageModel
import Synchronization
import TestSupport
import Testing
import Tokenizers

/// Several answers at once are those that are given one at a time.
struct GenerationBatchTests {
  /// The likeliest text twice, and draws that part from it sooner or later.
  private static let draws =
    [SamplingOptions.greedy, .greedy]
    + (1...6).map {
      SamplingOptions(temperature: $0 < 4 ? 0.3 : 1.5, topK: 0, topP: 1, minP: 0, seed: UInt64($0))
    }

  private static func expectSame(
    _ model: LanguageModel, _ prompt: [TokenID], _ draws: [SamplingOptions],
    _ options: GenerationOptions, _ comment: String
  ) async throws {
    let batch = try await model.generate(prompt, draws: draws, options: options)
    #expect(batch.generations.count == draws.count)
    for (draw, together) in zip(draws, batch.generations) {
      var alone = options
      alone.sampling = draw
      let expected = try await model.generate(prompt, options: alone)
      #expect(together.tokens == expected.tokens, "\(comment), seed \(draw.seed)")
      #expect(together.text == expected.text && together.ending == expected.ending)
      #expect(together.logProbabilities == expected.logProbabilities)
      #expect(together.firstEntropy == expected.firstEntropy)
    }
  }

  /// Prompts that end before, at and behind the border of a panel; texts that go beyond a window.
  @Test(arguments: ArchitectureTests.names, [1, 15, 16, 17, 60])
  func togetherIsAsOneByOne(name: String, length: Int) async throws {
    let model = try LanguageModel(contentsOf: ArchitectureAnswer(name).model)
    var generator = SplitMix(seed: UInt64(length))
    let prompt = (0..<length).map { _ in TokenID.random(in: 3..<64, using: &generator) }
    var options = GenerationOptions(maximumTokens: 70, stopsAtEnd: false)
    options.measuresConfidence = true
    try await Self.expectSame(model, prompt, Self.draws, options, "\(name), \(length) tokens")
  }

  @Test func anAdapterHasItsSayTogetherToo() async throws {
    let model = try LanguageModel(contentsOf: ArchitectureAnswer("gemma3").model)
    let adapter = AdapterUse(
      try model.adapter(contentsOf: AdapterTests.folder.appending(path: "gemma3")))
    let options = GenerationOptions(maximumTokens: 40, stopsAtEnd: false, adapter: adapter)
    try await Self.expectSame(model, [5, 9, 20, 7], Self.draws, options, "with an adapter")
  }

  @Test func equalSequencesAreComputedOnce() async throws {
    let model = try LanguageModel(contentsOf: ArchitectureAnswer("llama3").model)
    let options = GenerationOptions(maximumTokens: 30, stopsAtEnd: false)
    let batch = try await model.generate(
      [4, 5, 6], draws: [SamplingOptions](repeating: .greedy, count: 8), options: options)
    #expect(Set(batch.generations.map(\.tokens)).count == 1)
    // The last token is drawn, not read.
    #expect(batch.computedTokens == 29)
  }

  @Test func manyAdvanceInTurns() async throws {
    let model = try LanguageModel(contentsOf: ArchitectureAnswer("qwen3").model)
    let options = GenerationOptions(maximumTokens: 12, stopsAtEnd: false)
    let draws = (0..<37).map { SamplingOptions(temperature: 2, seed: UInt64($0)) }
    try await Self.expectSame(model, [8, 3, 11], draws, options, "37 draws")
    #expect(try await model.generate([8, 3], draws: [], options: options).generations.isEmpty)
    let one = try await model.generate([8, 3], draws: [.greedy], options: options)
    #expect(one.generations.count == 1 && one.computedTokens == 11)
  }

  @Test func aFullContextEndsAll() async throws {
    let model = try LanguageModel(
      contentsOf: ArchitectureAnswer("qwen2").model, options: LanguageModelOptions(context: 64))
    let prompt = (0..<50).map { TokenID(3 + $0) }
    let options = GenerationOptions(maximumTokens: 100, stopsAtEnd: false)
    try await Self.expectSame(model, prompt, Self.draws, options, "a full context")
    let full = try await model.generate(
      (0..<64).map { TokenID($0) }, draws: Self.draws, options: options)
    #expect(full.generations.allSatisfy { $0.tokens.count == 1 && $0.ending == .length })
    await #expect(throws: LanguageModelError.promptTooLong(tokens: 65, context: 64)) {
      try await model.generate([TokenID](repeating: 1, count: 65), draws: Self.draws)
    }
  }

  @Test func nothingIsGeneratedOfNoTokens() async throws {
    let model = try LanguageModel(contentsOf: ArchitectureAnswer("llama-linear").model)
    let batch = try await model.generate(
      [4, 5], draws: Self.draws, options: GenerationOptions(maximumTokens: 0))
    #expect(batch.generations.count == 8 && batch.computedTokens == 0)
    #expect(batch.generations.allSatisfy { $0.tokens.isEmpty && $0.ending == .length })
  }

  /// What is around a batch goes on as without it.
  @Test func theCacheIsLeftAsItWas() async throws {
    let model = try LanguageModel(contentsOf: ArchitectureAnswer("gemma3").model)
    let prompt = (0..<20).map { TokenID(3 + $0) }
    let options = GenerationOptions(maximumTokens: 20, stopsAtEnd: false)
    let before = try await model.generate(prompt, options: options)
    _ = try await model.generate(prompt, draws: Self.draws, options: options)
    let after = try await model.generate(prompt, options: options)
    #expect(before.tokens == after.tokens)
    #expect(after.timings.cachedTokens == prompt.count - 1)
  }

  @Test func cancellationEndsAllOfThem() async throws {
    let model = try LanguageModel(contentsOf: ArchitectureAnswer("llama3").model)
    let started = AsyncStream<Void>.makeStream()
    let options = GenerationOptions(maximumTokens: 100_000, stopsAtEnd: false)
    // It cannot reach its end before it is cancelled.
    let isCancelled = Mutex(false)
    let task = Task {
      try await model.generate(
        [4, 5, 6], draws: Self.draws, options: options,
        isComplete: { _, _ in
          started.continuation.yield()
          while !isCancelled.withLock(\.self) { sched_yield() }
          return false
        })
    }
    for await _ in started.stream { break }
    task.cancel()
    isCancelled.withLock { $0 = true }
    await #expect(throws: CancellationError.self) { try await task.value }
    try await Self.expectSame(
      model, [4, 5, 6], Self.draws, GenerationOptions(maximumTokens: 9, stopsAtEnd: false), "next")
  }
}

/// The same with the default model, whose texts mean something.
@Suite(
  .serialized,
  .enabled(if: TestModels.exists(TestModels.smolLM2), "the default model is not installed"))
struct GenerationBatchWithModelTests {
  /// Its own: other tests count on what is in the cache of theirs.
  private static let model = Result { try LanguageModel(contentsOf: TestModels.smolLM2) }

  private static let draws =
    [SamplingOptions.greedy] + (1...7).map { SamplingOptions(temperature: 0.8, seed: UInt64($0)) }

  @Test func textsEndWhereTheyWouldAlone() async throws {
    let model = try Self.model.get()
    let prompt = try GenerationTests.prompt("Name three rivers of Europe, one per line.")
    var options = GenerationOptions(maximumTokens: 60, stops: ["Danube"])
    options.stopsAtLoops = true
    options.measuresConfidence = true
    let isComplete: @Sendable (String) -> Bool = { $0.count { $0 == "\n" } >= 3 }
    let pieces = Mutex([String](repeating: "", count: 8))
    let batch = try await model.generate(
      prompt, draws: Self.draws, options: options,
      onText: { index, piece in pieces.withLock { $0[index] += piece } },
      isComplete: { _, text in isComplete(text) })
    for (draw, together) in zip(Self.draws, batch.generations) {
      var alone = options
      alone.sampling = draw
      let expected = try await model.generate(prompt, options: alone, isComplete: isComplete)
      #expect(together.tokens == expected.tokens && together.text == expected.text)
      #expect(together.ending == expected.ending)
      #expect(together.logProbabilities == expected.logProbabilities)
    }
    #expect(pieces.withLock(\.self) == batch.generations.map(\.text))
    let computed = batch.generations.reduce(0) { $0 + $1.tokens.count }
    #expect(batch.computedTokens < computed)
    #expect(Set(batch.generations.map(\.text)).count > 2)
    let again = try await model.generate(
      prompt, draws: Self.draws, options: options, isComplete: { _, text in isComplete(text) })
    #expect(again.generations.map(\.tokens) == batch.generations.map(\.tokens))
  }

  @Test func theOthersGetNoMoreTimeThanTheyAreGiven() async throws {
    let model = try Self.model.get()
    let prompt = try GenerationTests.prompt("Write a very long story about a cat.")
    var options = GenerationOptions(maximumTokens: 1200, stopsAtEnd: false)
    let batch = try await model.generate(
      prompt, draws: Self.draws, options: options, patience: .zero,
      isComplete: { index, text in
        index == 0 && text.count > 80 || index == 3 && text.count > 20
      })
    #expect(batch.generations[0].ending == .stop && batch.generations[3].ending == .stop)
    for (index, other) in batch.generations.enumerated() where index != 0 && index != 3 {
      #expect(other.ending == .deadline && other.tokens.count < 1200)
    }
    options.deadline = .now
    let none = try await model.generate(prompt, draws: Self.draws, options: options)
    #expect(none.generations.allSatisfy { $0.ending == .deadline && $0.text.isEmpty })
  }
}
