import Foundation
import LanguageModel
import Testing
import TestSupport
import Tokenizers

/// Likelihoods of many completions together, and one by one.
struct ScoringTests {
  /// Prompts that begin alike to different lengths, some twice, with completions of 0 to 9 tokens;
  /// now and then one that is longer than a run of the layers.
  private static func items(_ count: Int, vocabulary: Int32, seed: UInt64) -> [ScoringItem] {
    var generator = SplitMix(seed: seed)
    func tokens(_ range: ClosedRange<Int>) -> [Int32] {
      (0..<Int.random(in: range, using: &generator)).map { _ in
        Int32.random(in: 0..<vocabulary, using: &generator)
      }
    }
    let beginnings = [tokens(1...3), tokens(20...70), tokens(20...40)]
    return (0..<count).map { place in
      if place % 7 == 6 {
        return ScoringItem(prompt: tokens(100...200), completion: tokens(1...20))
      }
      let begin = beginnings[Int.random(in: 0..<3, using: &generator)]
      let middle = place % 5 == 0 ? begin.prefix(2) + [] : begin
      return ScoringItem(prompt: middle + tokens(0...12), completion: tokens(0...9))
    }
  }

  /// Sliding windows, biases, norms and both ways of rotating are all in these models.
  @Test(arguments: ArchitectureTests.names)
  func togetherIsAsOneByOne(name: String) async throws {
    let model = try LanguageModel(contentsOf: ArchitectureAnswer(name).model)
    let items = Self.items(40, vocabulary: 64, seed: 7)
    let together = try await model.scores(of: items + items.prefix(3))
    #expect(together.count == 43 && Array(together.suffix(3)) == Array(together.prefix(3)))
    for (item, score) in zip(items, together) {
      let alone = try await model.score(prompt: item.prompt, completion: item.completion)
      #expect(score.tokens == item.completion.count)
      #expect(abs(score.nll - alone.nll) <= 1e-3 * max(1, alone.nll))
    }
  }

  @Test func anAdapterHasItsSayTogetherToo() async throws {
    let model = try LanguageModel(contentsOf: ArchitectureAnswer("gemma3").model)
    let adapter = AdapterUse(
      try model.adapter(contentsOf: AdapterTests.folder.appending(path: "gemma3")))
    let items = Self.items(12, vocabulary: 64, seed: 3)
    let together = try await model.scores(of: items, adapter: adapter)
    let plain = try await model.scores(of: items)
    for (item, score) in zip(items, together) {
      let alone = try await model.score(
        prompt: item.prompt, completion: item.completion, adapter: adapter)
      #expect(abs(score.nll - alone.nll) <= 1e-3 * max(1, alone.nll))
    }
    #expect(zip(together, plain).contains { abs($0.nll - $1.nll) > 0.1 })
  }

  @Test func whatCannotBeScoredIsRefused() async throws {
    let model = try LanguageModel(contentsOf: ArchitectureAnswer("qwen2").model)
    let fine = ScoringItem(prompt: [1, 2], completion: [3])
    #expect(try await model.scores(of: []).isEmpty)
    await #expect(throws: LanguageModelError.emptyPrompt) {
      try await model.scores(of: [fine, ScoringItem(prompt: [], completion: [1])])
    }
    let long = ScoringItem(
      prompt: [Int32](repeating: 1, count: model.context), completion: [1])
    await #expect(
      throws: LanguageModelError.promptTooLong(tokens: model.context + 1, context: model.context)
    ) {
      try await model.scores(of: [fine, long])
    }
  }

  @Test func itEndsWhenItIsCancelled() async throws {
    let model = try LanguageModel(contentsOf: ArchitectureAnswer("llama3").model)
    let items = Self.items(4000, vocabulary: 64, seed: 1)
    let task = Task { try await model.scores(of: items) }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
    // What is in the cache still holds.
    let again = try await model.scores(of: Array(items.prefix(5)))
    let fresh = try await LanguageModel(contentsOf: ArchitectureAnswer("llama3").model)
      .scores(of: Array(items.prefix(5)))
    for (a, b) in zip(again, fresh) { #expect(abs(a.nll - b.nll) <= 1e-3 * max(1, b.nll)) }
  }

  @Test(arguments: UInt64(0)..<20)
  func aPlanHasEachItemOnceAndFitsItsBatches(seed: UInt64) {
    let items = Self.items(60, vocabulary: seed % 2 == 0 ? 3 : 40, seed: seed)
    let plan = ScoringPlan(items, batch: 128)
    #expect(plan.packs.flatMap(\.members).sorted() == Array(items.indices))
    for pack in plan.packs {
      let begin = items[pack.members[0]].tokens.prefix(pack.shared)
      for member in pack.members {
        #expect(items[member].tokens.starts(with: begin))
        #expect(pack.shared < items[member].prompt.count)
      }
      let rests = pack.members.map { items[$0].tokens.count - 1 - pack.shared }
      #expect(pack.members.count == 1 || rests.reduce(0, +) <= 128)
    }
  }

  @Test func whatBeginsAlikeIsComputedOnce() {
    // Two shots of 50 tokens, each before six short questions.
    let items = (0..<12).map { place in
      ScoringItem(
        prompt: [Int32](repeating: Int32(place % 2), count: 50) + [Int32(10 + place), 5],
        completion: [6, 7])
    }
    let plan = ScoringPlan(items, batch: 128)
    #expect(plan.packs.map(\.shared) == [50, 50])
    #expect(
      plan.packs.map { $0.members.map { $0 % 2 } } == [[0, 0, 0, 0, 0, 0], [1, 1, 1, 1, 1, 1]])
  }
}

@Suite(
  .serialized,
  .enabled(if: TestModels.exists(TestModels.smolLM2), "the default model is not installed"))
struct RealScoringTests {
  @Test func scoresAreSumsOverTheCompletion() async throws {
    let model = try GenerationTests.model.get()
    let prompt = try GenerationTests.prompt("What is the capital of France?")
    let completion = model.tokenizer.encode("The capital is Paris.", parsingSpecial: false)
    let whole = try await model.score(prompt: prompt, completion: completion)
    let parts = completion.indices.map {
      ScoringItem(prompt: prompt + completion[..<$0], completion: [completion[$0]])
    }
    let sum = try await model.scores(of: parts).reduce(0) { $0 + $1.nll }
    #expect(whole.tokens == completion.count)
    #expect(abs(whole.nll - sum) < 0.02 * whole.nll)
    // Shared prefixes change nothing.
    let again = try await model.score(prompt: prompt, completion: completion)
    #expect(abs(again.nll - whole.nll) < 1e-6 * whole.nll)
    let none = try await model.score(prompt: prompt, completion: [])
    #expect(none.nll == 0 && none.tokens == 0)
  }
}
