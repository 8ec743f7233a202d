import ArgumentParser
import CompletionEngine
import FineTuning
import Foundation
import LanguageModel
import PillowProject
import PillowServer
import OutputForms
import PromptMatching
import PromptPool
import Synchronization
import Tokenizers

struct Complete: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "complete",
    abstract: "Complete an instruction with the exemplars of a project.",
    discussion: """
      The instruction is the argument or standard input. With --raw, standard input is the prompt \
      itself: special tokens in it count, and nothing is added.
      """)

  @OptionGroup var model: ModelArguments
  @OptionGroup var engine: EngineArguments
  @OptionGroup var conversation: ConversationArguments
  @OptionGroup var matching: MatchArguments
  @Option(help: "The most tokens to generate.") var maxTokens = 256
  @Option(
    help: "Stop after this time, such as 2s or 1m, with the text so far; loading is not counted.")
  var deadline: DurationArgument?
  @Option(help: "0 always takes the most likely token; higher values are more varied.")
  var temperature: Float = 0
  @Option(help: "Consider only this many of the most likely tokens; 0 for all.") var topK = 40
  @Option(help: "Consider only the most likely tokens that together have this probability.")
  var topP: Float = 0.95
  @Option(help: "Consider only tokens with at least this share of the highest probability.")
  var minP: Float = 0.05
  @Option(help: "The seed of the random draw.") var seed: UInt64 = 0
  @Option(help: "The text that the instruction is about; with --language, the code above it.")
  var input = ""
  @Option(
    help: "Write code in this language, by its language id such as python or shellscript.")
  var language: String?
  @Option(
    help: ArgumentHelp(
      "How many answers to write at once and print, the best first.",
      discussion: "What speaks for each goes to standard error."))
  var candidates = 1
  @Option(help: "Exemplars that help to judge an answer by its instruction, with --candidates.")
  var turnedShots = 1
  @Flag(
    inversion: .prefixedNo,
    help: "Guess tokens from the prompt and verify several at once; the result is the same.")
  var lookup = true
  @Flag(help: "Use standard input as the prompt itself.") var raw = false
  @Flag(help: "Print one JSON object.") var json = false
  @Flag(help: "Print a line of timings at the end.") var timings = false
  @Argument(help: "The instruction.") var instruction: String?

  func validate() throws {
    guard maxTokens >= 1 else { throw ValidationError("--max-tokens must be at least 1.") }
    guard temperature >= 0, temperature.isFinite else {
      throw ValidationError("--temperature must be 0 or more.")
    }
    guard (1...64).contains(candidates), candidates == 1 || !raw, turnedShots >= 0 else {
      throw ValidationError(
        "--candidates must be from 1 to 64, and 1 with --raw; --turned-shots must be 0 or more.")
    }
    guard topK >= 0, (0...1).contains(topP), (0...1).contains(minP) else {
      throw ValidationError("--top-k must be 0 or more, --top-p and --min-p between 0 and 1.")
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
    struct Form: Encodable {
      /// How many exemplars have it.
      let support: Int
      let pattern: String
    }
    let text: String
    let model: String
    /// `embedded`, or the server's address.
    let engine: String
    let exemplars: [Shot]
    /// The form that the answer was held to; absent where there is none.
    let form: Form?
    let propensity: Double
    let policyVersion, chooser: String
    let timings: InferenceTimings
    let embedSeconds, matchSeconds: Double
    /// With --candidates, the best first.
    let candidates: [CandidateReport]?
  }

  private func completeInstruction() async throws {
    let text = try (instruction ?? standardInputText())
      .trimmingCharacters(in: .whitespacesAndNewlines)
    guard !text.isEmpty else {
      throw CommandError("The instruction is missing: pass it as an argument or on standard input.")
    }
    if let secret = SecretScanner.find(in: text) {
      throw CommandError(
        "The instruction seems to hold a secret (\(secret.kind)); take it out: no model is asked.")
    }
    let models = ModelLibrary()
    let settings = try engine.settings(
      over: model.settings(over: matching.project.settings(), conversation), model: model)
    let project = try matching.project.open(
      models, settings: settings,
      engine: model.completionEngine(settings, models, project: matching.project.root),
      goesOn: true)
    project.engine.prepare()
    var options = CompletionOptions(maximumTokens: maxTokens, sampling: sampling)
    options.usesLookup = lookup
    let request = try request(text)
    if request.context != nil {
      options.isComplete = AnswerCleaning.isComplete(for: request, unit(of: request))
    }
    let match = try await project.match(
      request, shots: matching.shots,
      options: MatchingOptions(matcher: matching.matcher, anyLanguage: language == nil))
    let streams = !json
    if streams, timings { (match.lines + [""]).forEach { Output.line($0) } }
    options.deadline = deadlineInstant
    let ranked = candidates > 1 ? try await several(project, request, match, options) : nil
    let result: Completion
    if let best = ranked?.first {
      result = best.completion
    } else {
      // Below a comment, the first line end is the model's.
      let isBegun = Mutex(request.context == nil)
      result = try await project.complete(request, match: match, options: options) { piece in
        guard streams else { return }
        let text = isBegun.withLock { isBegun in
          let text = isBegun ? Substring(piece) : piece.drop(while: \.isNewline)
          isBegun = isBegun || !text.isEmpty
          return String(text)
        }
        Output.text(text)
      }
    }
    if result.shots.count < match.shots.count {
      Output.message(
        "\(result.shots.count) of \(match.shots.count) exemplars found room in the model's "
          + "context; the least likely were left out.")
    }
    guard json else {
      for (place, candidate) in (ranked ?? []).enumerated() {
        if place > 0 { Output.line("\n") }
        Output.message(CandidateReport(candidate).words)
        Output.text(candidate.text)
      }
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
        engine: result.identity.server ?? "embedded",
        exemplars: result.shots.map { place in
          let shot = match.shots[place]
          return .init(
            id: shot.exemplar.id, instruction: shot.exemplar.instruction,
            probability: shot.probability, cosine: shot.cosine)
        },
        form: result.form.map { .init(support: $0.support, pattern: $0.pattern) },
        propensity: match.propensity, policyVersion: match.policyVersion, chooser: match.chooser,
        timings: result.timings, embedSeconds: match.embedSeconds,
        matchSeconds: match.matchSeconds, candidates: ranked?.map { CandidateReport($0) }))
  }

  /// With a language, a file that ends in the instruction, as an editor would send it. Lines of
  /// the input that hold a secret are left out.
  private func request(_ text: String) throws -> InstructionRequest {
    let input = SecretScanner.removingLines(from: input)
    guard let language else { return InstructionRequest(instruction: text, input: input) }
    guard let file = FileForm(language: language) else {
      throw ValidationError(
        "--language: \(language) is no programming language that has comments of one line.")
    }
    return InstructionRequest(
      instruction: text, input: input, language: language,
      context: file.context(for: ShownExample(instruction: text, input: input)))
  }

  private func unit(of request: InstructionRequest) -> AnswerUnit {
    AnswerUnit.of(
      Instruction(
        kind: .comment, range: 0..<0, text: request.instruction, input: request.input,
        language: request.language, indentation: "", insertion: nil))
  }

  /// Answers that are written at once, the best first.
  private func several(
    _ project: Project, _ request: InstructionRequest, _ match: MatchResult,
    _ completion: CompletionOptions
  ) async throws -> [Candidate] {
    var options = CandidateOptions()
    options.completion = completion
    options.turnedShots = turnedShots
    options.text = { $0.text.trimmingCharacters(in: .newlines) }
    options.faults = { completion, _ in completion.ending == .stop ? 0 : 1 }
    return CandidateChoice.ranked(
      try await project.candidates(0..<candidates, for: request, match: match, options: options))
  }

  private static func words(_ timings: InferenceTimings) -> String {
    String(
      format: "first token %.0f ms (%d prompt tokens), %.0f tokens/s",
      timings.firstTokenSeconds * 1000, timings.promptTokens, timings.tokensPerSecond)
  }
}
