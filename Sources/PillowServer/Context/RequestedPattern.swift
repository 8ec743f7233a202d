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
    if examples.joined().contains(pattern) { return false }
    return examples.allSatisfy { readings in
      readings.contains { example in
        let range = NSRange(example.startIndex..., in: example)
        return compiled.firstMatch(in: example, range: range) != nil
      }
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
    // Markdown's marks are none of the pattern.
    if let found = line.wholeMatch(of: #/`([^`]+)`/#) { return String(found.1) }
    return line
  }

  /// "such as 12:30", "for example INV-004211", "e.g. 250 g or 2 kg": what follows, in quotes or up
  /// to a comma. Without quotes it may be a word or several, so each example has its readings.
  package static func examples(in instruction: String) -> [[String]] {
    let marks =
      #/(?:such as|like|for example|e\.g\.|for instance),?\s+(?:(["`'])(.+?)\1|([^,;"`']+?)(?=\s(?:or|and)\s|[,;"`']|$))/#
    return instruction.matches(of: marks).compactMap { match in
      let stated = match.2.map { [$0] } ?? match.3.map { [$0.prefix { $0 != " " }, $0] } ?? []
      var readings: [String] = []
      for part in stated {
        var example = String(part)
        while match.2 == nil, let last = example.last, ".:)".contains(last) { example.removeLast() }
        // A word of letters alone may be prose.
        if example.contains(where: { $0.isNumber || $0.isPunctuation || $0.isSymbol }),
          !readings.contains(example)
        {
          readings.append(example)
        }
      }
      return readings.isEmpty ? nil : readings
    }
  }
}
