import LanguageModel
import PromptMatching
import Tokenizers

/// Times the first token after exemplars that are known, in lists that were never asked: read apart
/// from each other and, in turn, as an ordinary prompt.
struct ExemplarBenchmark {
  struct Result: Encodable {
    let exemplars, exemplarTokens, requestTokens: Int
    /// From the call to the first token.
    let apartSeconds, togetherSeconds: Double
    /// The median over the repetitions of the second by the first.
    let ratio: Double
  }

  private let exemplars, requestTokens: Int
  private let adapter: AdapterUse?
  private let beginning: [TokenID]
  private let known: [[TokenID]]
  private var generator = SeededGenerator(seed: 0)
  private var apart: [Double] = []
  private var together: [Double] = []

  /// - Parameters:
  ///   - promptTokens: of the whole prompt; a beginning and the exemplars share what the request
  ///     leaves.
  ///   - exemplars: how many stand in a prompt, of four times as many that are known.
  ///   - tokens: makes so many tokens from a seed.
  init(
    promptTokens: Int, exemplars: Int, requestTokens: Int, adapter: AdapterUse?,
    tokens: (_ count: Int, _ seed: Int) -> [TokenID]
  ) {
    self.exemplars = exemplars
    self.requestTokens = requestTokens
    self.adapter = adapter
    let room = promptTokens - requestTokens
    let length = room / (exemplars + 1)
    beginning = tokens(room - exemplars * length, 0)
    known = (0..<4 * exemplars).map { tokens(length, 1000 + $0) }
  }

  /// - Parameters:
  ///   - request: tokens that were not asked before.
  ///   - counts: false for a run that only warms up.
  mutating func run(
    _ request: [TokenID], _ model: LanguageModel, counts: Bool
  ) async throws {
    var options = GenerationOptions(maximumTokens: 1, stopsAtEnd: false, adapter: adapter)
    options.usesLookup = false
    func seconds(_ prompt: BlockPrompt) async throws -> Double {
      try await model.generate(prompt, options: options).timings.firstTokenSeconds
    }
    if !counts {
      for block in known {
        _ = try await seconds(BlockPrompt(beginning: beginning, blocks: [block], rest: request))
      }
      return
    }
    let prompt = BlockPrompt(
      beginning: beginning, blocks: Array(known.shuffled(using: &generator).prefix(exemplars)),
      rest: request)
    apart.append(try await seconds(prompt))
    together.append(try await seconds(BlockPrompt(prompt.tokens)))
  }

  /// Nil before anything was counted.
  var result: Result? {
    guard let block = known.first, !apart.isEmpty else { return nil }
    return Result(
      exemplars: exemplars, exemplarTokens: block.count, requestTokens: requestTokens,
      apartSeconds: Bench.median(apart), togetherSeconds: Bench.median(together),
      ratio: Bench.median(zip(together, apart).map { $0 / $1 }))
  }
}
