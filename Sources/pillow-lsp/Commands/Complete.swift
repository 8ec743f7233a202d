import ArgumentParser
import CompletionEngine
import Foundation
import PillowProject
import LanguageModel
import PromptMatching
import PromptPool
import Tokenizers

struct Complete: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "complete",
    abstract: "Complete an instruction with the exemplars of a project.",
    discussion: """
      The instruction is the argument, or what standard input holds. With --raw, standard input is a
      prompt that goes to the model as it is: special tokens in it count, nothing is added.
      """)

  @OptionGroup var model: ModelArguments
  @OptionGroup var conversation: ConversationArguments
  @OptionGroup var matching: MatchArguments
  @Option(help: "How many tokens at most.") var maxTokens = 256
  @Option(help: "End with what is there after so long, as 2s or 1m, loading left out.")
  var deadline: DurationArgument?
  @Option(help: "0 takes the likeliest token; higher is more varied.") var temperature: Float = 0
  @Option(help: "How many of the likeliest tokens count; 0 for all.") var topK = 40
  @Option(help: "The likeliest tokens that together have this probability count.")
  var topP: Float = 0.95
  @Option(help: "Tokens count that have this share of the likeliest one's probability.")
  var minP: Float = 0.05
  @Option(help: "Repeats a draw.") var seed: UInt64 = 0
  @Option(help: "What the instruction is about.") var input = ""
  @Flag(
    inversion: .prefixedNo,
    help: "Guess tokens from the prompt and verify several at once; the text is the same.")
  var lookup = true
  @Flag(help: "Take standard input as the prompt itself.") var raw = false
  @Flag(help: "Print one JSON object.") var json = false
  @Flag(help: "End with a line of timings.") var timings = false
  @Argument(help: "The instruction.") var instruction: String?

  func validate() throws {
    guard maxTokens >= 1 else { throw ValidationError("--max-tokens has to be at least 1.") }
    guard temperature >= 0, temperature.isFinite else {
      throw ValidationError("--temperature has to be 0 or more.")
    }
    guard topK >= 0, (0...1).contains(topP), (0...1).contains(minP) else {
      throw ValidationError("--top-k has to be 0 or more, --top-p and --min-p between 0 and 1.")
    }
  }

  private var sampling: SamplingOptions {
    SamplingOptions(temperature: temperature, topK: topK, topP: topP, minP: minP, seed: seed)
  }

  /// Counted from now.
  private var deadlineInstant: ContinuousClock.Instant? {
    deadline?.limit.map { ContinuousClock.now + .seconds($0) }
  }

  func run() async throws {
    try await raw ? completePrompt() : completeInstruction()
  }

  // MARK: A prompt as it is

  private struct RawAnswer: Encodable {
    let promptTokens, tokens: [Int32]
    let text: String
    let timings: InferenceTimings
  }

  private func completePrompt() async throws {
    let prompt = try FileHandle.standardInput.readToEnd() ?? Data()
    let arguments = model
    let model = try arguments.load()
    var options = GenerationOptions(
      maximumTokens: maxTokens, sampling: sampling, adapter: try arguments.adapter(for: model))
    options.usesLookup = lookup
    options.deadline = deadlineInstant
    options.hidesReasoning = false
    let tokens = model.tokenizer.encode(prompt, parsingSpecial: true)
    let streams = !json
    let result = try await model.generate(
      tokens, options: options,
      onText: { piece in if streams { Output.text(piece) } })
    if json {
      return try Output.json(
        RawAnswer(
          promptTokens: tokens, tokens: result.tokens, text: result.text,
          timings: result.timings))
    }
    Output.line("")
    if timings { Output.line(Self.words(result.timings)) }
  }

  // MARK: An instruction with a project's exemplars

  private struct Answer: Encodable {
    struct Shot: Encodable {
      let id: Int64
      let instruction: String
      let probability: Double
      let cosine: Float
    }
    let text: String
    let model: String
    let exemplars: [Shot]
    let propensity: Double
    let policyVersion, chooser: String
    let timings: InferenceTimings
    let embedSeconds, matchSeconds: Double
  }

  private func completeInstruction() async throws {
    let text = try (instruction ?? standardInputText())
      .trimmingCharacters(in: .whitespacesAndNewlines)
    guard !text.isEmpty else {
      throw CommandError("There is no instruction: give it as an argument or on standard input.")
    }
    let models = ModelLibrary()
    let settings = model.settings(over: matching.project.settings(), conversation)
    let project = try matching.project.open(
      models, settings: settings, engine: model.engine(settings, models), goesOn: true)
    project.engine.prepare()
    var options = CompletionOptions(maximumTokens: maxTokens, sampling: sampling)
    options.usesLookup = lookup
    let request = InstructionRequest(instruction: text, input: input)
    let match = try await project.match(
      request, shots: matching.shots, options: MatchingOptions(matcher: matching.matcher))
    let streams = !json
    if streams, timings { (match.lines + [""]).forEach { Output.line($0) } }
    options.deadline = deadlineInstant
    let result = try await project.complete(request, match: match, options: options) { piece in
      if streams { Output.text(piece) }
    }
    if result.shots.count < match.shots.count {
      Output.message(
        "\(result.shots.count) of \(match.shots.count) exemplars found room in the model's "
          + "context; the least likely were left out.")
    }
    guard json else {
      Output.line("")
      if timings {
        Output.line(
          String(
            format: "\n   embed %.1f ms, match %.2f ms, ", match.embedSeconds * 1000,
            match.matchSeconds * 1000) + Self.words(result.timings))
      }
      return
    }
    try Output.json(
      Answer(
        text: result.text, model: result.identity.weights,
        exemplars: result.shots.map { place in
          let shot = match.shots[place]
          return .init(
            id: shot.exemplar.id, instruction: shot.exemplar.instruction,
            probability: shot.probability, cosine: shot.cosine)
        },
        propensity: match.propensity, policyVersion: match.policyVersion, chooser: match.chooser,
        timings: result.timings, embedSeconds: match.embedSeconds,
        matchSeconds: match.matchSeconds))
  }

  private static func words(_ timings: InferenceTimings) -> String {
    String(
      format: "first token %.0f ms (%d prompt tokens), %.0f tokens/s",
      timings.firstTokenSeconds * 1000, timings.promptTokens, timings.tokensPerSecond)
  }
}
