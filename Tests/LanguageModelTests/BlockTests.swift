import Foundation
import LanguageModel
import TestSupport
import Testing

/// Exemplars whose keys and values are computed once and used at any place.
struct BlockTests {
  private static func tokens(_ count: Int, seed: UInt64) -> [Int32] {
    var generator = SplitMix(seed: seed)
    return (0..<count).map { _ in Int32.random(in: 0..<64, using: &generator) }
  }

  /// Longer than a window of the model that has windows.
  private static let prompt = BlockPrompt(
    beginning: tokens(5, seed: 1),
    blocks: [tokens(11, seed: 2), tokens(18, seed: 3), tokens(7, seed: 4)],
    rest: tokens(9, seed: 5))
  private static let completion = tokens(6, seed: 6)

  /// Sliding windows, biases, norms, both ways of rotating, a magnitude of the rotation and layers
  /// without one are all in these models.
  @Test(arguments: [
    "gemma3", "llama-linear", "llama-yarn", "llama3", "qwen2", "qwen3", "smollm3",
  ])
  func likelihoodsAreThoseOfTheMask(name: String) async throws {
    let url = try ArchitectureAnswer(name).model
    let model = try LanguageModel(contentsOf: url)
    let reference = try MaskedReference(url)
    var (orders, ordinary) = ([Self.prompt, Self.prompt, Self.prompt], [Double]())
    orders[1].blocks.swapAt(0, 2)
    orders[2].blocks = [Self.prompt.blocks[2]]
    let items = orders.map { BlockScoringItem(prompt: $0, completion: Self.completion) }
    let scores = try await model.scores(ofBlocks: items)
    for (prompt, score) in zip(orders, scores) {
      let expected = reference.nll(prompt, Self.completion)
      #expect(score.tokens == Self.completion.count)
      #expect(abs(score.nll - expected) <= 3e-4 * expected, "\(score.nll), \(expected)")
      ordinary.append(
        try await model.score(prompt: prompt.tokens, completion: Self.completion).nll)
    }
    // One block is an ordinary prompt; several are not, so the mask matters.
    #expect(abs(scores[2].nll - ordinary[2]) <= 1e-3 * ordinary[2])
    #expect(abs(scores[0].nll - ordinary[0]) > 2e-3 * ordinary[0])
  }

  /// Known blocks give what computed ones give, and ordinary prompts in between are not disturbed.
  @Test func whatIsKeptChangesNothing() async throws {
    let model = try LanguageModel(contentsOf: ArchitectureAnswer("qwen3").model)
    let item = BlockScoringItem(prompt: Self.prompt, completion: Self.completion)
    let first = try await model.scores(ofBlocks: [item])[0]
    let plain = try await model.score(
      prompt: Self.prompt.beginning + Self.prompt.rest, completion: Self.completion)
    let second = try await model.scores(ofBlocks: [item])[0]
    #expect(first == second)
    let small = try LanguageModel(
      contentsOf: ArchitectureAnswer("qwen3").model,
      options: LanguageModelOptions(blockCacheBytes: 0))
    #expect(try await small.scores(ofBlocks: [item])[0] == first)
    let again = try await small.score(
      prompt: Self.prompt.beginning + Self.prompt.rest, completion: Self.completion)
    #expect(again == plain)
  }

  /// Side by side as one by one, also rests that are longer than a run of the layers.
  @Test func manyTogetherAreAsEachAlone() async throws {
    let model = try LanguageModel(contentsOf: ArchitectureAnswer("gemma3").model)
    let items = (0..<9).map { number in
      var prompt = Self.prompt
      prompt.blocks = Array(prompt.blocks.prefix(number % 3 + 1))
      prompt.rest = Self.tokens(number == 4 ? 150 : 3 + number, seed: UInt64(20 + number))
      return BlockScoringItem(
        prompt: prompt, completion: Self.tokens(number % 4, seed: UInt64(40 + number)))
    }
    let together = try await model.scores(ofBlocks: items)
    for (item, score) in zip(items, together) {
      let alone = try await model.scores(ofBlocks: [item])[0]
      #expect(score.tokens == item.completion.count)
      #expect(abs(score.nll - alone.nll) <= 1e-3 * max(1, alone.nll))
    }
  }

