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

  /// Sliding windows, biases, norms and both ways of rotating are all in these models.
  @Test(arguments: ["gemma3", "llama-linear", "llama3", "qwen2", "qwen3"])
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
      #expect(abs(score.nll - expected) <= 2e-3 * expected, "\(score.nll), \(expected)")
      ordinary.append(
        try await model.score(prompt: prompt.tokens, completion: Self.completion).nll)
    }
    // One block is an ordinary prompt; several are not, so the mask matters.
    #expect(abs(scores[2].nll - ordinary[2]) <= 1e-3 * ordinary[2])
    #expect(abs(scores[0].nll - ordinary[0]) > 4e-3 * ordinary[0])
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
