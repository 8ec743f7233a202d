import Foundation

/// The regular expression in an answer, tried on the examples that its instruction gives. Pure.
package enum RequestedPattern {
  /// Whether an instruction asks for one.
  package static func isAsked(_ instruction: Instruction) -> Bool {
    if instruction.text.lowercased().contains(
      #/\bregex\b|\bregexp\b|\bregular expression|\bpattern\b/#)
    {
      return true
    }
    // In prose nothing else is matched.
    return instruction.kind == .paragraph && instruction.text.contains(#/^Match(?:es)?\s/#)
  }

  /// Whether the pattern compiles and matches what the instruction calls an example.
  package static func fits(_ answer: String, _ instruction: String) -> Bool {
    guard let pattern = pattern(in: answer),
      let compiled = try? NSRegularExpression(pattern: pattern)
    else { return false }
    let examples = examples(in: instruction)
    // A pattern that only repeats its example matches nothing else.
    if examples.contains(pattern) { return false }
    return examples.allSatisfy { example in
      let range = NSRange(example.startIndex..., in: example)
      return compiled.firstMatch(in: example, range: range) != nil
    }
  }

  /// What stands in the first literal of a line of code, or the line itself.
  static func pattern(in answer: String) -> String? {
    guard let line = answer.lines.first(where: { !$0.trimmed.isEmpty })?.trimmed else { return nil }
    if let found = line.firstMatch(of: #/r?(?:"((?:[^"\\]|\\.)+)"|'((?:[^'\\]|\\.)+)')/#) {
      return (found.1 ?? found.2).map(String.init)
    }
    if let found = line.firstMatch(of: #/=\s*\/((?:[^\/\\]|\\.)+)\/[a-z]*;?$/#) {
      return String(found.1)
    }
    return line
  }

  /// "such as 12:30", "for example INV-004211", "e.g. #1a2B3c": what follows, up to a comma.
  package static func examples(in instruction: String) -> [String] {
    let marks = #/(?:such as|like|for example|e\.g\.|for instance),?\s+["`']?([^\s,;"`']+)/#
    return instruction.matches(of: marks).compactMap { match in
      var example = String(match.1)
      while let last = example.last, ".:)".contains(last) { example.removeLast() }
      // A word of letters alone may be prose.
      return example.contains(where: { $0.isNumber || $0.isPunctuation || $0.isSymbol })
        ? example : nil
    }
  }
}
