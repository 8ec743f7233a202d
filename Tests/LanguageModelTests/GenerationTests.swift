import Foundation
import LanguageModel
import Synchronization
import Testing
import TestSupport
import Tokenizers

@Suite(
  .serialized,
  .enabled(if: TestModels.exists(TestModels.smolLM2), "the default model is not installed"))
struct GenerationTests {
  static let model = Result { try LanguageModel(contentsOf: TestModels.smolLM2) }

  static func prompt(_ text: String) throws -> [TokenID] {
    try model.get().tokenizer.encode(
      "<|im_start|>user\n\(text)<|im_end|>\n<|im_start|>assistant\n", parsingSpecial: true)
  }

  @Test func greedyTextIsRepeatableAndEndsByItself() async throws {
    let model = try Self.model.get()
    let prompt = try Self.prompt("What is the capital of France?")
    let first = try await model.generate(prompt)
    let second = try await model.generate(prompt)
    #expect(first.text.contains("Paris"))
    #expect(first.ending == .stop)
    #expect(first.text == second.text)
    #expect(second.timings.cachedTokens == prompt.count - 1)
  }

  @Test func aTextIsWrittenWhereTheModelWouldEnd() async throws {
    let model = try Self.model.get()
    let prompt = try Self.prompt("What is the capital of France?")
    var options = GenerationOptions(maximumTokens: 32)
    let answer = try await model.generate(prompt, options: options)
    // Behind its own answer the model has nothing to add.
    let nothing = try await model.generate(prompt + answer.tokens, options: options)
    #expect(nothing.text.isEmpty && nothing.ending == .stop)
    options.startsWithText = true
    let more = try await model.generate(prompt + answer.tokens, options: options)
    #expect(more.text.contains { !$0.isWhitespace })
    #expect(more.isReluctant)
    let same = try await model.generate(prompt, options: options)
    #expect(same.text == answer.text)
    #expect(!same.isReluctant)
  }

  @Test func theCacheChangesNothing() async throws {
    let model = try Self.model.get()
    let fresh = try LanguageModel(contentsOf: TestModels.smolLM2)
    let shared = try Self.prompt("Count from one to ten in words.")
    _ = try await model.generate(try Self.prompt("Count the planets, please."))
    let options = GenerationOptions(maximumTokens: 24)
    let reused = try await model.generate(shared, options: options)
    let alone = try await fresh.generate(shared, options: options)
    #expect(reused.timings.cachedTokens > 3)
    #expect(alone.timings.cachedTokens == 0)
    #expect(reused.tokens == alone.tokens)
  }

  @Test func conversationsTakeTurnsWithoutComputingAnew() async throws {
    let options = GenerationOptions(maximumTokens: 12)
    let prompts = try [
      "Explain in one short sentence what a language server is good for in an editor.",
      "Name three rivers of Europe, each with one of the countries that it flows through.",
    ].map(Self.prompt)
    let model = try LanguageModel(contentsOf: TestModels.smolLM2)
    var alone: [[TokenID]] = []
    for prompt in prompts {
      alone.append(try await model.generate(prompt, options: options).tokens)
    }
    for round in 0..<2 {
      for (prompt, expected) in zip(prompts, alone) {
        let again = try await model.generate(prompt, options: options)
        #expect(again.timings.cachedTokens > prompt.count - 17, "round \(round)")
        #expect(again.tokens == expected)
      }
    }
    let forgetful = try LanguageModel(
      contentsOf: TestModels.smolLM2, options: LanguageModelOptions(prefixCacheBytes: 0))
    for (prompt, expected) in zip(prompts + prompts, alone + alone) {
      let again = try await forgetful.generate(prompt, options: options)
      #expect(again.timings.cachedTokens < 16)
      #expect(again.tokens == expected)
    }
  }

