/// Marks of chat templates that a model wrote as text. Pure.
///
/// The engine ends answers at tokens, so this is for models and servers that spell marks out. What
/// may be content is left alone: HTML elements such as `<s>`, headings, and marks within quotation
/// marks, fences or a line of code.
enum TemplateMarks {
  /// Marks that stand at the end of a line, alone or with the role that follows them.
  private static let turns = [
    "<|im_start|>", "<|im_end|>", "<|endoftext|>", "<|eot_id|>", "<|start_header_id|>",
    "<|end_of_text|>", "<|end|>", "<start_of_turn>", "<end_of_turn>",
  ]
  private static let roles = ["assistant", "user", "system", "model"]
  private static let headings = ["### Instruction:", "### Response:"]
  /// What an answer may begin with.
  private static let leads = [
    "<|im_start|>assistant", "<|start_header_id|>assistant<|end_header_id|>",
    "<start_of_turn>model", "<|assistant|>", "[/INST]", "### Response:", "<|im_start|>",
    "<|im_end|>", "<|begin_of_text|>", "<start_of_turn>", "<end_of_turn>",
  ]

  /// An answer without thoughts and marks before it, up to the end of the turn.
  static func removed(from answer: String) -> String {
    var rest = withoutThoughts(Substring(answer))
    while let lead = leads.first(where: { rest.drop(while: \.isWhitespace).hasPrefix($0) }) {
      rest = rest.drop(while: \.isWhitespace).dropFirst(lead.count)
    }
    return withoutEnd(upToTurn(rest))
  }

  /// A block of thoughts counts only as the first thing of an answer; one that is not closed yet has
  /// no answer behind it.
  private static func withoutThoughts(_ answer: Substring) -> Substring {
    let trimmed = answer.drop(while: \.isWhitespace)
    for name in ["think", "thinking"] where trimmed.hasPrefix("<\(name)>") {
      guard let end = trimmed.firstRange(of: "</\(name)>") else { return "" }
      return trimmed[end.upperBound...].drop(while: \.isNewline)
    }
    return answer
  }

  private static func upToTurn(_ answer: Substring) -> Substring {
    var isFenced = false
    var lineStart = answer.startIndex
    while lineStart < answer.endIndex {
      let lineEnd = answer[lineStart...].firstIndex(where: \.isNewline) ?? answer.endIndex
      let line = answer[lineStart..<lineEnd]
      if line.hasPrefix("```") || line.hasPrefix("~~~") { isFenced.toggle() }
      if !isFenced, !isQuoted(answer[..<lineStart]) {
        if headings.contains(where: { line.trimmed == $0 }) { return answer[..<lineStart] }
        if let mark = mark(in: line) { return answer[..<mark] }
      }
      lineStart = lineEnd < answer.endIndex ? answer.index(after: lineEnd) : lineEnd
    }
    return answer
  }

  /// Where a mark begins that ends its line.
  private static func mark(in line: Substring) -> Substring.Index? {
    guard line.contains("<") else { return nil }
    var rest = line
    while let start = rest.firstIndex(of: "<") {
      let tail = line[start...]
      for turn in turns where tail.hasPrefix(turn) {
        let after = tail.dropFirst(turn.count).trimmed
        let isTurn =
          after.isEmpty || roles.contains(after) || turns.contains { after.hasPrefix($0) }
        if isTurn, !isQuoted(line[..<start]) { return start }
      }
      rest = line[line.index(after: start)...]
    }
    return nil
  }

  /// Whether a text ends within quotation marks: an odd number of them on its last line, or of
  /// triple ones before.
  private static func isQuoted(_ text: Substring) -> Bool {
    for triple in ["\"\"\"", "'''"]
    where !text.ranges(of: triple).count.isMultiple(of: 2) {
      return true
    }
    let line = text.suffix { !$0.isNewline }
    return ["\"", "`"].contains { quote in
      !line.count { String($0) == quote }.isMultiple(of: 2)
    }
  }

  /// `</s>` at the end of an answer that opened no such element.
  private static func withoutEnd(_ answer: Substring) -> String {
    let trimmed = answer.trimmed
    for (end, start) in [("</s>", "<s>"), ("<eos>", "<bos>")] where trimmed.hasSuffix(end) {
      let isElement = trimmed.ranges(of: start).count >= trimmed.ranges(of: end).count
      if !isElement { return String(trimmed.dropLast(end.count)) }
    }
    return String(answer)
  }
}

extension Substring {
  /// The characters at the end that satisfy a condition.
  fileprivate func suffix(while isIncluded: (Character) -> Bool) -> Substring {
    guard let last = lastIndex(where: { !isIncluded($0) }) else { return self }
    return self[index(after: last)...]
  }
}
