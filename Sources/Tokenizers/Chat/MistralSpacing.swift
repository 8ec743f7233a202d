/// Where Mistral's templates put spaces and the system message; versions differ in this.
struct MistralSpacing: Equatable, Sendable {
  var open = "[INST] "
  var close = " [/INST]"
  var beforeAnswer = ""
  var afterEnd = ""
  /// Whether the system message goes into the last user message instead of the first.
  var systemGoesLast = false

  /// What stands before and after the system message, where it has a place of its own.
  var system: Brackets?

  struct Brackets: Equatable, Sendable {
    var open, close: String
  }

  init() {}

  init(_ text: ChatTemplateText) {
    open = text.literals(containing: "[INST]").first ?? open
    close = text.literals(containing: "[/INST]").first ?? close
    let answers = ["' ' + message", "\" \" + message"]
    beforeAnswer = answers.contains(where: text.contains) ? " " : ""
    let ends = ["eos_token + ' '", "eos_token+' '", "eos_token + \" \""]
    afterEnd = ends.contains(where: text.contains) ? " " : ""
    if text.contains("[SYSTEM_PROMPT]") {
      func literal(_ part: String) -> String {
        text.literals(containing: part).first { $0.count < part.count + 4 } ?? part
      }
      system = Brackets(open: literal("[SYSTEM_PROMPT]"), close: literal("[/SYSTEM_PROMPT]"))
    }
    systemGoesLast = text.contains("loop.last and system_message")
  }
}
