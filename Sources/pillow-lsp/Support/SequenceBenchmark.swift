import LanguageModel

/// Times texts that are drawn together, and one of them alone, in turn.
struct SequenceBenchmark {
  struct Rate: Encodable {
    let tokensPerSecond: Double
  }

  struct Result: Encodable {
    let sequences: Int
    /// Of all sequences together, without the first token of each.
    let tokensPerSecond: Double
    let one: Rate
    /// The median over the repetitions, in each of which both ran after the same prompt.
    let ratio: Double
    /// The share of the tokens that went through the layers. Sequences that are equal so far go
    /// through them as one.
    let computedShare: Double
  }

  let sequences: Int
  let tokens: Int
  let adapter: AdapterUse?
  private var together: [Double] = []
  private var alone: [Double] = []
  private var shares: [Double] = []

  init(sequences: Int, tokens: Int, adapter: AdapterUse?) {
    self.sequences = sequences
    self.tokens = tokens
    self.adapter = adapter
  }

  /// - Parameter counts: false for a run that only warms up.
  mutating func run(_ prompt: [Int32], _ model: LanguageModel, counts: Bool) async throws {
    // Any token may come, so that the texts part at once.
    let draws = (0..<sequences).map {
      SamplingOptions(temperature: 1, topK: 0, topP: 1, minP: 0, seed: UInt64($0))
    }
    var options = GenerationOptions(
      maximumTokens: tokens, sampling: draws[0], stopsAtEnd: false, adapter: adapter)
    options.usesLookup = false
    let one = try await model.generate(prompt, options: options).timings.tokensPerSecond
    let batch = try await model.generate(prompt, draws: draws, options: options)
    guard counts else { return }
    alone.append(one)
    together.append(Double(sequences * (tokens - 1)) / batch.seconds)
    shares.append(Double(batch.computedTokens) / Double(sequences * (tokens - 1)))
  }

  /// Nil before anything was counted.
  var result: Result? {
    guard !alone.isEmpty else { return nil }
    return Result(
      sequences: sequences, tokensPerSecond: Bench.median(together),
      one: Rate(tokensPerSecond: Bench.median(alone)),
      ratio: Bench.median(zip(together, alone).map { $0 / $1 }),
      computedShare: Bench.median(shares))
  }
}
