import OutputForms

/// The values that an instruction names, and those of a statement of SQL that answers it: numbers,
/// quoted texts, proper names, and on which side of a number something lies. Pure.
package enum QueryFacts {
  /// Whether a statement leaves out what its instruction names, turns a comparison round or does not
  /// make it, looks at the wrong end of a text, counts the same thing twice, or compares with a value that nobody named, as when it is copied from another query.
  ///
  /// - Parameters:
  ///   - statement: the answer.
  ///   - instruction: what was asked for.
  ///   - document: the file without the answer; what its comments say may be compared with, too.
  package static func areOthers(
    in statement: String, than instruction: String, document: String
  ) -> Bool {
    let all = instruction.replacing(#/(\d),(?=\d{3}\b)/#) { $0.1 }
    let asked = all.replacing(label, with: "", maxReplacements: 1)
    let said = statement.lowercased()
    return leavesOut(numbers(asked), said)
      || leavesOut(quotations(asked) + properNames(asked), said)
      || isTurnedRound(asked.lowercased(), said)
      || isAtTheWrongEnd(asked.lowercased(), said)
      || repeatsWhatIsToDiffer(asked.lowercased(), said)
      || invents(said, all.lowercased(), document)
  }

  /// A ticket or a date before the instruction itself.
  private static var label: some RegexComponent { #/^[\w.\/#-]*\d[\w.\/#-]*:\s/# }

  // MARK: What is left out

  private static func leavesOut(_ wanted: [Substring], _ statement: String) -> Bool {
    let words = Set(statement.matches(of: #/\d+|[^\W\d_]+/#).map { stem($0.output) })
    return wanted.contains { word in
      let stem = stem(word)
      if !words.isDisjoint(with: neighbours(stem)) { return false }
      return !words.contains { $0 == stem || stem.first?.isLetter == true && $0.hasPrefix(stem) }
    }
  }

  /// 3 at least may be written as more than 2.
  private static func neighbours(_ stem: String) -> [String] {
    Int(stem).map { ["\($0 - 1)", "\($0 + 1)"] } ?? []
  }

  /// 07 is 7; “Germans” may be written 'Germany'.
  private static func stem(_ word: Substring) -> String {
    guard word.first?.isNumber == true else { return word.prefix(3).lowercased() }
    let digits = word.drop { $0 == "0" }
    return digits.isEmpty ? "0" : String(digits)
  }

  /// Those that a query repeats as they are: no ordinals, and nothing that is converted on the way.
  private static func numbers(_ text: String) -> [Substring] {
    text.matches(
      of:
        #/\d+(?![\d.]*(?:st|nd|rd|th|s)\b|[\d.]*\s*(?:%|percent|weeks?|months?|hours?|minutes?)\b|\d)/#
    ).map(\.output)
  }

  private static func quotations(_ text: String) -> [Substring] {
    text.matches(of: #/"([^"]+)"|(?:^|[\s(])'([^']+)'(?!\w)/#).flatMap { match in
      (match.1 ?? match.2 ?? "").matches(of: #/\d+|[^\W\d_]+/#).map(\.output)
    }
  }

  /// Words with a capital within a sentence.
  private static func properNames(_ text: String) -> [Substring] {
    // German gives a capital to every noun.
    if text.contains(#/\b(?:der|die|das|den|dem|und|mit|aus|von|für|alle)\b/#) { return [] }
    return text.matches(of: #/[a-z,] ([A-Z][a-z]+)\b/#).map(\.1).filter { name in
      // Months and days are converted, too.
      CommonWords.month(name.lowercased()) == nil && !name.hasSuffix("day")
    }
  }

  // MARK: What is turned round

  private static func isTurnedRound(_ asked: String, _ statement: String) -> Bool {
    let less = "before|below|under|less than|fewer than|at most"
    let more = "after|above|over|more than|greater than|at least"
    guard
      let stated = try? Regex<(Substring, Substring?, Substring?, Substring)>(
        #"(\bnot? )?\b(?:(\#(less))|(?:\#(more))) (\d+)\b"#)
    else { return false }
    return asked.matches(of: stated).contains { match in
      let isLess = match.2 != nil
      guard match.1 == nil, !statement.contains("between"), let number = Int(match.3) else {
        return false
      }
      if match.2 == "at most", statement.contains("limit \(number)") { return false }
      // More than 2 may be written as 3 at least.
      return !statement.matches(of: #/([<>])=?\s*'?(\d+)\b/#).contains { sign in
        (sign.1 == "<") == isLess && Int(sign.2).map { abs($0 - number) <= 1 } == true
      }
    }
  }

  /// “begins with 'Green'” is `LIKE 'Green%'`.
  private static func isAtTheWrongEnd(_ asked: String, _ statement: String) -> Bool {
    guard statement.contains(#/\blike\s*'/#) else { return false }
    let begins = asked.contains(#/\b(?:begin|start)(?:s|ning|ing)?\s+(?:with|in)\b/#)
    let ends = asked.contains(#/\bend(?:s|ing)?\s+(?:with|in)\b/#)
    if begins, !ends { return statement.contains(#/\blike\s*'%/#) }
    if ends, !begins { return statement.contains(#/\blike\s*'[^']*%'/#) }
    return false
  }

  /// “the number of different cards” takes each of them once.
  private static func repeatsWhatIsToDiffer(_ asked: String, _ statement: String) -> Bool {
    statement.hasPrefix("select") && asked.contains(#/\b(?:different|distinct|unique)\b/#)
      && !statement.contains(
        #/\b(?:distinct|group\s+by|union|intersect|except|exists|unique)\b|<>|!=/#)
  }

  // MARK: What is invented

  private static func invents(_ statement: String, _ asked: String, _ document: String) -> Bool {
    let comments = document.matches(of: #/--([^\n]*)/#).map(\.1).joined(separator: " ").lowercased()
    let named = AnswerFault.spokenNumbers(asked + " " + comments)
    let near = named.union(named.flatMap(neighbours)).union(["0", "1"])
    let roots = asked.matches(of: #/[^\W\d_]{3,}/#).map { $0.output.prefix(4) }
    let literals = statement.matches(
      of: #/(?:=|<>|!=|<|>|\bin\s*\(|\blike\b|\bbetween\b)\s*(?:'([^']*)'|-?(\d+))/#)
    return literals.contains { match in
      if let number = match.2 { return !near.contains(stem(number)) }
      let parts = (match.1 ?? "").matches(of: #/\d+|[^\W\d_]{2,}/#).map(\.output)
      return !parts.isEmpty
        && !parts.contains { part in
          part.first?.isNumber == true
            ? named.contains(stem(part))
            : comments.contains(part) || roots.contains { part.contains($0) }
              || asked.contains(part.prefix(4))
        }
    }
  }
}
