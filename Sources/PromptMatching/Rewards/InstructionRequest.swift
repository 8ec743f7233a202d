/// What a person asks for, and what it is about.
public struct InstructionRequest: Sendable, Hashable {
  public var instruction: String
  /// The text that the instruction is applied to; may be empty.
  public var input: String
  /// The language id of the file, as editors name it; nil for prose.
  public var language: String?
  /// What the prompt shows of the document; nil outside of one.
  public var context: PromptContext?
  /// The document's text above the instruction, where earlier entries in a form may stand. No part
  /// of a prompt.
  public var earlier = ""

  public init(
    instruction: String, input: String = "", language: String? = nil, context: PromptContext? = nil
  ) {
    self.instruction = instruction
    self.input = input
    self.language = language
    self.context = context
  }

  /// What the sentence encoder reads, for requests and exemplars alike.
  public var embeddedText: String { input.isEmpty ? instruction : instruction + "\n" + input }
}