  /// Each token is the likeliest after those before, as the mask has it.
  @Test(arguments: ["gemma3", "llama-yarn", "qwen2"])
  func answersAreThoseOfTheMask(name: String) async throws {
    let url = try ArchitectureAnswer(name).model
    let model = try LanguageModel(contentsOf: url)
    var options = GenerationOptions(maximumTokens: 12, stopsAtEnd: false)
    for usesLookup in [false, true] {
      options.usesLookup = usesLookup
      let answer = try await model.generate(Self.prompt, options: options)
      try #require(answer.tokens.count == 12)
      let logits = try MaskedReference(url).logits(Self.prompt, answer.tokens)
      for (index, token) in answer.tokens.enumerated() {
        let row = logits[Self.prompt.tokens.count - 1 + index]
        let best = row.max() ?? 0
        #expect(row[Int(token)] >= best - 0.02 * max(1, abs(best)), "token \(index)")
      }
      let together = try await model.generate(Self.prompt, draws: [.greedy], options: options)
      #expect(together.generations[0].tokens == answer.tokens)
    }
  }

  /// Whatever was asked before: the same list, another order of it, an ordinary prompt that begins
  /// with the same tokens, a longer request, or nothing.
  @Test func answersDoNotDependOnWhatWasAskedBefore() async throws {
    func model() throws -> LanguageModel {
      try LanguageModel(contentsOf: ArchitectureAnswer("gemma3").model)
    }
    let used = try model()
    let options = GenerationOptions(maximumTokens: 8, stopsAtEnd: false)
    var turned = Self.prompt
    turned.blocks.reverse()
    var longer = Self.prompt
    longer.rest += Self.tokens(140, seed: 11)
    var single = Self.prompt
    single.blocks.removeLast(2)
    let prompts = [
      Self.prompt, Self.prompt, longer, Self.prompt, turned, BlockPrompt(Self.prompt.tokens),
      Self.prompt, single, BlockPrompt(single.tokens), single, BlockPrompt(turned.tokens), turned,
      BlockPrompt(Self.prompt.beginning + Self.prompt.blocks[0]), longer,
    ]
    for (index, prompt) in prompts.enumerated() {
      let fresh = try await model().generate(prompt, options: options)
      #expect(
        try await used.generate(prompt, options: options).tokens == fresh.tokens, "prompt \(index)")
    }
  }

  @Test func whatIsKnownIsTold() async throws {
    let model = try LanguageModel(contentsOf: ArchitectureAnswer("qwen3").model)
    let options = GenerationOptions(maximumTokens: 1)
    var turned = Self.prompt
    turned.blocks.swapAt(0, 1)
    let (all, rest) = (Self.prompt.tokens.count, Self.prompt.rest.count)
    for (prompt, known) in [(Self.prompt, 0), (Self.prompt, all - 1), (turned, all - rest)] {
      let timings = try await model.generate(prompt, options: options).timings
      #expect(timings.promptTokens == all)
      #expect(timings.cachedTokens == known)
    }
  }

  @Test func anAdapterHasItsSay() async throws {
    let model = try LanguageModel(contentsOf: ArchitectureAnswer("gemma3").model)
    let adapter = AdapterUse(
      try model.adapter(contentsOf: AdapterTests.folder.appending(path: "gemma3")))
    let item = BlockScoringItem(prompt: Self.prompt, completion: Self.completion)
    let bare = try await model.scores(ofBlocks: [item])[0]
    let tuned = try await model.scores(ofBlocks: [item], adapter: adapter)[0]
    #expect(abs(bare.nll - tuned.nll) > 0.1)
    #expect(try await model.scores(ofBlocks: [item])[0] == bare)
  }

  @Test func whatCannotBeScoredIsRefused() async throws {
    let model = try LanguageModel(contentsOf: ArchitectureAnswer("qwen2").model)
    let empty = BlockScoringItem(
      prompt: BlockPrompt(beginning: [1], blocks: [[2]], rest: []), completion: [3])
    await #expect(throws: LanguageModelError.emptyPrompt) {
      try await model.scores(ofBlocks: [empty])
    }
    let long = BlockScoringItem(
      prompt: BlockPrompt(
        beginning: [1], blocks: [Self.tokens(model.context, seed: 9)], rest: [2]),
      completion: [3])
    await #expect(throws: LanguageModelError.self) { try await model.scores(ofBlocks: [long]) }
  }
}