  /// Four pages of 16 tokens: what was used longest ago gives way, and a prompt that is longer
  /// keeps its beginning.
  @Test func aFullCacheDropsWhatWasUsedLongestAgo() async throws {
    let pageBytes = 30 * 3 * 64 * 16 * 2 * MemoryLayout<UInt16>.size
    let model = try LanguageModel(
      contentsOf: TestModels.smolLM2, options: LanguageModelOptions(prefixCacheBytes: 4 * pageBytes)
    )
    func prompt(_ first: TokenID, _ count: Int) -> [TokenID] {
      (0..<TokenID(count)).map { first + $0 * 3 }
    }
    let (a, b, c, long, short) = (
      prompt(1000, 33), prompt(2001, 33), prompt(3002, 33), prompt(4000, 200), prompt(9000, 10)
    )
    let steps: [(prompt: [TokenID], known: Int)] = [
      (a, 0), (b, 0), (a, 32), (c, 0), (a, 32), (b, 0), (c, 0), (b, 32), (long, 0), (short, 0),
      (long, 64), (a, 0),
    ]
    let plain = try Self.model.get()
    let options = GenerationOptions(maximumTokens: 2, stopsAtEnd: false)
    for (index, step) in steps.enumerated() {
      let answer = try await model.generate(step.prompt, options: options)
      #expect(answer.timings.cachedTokens == step.known, "step \(index)")
      #expect(
        answer.tokens == (try await plain.generate(step.prompt, options: options)).tokens,
        "step \(index)")
    }
  }

  @Test(arguments: [SamplingOptions.greedy, SamplingOptions(temperature: 0.8, seed: 7)])
  func guessesChangeNothingButTheTime(_ sampling: SamplingOptions) async throws {
    let model = try Self.model.get()
    let prompt = try Self.prompt(
      "Repeat this text: The cat sat on the mat, the dog lay in the hall, the cat sat on the mat.")
    var options = GenerationOptions(maximumTokens: 96, sampling: sampling, stopsAtEnd: false)
    let guessed = try await model.generate(prompt, options: options)
    options.usesLookup = false
    let plain = try await model.generate(prompt, options: options)
    #expect(guessed.tokens == plain.tokens)
    #expect(guessed.text == plain.text)
    #expect(guessed.timings.guessedTokens > 0)
    #expect(plain.timings.guessedTokens == 0)
  }

  @Test func aTextThatRepeatsItselfIsEnded() async throws {
    let model = try Self.model.get()
    let prompt = model.tokenizer.encode(
      "one two three four one two three four one two three four", parsingSpecial: false)
    var options = GenerationOptions(maximumTokens: 120, stopsAtEnd: false)
    let endless = try await model.generate(prompt, options: options)
    #expect(endless.tokens.count == 120)
    options.stopsAtLoops = true
    let ended = try await model.generate(prompt, options: options)
    #expect(ended.ending == .loop)
    #expect(ended.tokens.count < 24)
    #expect(endless.text.hasPrefix(ended.text) && !ended.text.isEmpty)
    // What is no loop is not touched.
    let text = try Self.prompt("What is the capital of France?")
    options.stopsAtEnd = true
    #expect(try await model.generate(text, options: options).ending == .stop)
  }

  @Test func seedsRepeatDraws() async throws {
    let model = try Self.model.get()
    let prompt = try Self.prompt("Invent a name for a cat.")
    func draw(_ seed: UInt64) async throws -> String {
      let sampling = SamplingOptions(temperature: 1.2, topK: 0, topP: 1, minP: 0, seed: seed)
      let options = GenerationOptions(maximumTokens: 16, sampling: sampling)
      return try await model.generate(prompt, options: options).text
    }
    let texts = [try await draw(1), try await draw(1), try await draw(2), try await draw(3)]
    #expect(texts[0] == texts[1])
    #expect(Set(texts).count > 1)
  }

  @Test func confidenceIsWhatScoringSays() async throws {
    let model = try Self.model.get()
    let prompt = try Self.prompt("Name three rivers of Europe.")
    var options = GenerationOptions(maximumTokens: 20)
    options.measuresConfidence = true
    let generation = try await model.generate(prompt, options: options)
    #expect(generation.logProbabilities.count == generation.tokens.count)
    let score = try await model.score(prompt: prompt, completion: generation.tokens)
    let sum = generation.logProbabilities.reduce(0, +)
    #expect(abs(Double(sum) + score.nll) < 0.02)
    // The entropy of one of 49,152 tokens lies between a certainty and a uniform draw.
    #expect(generation.firstEntropy > 0 && generation.firstEntropy < 10.8)
    #expect(try await model.generate(prompt).logProbabilities.isEmpty)
  }

  @Test func stopsEndTheTextAndAreNotPartOfIt() async throws {
    let model = try Self.model.get()
    let prompt = try Self.prompt("Count from one to ten in digits, separated by commas.")
    let whole = try await model.generate(prompt, options: GenerationOptions(maximumTokens: 32))
    let stop = String(whole.text.dropFirst(4).prefix(3))
    let streamed = Collected()
    let cut = try await model.generate(
      prompt, options: GenerationOptions(maximumTokens: 32, stops: [stop])
    ) { streamed.add($0) }
    #expect(cut.ending == .stop)
    #expect(!cut.text.contains(stop))
    #expect(whole.text.hasPrefix(cut.text))
    #expect(streamed.text == cut.text)
  }

  @Test func aCancelledTaskEndsSoon() async throws {
    let model = try Self.model.get()
    let started = AsyncStream<Void>.makeStream()
    let prompt = try Self.prompt("Write a very long story.")
    let task = Task {
      try await model.generate(
        prompt, options: GenerationOptions(maximumTokens: 1500, stopsAtEnd: false)
      ) { _ in started.continuation.yield() }
    }
    for await _ in started.stream { break }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
    // The model goes on with the next request.
    let next = try await model.generate(prompt, options: GenerationOptions(maximumTokens: 2))
    #expect(next.tokens.count == 2)
  }

  @Test func aDeadlineEndsWithWhatIsThere() async throws {
    let model = try Self.model.get()
    let prompt = try Self.prompt("Name the seas of Europe.")
    var options = GenerationOptions(maximumTokens: 12)
    options.deadline = .now
    let none = try await model.generate(prompt, options: options)
    #expect(none.ending == .deadline && none.text.isEmpty && none.tokens.isEmpty)
    options.deadline = .now + .seconds(3600)
    let bounded = try await model.generate(prompt, options: options)
    options.deadline = nil
    #expect(try await model.generate(prompt, options: options).tokens == bounded.tokens)
    // One that comes while the text grows.
    let pieces = Mutex(0)
    options.maximumTokens = 1500
    options.stopsAtEnd = false
    options.deadline = .now + .milliseconds(300)
    let cut = try await model.generate(prompt, options: options) { _ in pieces.withLock { $0 += 1 }
    }
    #expect(cut.ending == .deadline && cut.tokens.count < 1500)
    #expect(cut.text.isEmpty == (pieces.withLock(\.self) == 0))
  }

  @Test func wrongPromptsAreRefused() async throws {
    let model = try Self.model.get()
    await #expect(throws: LanguageModelError.emptyPrompt) { try await model.generate([]) }
    await #expect(throws: LanguageModelError.promptTooLong(tokens: 3000, context: 2048)) {
      try await model.generate([TokenID](repeating: 5, count: 3000))
    }
    await #expect(throws: LanguageModelError.unknownToken(id: -1, vocabulary: 49_152)) {
      try await model.generate([-1])
    }
  }
}

/// Text that comes in pieces, on another thread.
private final class Collected: Sendable {
  private let pieces = Mutex("")

  func add(_ piece: String) { pieces.withLock { $0 += piece } }
  var text: String { pieces.withLock { $0 } }
}
