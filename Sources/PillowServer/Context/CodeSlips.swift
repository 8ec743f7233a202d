import Foundation
import PromptPool

/// Slips in a piece of code that make it fail whenever it runs, as far as they show without running
/// it. Pure.
package enum CodeSlips {
  /// - Parameters:
  ///   - code: the answer.
  ///   - language: its language id.
  package static func isFound(in code: String, language: String?) -> Bool {
    switch LanguageName.canonical(language) ?? "" {
    case "python": callsItselfForever(code) || quotesWithinAnFString(code)
    case "javascript", "typescript": callsItselfForever(code) || changesAConstant(code)
    case "shellscript":
      isNoCommand(code) || hasABadExpansion(code) || hasAnOpenQuote(code)
        || hasAnOpenSubstitution(code)
    case "sql": mixesRowsAndSums(code)
    default: false
    }
  }

  /// A function that calls itself and never decides whether to, or whatever it returns.
  private static func callsItselfForever(_ code: String) -> Bool {
    guard
      let head = code.firstMatch(of: #/(?:def|function|(?:const|let)\s+(?=\w+\s*=\s*\())\s*(\w+)/#)
    else { return false }
    let body = code[head.range.upperBound...]
    guard let call = try? Regex<Substring>(#"[^.\w]\#(head.1)\s*\("#), body.contains(call) else {
      return false
    }
    let decisions = #/\b(?:if|else|elif|while|for|and|or|try|match|switch|case|in)\b|\?|&&|\|\|/#
    if !body.contains(decisions) { return true }
    if body.contains(#/\b(?:yield|try|for|while)\b/#) { return false }
    let returns = body.matches(of: #/\breturn\b[^\n;]*/#).map(\.output)
    // One of them is reached whatever was decided before: it is indented as the body is.
    let lines = String(body).lines.dropFirst().filter { !$0.trimmed.isEmpty }
    let depth = lines.first?.prefix { $0.isWhitespace }
    return returns.allSatisfy { $0.contains(call) && !$0.contains(decisions) }
      && lines.contains {
        $0.prefix { $0.isWhitespace } == depth && $0.trimmed.hasPrefix("return ")
      }
  }

  /// `const total = 0; total += 1;`
  private static func changesAConstant(_ code: String) -> Bool {
    for match in code.matches(of: #/\bconst\s+(\w+)\s*=[^=]/#) {
      let rest = code[match.range.upperBound...]
      // The same name may be bound anew in an inner block.
      guard let bound = try? Regex<Substring>(#"\b(?:let|var|const)\s+\#(match.1)\b"#),
        let changed = try? Regex<Substring>(
          #"[^.\w]\#(match.1)\s*(?:(?:[-+*/%&|^]|\*\*|<<|>>)?=(?![=>])|\+\+|--)"#)
      else { continue }
      if rest.contains(changed), !rest.contains(bound) { return true }
    }
    return false
  }

  /// `f"{text.split(" ")}"`, which ends at the second quote in Python before 3.12.
  private static func quotesWithinAnFString(_ code: String) -> Bool {
    code.contains(#/\bf"[^"\n{]*\{[^}"\n]*"[^"\n]*"[^}"\n]*\}/#)
      || code.contains(#/\bf'[^'\n{]*\{[^}'\n]*'[^'\n]*'[^}'\n]*\}/#)
  }

  /// `SELECT species, MAX(height) FROM trees`, which needs a GROUP BY.
  private static func mixesRowsAndSums(_ code: String) -> Bool {
    let code = code.lowercased()
    guard !code.contains(#/\bgroup\s+by\b|\bover\s*\(|\bunion\b|\(\s*select\b/#),
      let list = code.firstMatch(of: #/^\s*select\s+(?:distinct\s+)?([^;]*?)\s+from\b/#)
    else { return false }
    let items = list.1.replacing(#/\([^()]*\)/#, with: "()").split(separator: ",")
    let isSum = #/\b(?:count|sum|avg|min|max|total|group_concat)\s*\(\)/#
    let isColumn = #/\s*(?:\w+\.)?[a-z_]\w*(?:\s+as\s+\w+)?\s*/#
    // One argument: with several, min and max are plain functions.
    return items.contains { $0.contains(isSum) }
      && items.contains { $0.wholeMatch(of: isColumn) != nil }
      && !list.1.contains(#/\b(?:min|max)\s*\([^()]*,/#)
  }

  // MARK: Shell

  /// `title.txt > out.txt`: a file of text is no command.
  private static func isNoCommand(_ code: String) -> Bool {
    code.lines.contains { line in
      let word = line.trimmed.prefix { !$0.isWhitespace }
      return word.contains(#/^[\w-]+\.(?:txt|csv|tsv|json|md|log|xml|html|yaml|yml|conf|ini)$/#)
    }
  }

  /// `${1.jpg}`: a name, and then what no expansion knows.
  private static func hasABadExpansion(_ code: String) -> Bool {
    code.contains(#/\$\{(?:\d+|[A-Za-z_]\w*)[.|;&<>(]/#)
  }

  /// `sed 's/draft/'`, which lacks the end of what is put in place.
  private static func hasAnOpenSubstitution(_ code: String) -> Bool {
    code.matches(of: #/\bsed\s+(?:-\w+\s+)*'s([\/|,#])([^'\n;]*)'/#).contains { match in
      match.2.replacing(#/\\./#, with: "").count { String($0) == match.1 } < 2
    }
  }

  /// Quotes as the shell pairs them; here-documents are not looked into.
  private static func hasAnOpenQuote(_ code: String) -> Bool {
    guard !code.contains("<<") else { return false }
    var open: Character?
    var isEscaped = false
    var previous: Character = "\n"
    var isComment = false
    for character in code {
      defer { previous = character }
      if isComment {
        isComment = character != "\n"
        continue
      }
      if isEscaped {
        isEscaped = false
        continue
      }
      switch (character, open) {
      case ("\\", nil), ("\\", "\""): isEscaped = true
      case ("#", nil): isComment = previous.isWhitespace
      case ("'", nil), ("\"", nil): open = character
      case ("'", "'"), ("\"", "\""): open = nil
      default: break
      }
    }
    return open != nil
  }
}
