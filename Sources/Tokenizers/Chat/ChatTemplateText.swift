/// What can be read from a template's text without executing it.
struct ChatTemplateText {
  /// The text with real line ends, whether they are written as `\n` or not.
  private let text: String

  init(_ template: String) {
    text = template.replacing("\\n", with: "\n")
  }

  func contains(_ part: String) -> Bool { text.contains(part) }

  /// The common template that this is; `nil` if it is none of them. A template is recognised by
  /// what it writes before a turn, and distinguished from its relatives by what else they write.
  var kind: ChatTemplate.Kind? {
    func has(_ parts: String..., but others: [String] = []) -> Bool {
      parts.allSatisfy(contains) && !others.contains(where: contains)
    }
    if has("<|im_start|>", but: ["<|im_sep|>"]) { return .chatML }
    if has("<|start_header_id|>", "<|eot_id|>") { return .llama3 }
    if has("<start_of_turn>", "<end_of_turn>") { return .gemma }
    if has("[INST]", "[/INST]", but: ["<<SYS>>"]) { return .mistral }
    if has("<|user|>", "<|assistant|>", "eos_token", but: ["<|end|>", "[gMASK]"]) {
      return .zephyr
    }
    if has("<|assistant|>", "<|end|>", but: ["[gMASK]", "<|channel|>", "<|tool_calls_begin"]) {
      return .phi
    }
    if has("<|start_of_role|>", "<|end_of_role|>") { return .granite }
    if has("### Instruction:", "### Response:", but: ["<|EOT|>"]) { return .alpaca }
    return nil
  }

  /// The default system message of a ChatML template.
  var chatMLSystemMessage: String? {
    let turn = "<|im_start|>system\n"
    for part in text.split(separator: turn, omittingEmptySubsequences: false).dropFirst() {
      guard let end = part.firstRange(of: "<|im_end|>") else { continue }
      let message = part[..<end.lowerBound]
      // A quotation mark ends the literal: what follows is an expression.
      if !message.isEmpty, !message.contains(where: { "'\"".contains($0) }) {
        return String(message)
      }
    }
    return nil
  }

  /// What a reasoning model's turn begins with when it is not to reason. Templates of models that
  /// can do both write an empty block; those of models that always reason open one, which the same
  /// empty block closes.
  var noThinking: String? {
    guard contains("<think>"), contains("</think>") else { return nil }
    let usual = "<think>\n\n</think>\n\n"
    let blocks = ["<think>\n\n</think>\n\n", "<think>\n\n</think>\n", "<think></think>"]
    if let block = blocks.first(where: contains) { return block }
    return contains("assistant\n<think>\n'") || contains("assistant\n<think>\n\"") ? usual : nil
  }

  /// The day that a template of Llama 3.1 or later falls back to.
  var llamaDate: String? {
    guard contains("Today Date: ") else { return nil }
    for literal in literals(containing: " 20") {
      let words = literal.split(separator: " ")
      if words.count == 3, Int(words[0]) != nil, words[1].count == 3, Int(words[2]) != nil {
        return literal
      }
    }
    return "26 Jul 2024"
  }

  /// The quoted strings that contain a text.
  func literals(containing part: String) -> [String] {
    var result: [String] = []
    var rest = Substring(text)
    while let start = rest.firstIndex(where: { $0 == "'" || $0 == "\"" }) {
      let body = rest[rest.index(after: start)...]
      guard let end = body.firstIndex(of: rest[start]) else { break }
      let literal = body[..<end]
      if literal.contains(part) { result.append(String(literal)) }
      rest = body[body.index(after: end)...]
    }
    return result
  }
}
