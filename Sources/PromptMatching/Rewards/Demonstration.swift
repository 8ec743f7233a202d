/// An instruction with its answer: a shot in a prompt, or a query whose gold answer is known.
public struct Demonstration: Sendable, Codable, Hashable {
  public var instruction: String
  public var input: String
  public var output: String
  /// The kind of task, if the data say so; for reports only, never for a model.
  public var task: String?
  /// The language id of the output; nil for prose.
  public var language: String?

  public init(
    instruction: String, input: String = "", output: String, task: String? = nil,
    language: String? = nil
  ) {
    self.instruction = instruction
    self.input = input
    self.output = output
    self.task = task
    self.language = language
  }

  /// The instruction without its answer.
  public var request: InstructionRequest {
    InstructionRequest(instruction: instruction, input: input, language: language)
  }

  public var embeddedText: String { request.embeddedText }
}
