public import CompletionEngine
import LanguageModel
public import PromptMatching
import PromptPool

/// How several answers to a request are made and judged.
public struct CandidateOptions: Sendable {
  /// How answers are made; by default what the settings say.
  public var completion: CompletionOptions?
  /// How long the others may go on after the first is complete; nil waits for all.
  public var patience: Duration?
  /// How many exemplars show the engine how to find the instruction of an answer; nil does not ask
  /// for it.
  public var turnedShots: Int?
  /// What of a completion would be used.
  public var text: @Sendable (Completion) -> String = { $0.text }
  /// How many faults cheap checks find in that.
  public var faults: @Sendable (Completion, String) -> Int = { _, _ in 0 }

  public init() {}
}

extension Project {
  /// How answers to one request are drawn: the first as it is asked for, and others that differ from
  /// it. The same number gives the same answer.
  static func draws(_ numbers: Range<Int>, _ first: SamplingOptions) -> [SamplingOptions] {
    numbers.map { number in
      guard number > 0 else { return first }
      var sampling = first
      sampling.temperature = max(sampling.temperature, Self.alternativeTemperature)
      sampling.seed &+= UInt64(number)
      return sampling
    }
  }

  /// Below it a small model mostly repeats its likeliest answer.
  private static let alternativeTemperature: Float = 0.8

  /// Completes a request several times, and says what speaks for each answer.
  ///
  /// - Parameters:
  ///   - numbers: of the draws. 0 is drawn as the options say, the others at random; a number always
  ///     gives the same answer.
  ///   - earlier: answers to the same request that are there already.
  ///   - onText: gets the first answer in pieces while it grows.
  /// - Returns: candidates of the earlier answers and of the draws, in this order, without those that
  ///   were cut off.
  /// - Throws: `ModelError`, the engine's own errors, `CancellationError`.
  public func candidates(
    _ numbers: Range<Int>, for request: InstructionRequest, match: MatchResult,
    earlier: [Completion] = [], options: CandidateOptions = CandidateOptions(),
    onText: @escaping @Sendable (String) -> Void = { _ in }
  ) async throws -> [Candidate] {
    let conversation = match.conversation(request)
    let completion = options.completion ?? completionOptions
    var made = try await spelled(request, onText) { onText in
      try await engine.complete(
        conversation, draws: Self.draws(numbers, completion.sampling), options: completion,
        patience: options.patience, onText: onText)
    }
    for index in made.indices { made[index].shots = Self.places(made[index].shots, in: match) }
    // The first answer is the one that is always there.
    let whole = made.enumerated().filter { index, completion in
      index == 0 && earlier.isEmpty || completion.ending != .deadline
    }
    let completions = earlier + whole.map(\.element)
    var instruction: [Double]?
    if let shots = options.turnedShots, !completions.isEmpty {
      instruction = try await engine.instructionLikelihoods(
        of: completions.map(options.text), conversation, shots: shots)
    }
    return CandidateChoice.shipped.candidates(
      completions, for: request, shots: match.shots.map(\.exemplar.output),
      instruction: instruction, text: options.text, faults: options.faults)
  }
}
