/// Where Mistral's templates put spaces and the system message; versions differ in this.
struct MistralSpacing: Equatable, Sendable {
  var open = "[INST] "
  var close = " [/INST]"
  var beforeAnswer = ""
  var afterEnd = ""
  /// Whether the system message goes into the last user message instead of the first.
  var systemGoesLast = false

  init() {}

  init(_ text: ChatTemplateText) {
    open = text.literals(containing: "[INST]").first ?? open
    close = text.literals(containing: "[/INST]").first ?? close
    let answers = ["' ' + message", "\" \" + message"]
    beforeAnswer = answers.contains(where: text.contains) ? " " : ""
    let ends = ["eos_token + ' '", "eos_token+' '", "eos_token + \" \""]
    afterEnd = ends.contains(where: text.contains) ? " " : ""
    systemGoesLast = text.contains("loop.last and system_message")
  }
}
