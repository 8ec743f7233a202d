import ArgumentParser
import FineTuning
import Foundation
import Kernels
import LanguageModel
import ModelFormats
import Tokenizers

struct Bench: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Time the engine: prefill and decode, in tokens per second.",
    discussion: """
      A repetition runs a prompt of --prompt-tokens tokens that no cache knows, then decodes --generate tokens after it. \
      With --score, that many questions of 24 tokens, each with an answer of 8, are scored after such a prompt; each \
      token that goes through the model is counted once. With --sequences, that many texts are also drawn together after \
      each prompt, and one of them alone. With --exemplars, the first token is also timed after a prompt of that many \
      exemplars, all of them known but never in this list, read apart and as an ordinary prompt. Prints medians over the \
      repetitions. Compare only with programs that ran at the same time: Benchmarks/README.md says how.
      """)

  @OptionGroup var model: ModelArguments
  @Option(help: "Tokens of the prompt.") var promptTokens = 512
  @Option(help: "Tokens to decode.") var generate = 64
  @Option(help: "Questions to score after one prompt.") var score = 0
  @Option(help: "Texts to draw together, compared with one alone.") var sequences = 0
  @Option(help: "Known exemplars in a prompt of --prompt-tokens, read apart.") var exemplars = 0
  @Option(help: "Tokens of the request after them.") var requestTokens = 30
  @Option(help: "Number of repetitions.") var repetitions = 5
  @Option(
    help:
      "How many of the prompt's first tokens stay the same, like exemplars that were seen before."
  )
  var seenTokens = 0
  @Option(help: "How many answers to cancel at random moments, to time how soon they end.")
  var cancellations = 0
  @Flag(help: "Time training steps of a LoRA adapter instead.") var train = false
  @Option(help: "The adapter's rank, with --train.") var rank = 16
  @Flag(help: "Time training steps of all of the model's values, with --train.") var full = false
  @Option(help: "Tokens of a sequence, with --train.") var sequence = 512
  @Option(
    help: "Tokens that go through the layers together, with --train; by default a sequence's.")
  var rows: Int?
  @Option(help: "Time learning instead, after so many outcomes in a database of its own.")
  var outcomes = 0
  @Flag(help: "Print one JSON object.") var json = false

  func validate() throws {
    guard outcomes == 0 || (10...10_000_000).contains(outcomes) else {
      throw ValidationError("--outcomes must be from 10 to 10000000.")
    }
    guard sequences == 0 || (1...256).contains(sequences) && generate > 0 else {
      throw ValidationError("--sequences must be from 1 to 256, with --generate above 0.")
    }
    guard (0...32).contains(exemplars), requestTokens >= 1,
      exemplars == 0 || promptTokens - requestTokens > exemplars
    else {
      throw ValidationError(
        "--exemplars must be at most 32, and find room in --prompt-tokens before --request-tokens.")
    }
    guard promptTokens >= 1, generate >= 0, (0...4096).contains(score),
      (1...10_000).contains(repetitions)
    else {
      throw ValidationError(
        "--prompt-tokens and --repetitions must be at least 1, --generate and --score at least 0."
      )
    }
    guard (1...512).contains(rank), (16...16_384).contains(sequence),
      rows.map({ (sequence...65_536).contains($0) }) != false
    else {
      throw ValidationError(
        "--rank has to be from 1 to 512, --sequence from 16 to 16384, --rows at least a sequence.")
    }
    guard (0..<promptTokens).contains(seenTokens), (0...10_000).contains(cancellations) else {
      throw ValidationError(
        "--seen-tokens must be below --prompt-tokens, --cancellations from 0 to 10000.")
    }
    guard promptTokens + generate < model.context else {
      throw ValidationError(
        "\(promptTokens) + \(generate) tokens do not fit a context of \(model.context): "
          + "raise --context.")
    }
  }

  private struct Rate: Encodable {
    let tokensPerSecond: Double
  }

  /// How long answers took to end after they were cancelled.
  private struct Cancellation: Encodable {
    let count: Int
    let medianSeconds, longestSeconds: Double
  }

  private struct Report: Encodable {
    let model, kernel: String
    let prefill: Rate
    /// Of the tokens after the first; nil without any.
    let decode: Rate?
    /// Of tokens that are new, with --score.
    let scoring: Rate?
    /// With --sequences.
    let batch: SequenceBenchmark.Result?
    /// With --exemplars.
    let exemplars: ExemplarBenchmark.Result?
    /// From the call to the first token, with --seen-tokens of the prompt in the cache.
    let firstTokenSeconds: Double
    let cancellation: Cancellation?
    let threads, promptTokens, seenTokens, generate, repetitions: Int
    let loadSeconds: Double
    let peakMemoryBytes, weightBytes: Int
  }

  func run() async throws {
    if train { return try benchTraining() }
    if outcomes > 0 { return try benchLearning() }
    let clock = ContinuousClock()
    let start = clock.now
    let arguments = model
    let model = try arguments.load()
    let adapter = try arguments.adapter(for: model)
    let loaded = (clock.now - start) / .seconds(1)
    var prefill: [Double] = []
    var decode: [Double] = []
    var scoring: [Double] = []
    var firstToken: [Double] = []
    var batches = SequenceBenchmark(sequences: sequences, tokens: generate + 1, adapter: adapter)
    var known: ExemplarBenchmark?
    if exemplars > 0 {
      known = ExemplarBenchmark(
        promptTokens: promptTokens, exemplars: exemplars, requestTokens: requestTokens,
        adapter: adapter
      ) { tokens($0, $1, model) }
    }
    // One more than is counted: the first warms up.
    for repetition in 0...repetitions {
      var options = GenerationOptions(
        maximumTokens: generate + 1, stopsAtEnd: false, adapter: adapter)
      // A disorder that repeats itself would be guessed, and nothing measured.
      options.usesLookup = false
      let timings = try await model.generate(prompt(repetition, model), options: options).timings
      let scored = score > 0 ? try await scoringRate(repetition, model, adapter) : nil
      if sequences > 0 {
        try await batches.run(prompt(repetition, model), model, counts: repetition > 0)
      }
      try await known?.run(
        tokens(requestTokens, repetition + 2000, model), model, counts: repetition > 0)
      guard repetition > 0 else { continue }
      if let scored { scoring.append(scored) }
      prefill.append(Double(timings.promptTokens - timings.cachedTokens) / timings.promptSeconds)
      decode.append(timings.tokensPerSecond)
      firstToken.append(timings.firstTokenSeconds)
    }
    let cancellation = try await timeCancellations(model, adapter)
    let report = Report(
      model: model.identity, kernel: LanguageModel.kernels,
      prefill: Rate(tokensPerSecond: Self.median(prefill)),
      decode: generate > 0 ? Rate(tokensPerSecond: Self.median(decode)) : nil,
      scoring: scoring.isEmpty ? nil : Rate(tokensPerSecond: Self.median(scoring)),
      batch: batches.result, exemplars: known?.result, firstTokenSeconds: Self.median(firstToken),
      cancellation: cancellation,
      threads: model.threads, promptTokens: promptTokens, seenTokens: seenTokens,
      generate: generate,
      repetitions: repetitions, loadSeconds: loaded, peakMemoryBytes: Self.peakMemory(),
      weightBytes: model.weightBytes)
    if json { return try Output.json(report) }
    Output.line(
      String(
        format: "prefill %.0f tokens/s, decode %.1f tokens/s, %d threads, %@ kernels, peak %d MiB",
        report.prefill.tokensPerSecond, report.decode?.tokensPerSecond ?? Double(0),
        report.threads,
        report.kernel, report.peakMemoryBytes >> 20))
    if let batch = report.batch {
      Output.line(
        String(
          format: "%d sequences %.0f tokens/s, one %.0f tokens/s, ratio %.2f", batch.sequences,
          batch.tokensPerSecond, batch.one.tokensPerSecond, batch.ratio))
    }
    if let known = report.exemplars {
      Output.line(
        String(
          format:
            "first token after %d known exemplars: %.0f ms apart, %.0f ms together, ratio %.1f",
          known.exemplars, 1000 * known.apartSeconds, 1000 * known.togetherSeconds, known.ratio))
    }
  }

  private struct TrainingRate: Encodable {
    let tokensPerSecond, tokensPerProcessorSecond: Double
  }

  private struct TrainingReport: Encodable {
    let training: TrainingRate
    let model, kernel: String
    /// Nil where the whole model is trained.
    let rank: Int?
    let peakMemoryBytes, threads, sequence, repetitions: Int
  }

  private func benchTraining() throws {
    let base = try FrozenModel(model.file())
    let team = ThreadTeam(threads: model.threads)
    func rates(_ parameters: some TrainedParameters) throws -> [TrainingBenchmark.Rates] {
      try TrainingBenchmark.run(
        base, training: parameters, sequence: sequence, rows: rows ?? sequence,
        repetitions: repetitions, team: team, usesIntegers: full ? false : nil)
    }
    let rates =
      full
      ? try rates(ModelParameters(copying: base))
      : try rates(AdapterParameters(AdapterSettings(rank: rank), shape: base.shape, seed: 0))
    let report = TrainingReport(
      training: TrainingRate(
        tokensPerSecond: Self.median(rates.map(\.perSecond)),
        tokensPerProcessorSecond: Self.median(rates.map(\.perProcessorSecond))),
      model: base.file.metadata.string("general.name") ?? "", kernel: LanguageModel.kernels,
      rank: full ? nil : rank, peakMemoryBytes: Self.peakMemory(), threads: team.threadCount,
      sequence: sequence, repetitions: repetitions)
    if json { return try Output.json(report) }
    Output.line(
      String(
        format: "training %.0f tokens/s, %d threads, peak %d MiB",
        report.training.tokensPerSecond, report.threads, report.peakMemoryBytes >> 20))
  }

  private func benchLearning() throws {
    var benchmark = LearningBenchmark(outcomes: outcomes)
    let result = try benchmark.run()
    if json { return try Output.json(result) }
    Output.line(
      String(
        format:
          "%d outcomes: an event takes %.1f ms, p99 %.1f ms; %d MiB of memory, %d MiB on disk; read again in %.2f s",
        result.outcomes, result.event.medianSeconds * 1000, result.event.p99Seconds * 1000,
        result.memoryBytes >> 20, result.diskBytes >> 20, result.restartSeconds))
  }

  private func scoringRate(
    _ repetition: Int, _ model: LanguageModel, _ adapter: AdapterUse?
  ) async throws -> Double {
    let shared = tokens(promptTokens, 20_000 + repetition, model)
    let items = (0..<score).map { number in
      let rest = tokens(32, 40_000 + repetition * score + number, model)
      return ScoringItem(prompt: shared + rest.prefix(24), completion: Array(rest.suffix(8)))
    }
    let clock = ContinuousClock()
    let start = clock.now
    _ = try await model.scores(of: items, adapter: adapter)
    return Double(promptTokens + 32 * score) / ((clock.now - start) / .seconds(1))
  }

  /// Answers that are cancelled at moments spread over a prompt's and an answer's time; nil without
  /// any.
  private func timeCancellations(
    _ model: LanguageModel, _ adapter: AdapterUse?
  ) async throws -> Cancellation? {
    guard cancellations > 0 else { return nil }
    let clock = ContinuousClock()
    var options = GenerationOptions(
      maximumTokens: generate + 1, stopsAtEnd: false, adapter: adapter)
    options.usesLookup = false
    let start = clock.now
    _ = try await model.generate(prompt(repetitions + 1, model), options: options)
    let whole = clock.now - start
    var seconds: [Double] = []
    var round = 0
    while seconds.count < cancellations {
      round += 1
      let answer = Task { [prompt = prompt(repetitions + 1 + round, model), options] in
        try await model.generate(prompt, options: options)
      }
      // Part of the time that all of it takes, another part each round: the golden ratio's
      // multiples leave no gap.
      let part = (Double(round) * 0.618_034).truncatingRemainder(dividingBy: 1)
      try await Task.sleep(for: whole * (part * 0.95))
      let asked = clock.now
      answer.cancel()
      // One that was through by then tells nothing.
      if case .failure = await answer.result {
        seconds.append((clock.now - asked) / .seconds(1))
      }
    }
    return Cancellation(
      count: seconds.count, medianSeconds: Self.median(seconds),
      longestSeconds: seconds.max() ?? 0)
  }

  /// A prompt of which the cache knows the first `seenTokens` at most.
  private func prompt(_ repetition: Int, _ model: LanguageModel) -> [Int32] {
    tokens(seenTokens, 0, model) + tokens(promptTokens - seenTokens, repetition + 1, model)
  }

  /// Ordinary tokens in a fixed disorder; each seed begins with another one, so nothing of it is in
  /// the cache.
  private func tokens(_ count: Int, _ seed: Int, _ model: LanguageModel) -> [Int32] {
    var state = UInt32(truncatingIfNeeded: seed &* 2_654_435_761 &+ 12_345)
    let vocabulary = UInt32(max(2, model.tokenizer.vocabularySize / 2))
    return (0..<count).map { index in
      state = state &* 1_664_525 &+ 1_013_904_223
      return index == 0
        ? Int32(100 + seed % Int(vocabulary / 2)) : Int32((state >> 8) % vocabulary)
    }
  }

  static func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }

  /// The most that was resident at once; 0 where the system does not say.
  private static func peakMemory() -> Int { memory("VmHWM:") }

  /// A number of bytes that the system tells of this process; 0 where it does not.
  static func memory(_ name: String) -> Int {
    guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
      let line = status.split(separator: "\n").first(where: { $0.hasPrefix(name) }),
      let kilobytes = line.split(whereSeparator: { !$0.isNumber }).first.flatMap({ Int($0) })
    else { return 0 }
    return kilobytes * 1024
  }
}
