import Foundation
import PromptPool

/// What a piece of code is given and leaves aside: a sign that it does not do what was asked. Pure.
package enum UnusedValues {
  /// Whether a function leaves one of its parameters unused, or a comprehension does nothing with
  /// what it goes through.
  ///
  /// - Parameters:
  ///   - code: the answer.
  ///   - signature: the head of the function that the answer is the body of; empty where it is none.
  ///   - language: its language id.
  package static func isFound(in code: String, signature: String, language: String?) -> Bool {
    let text = signature + "\n" + code
    switch LanguageName.canonical(language) ?? "" {
    case "python":
      let heads = text.matches(
        of: #/\bdef\s+(\w+)\s*\(((?:[^()]|\([^()]*\))*)\)[^:\n]*:/#)
      return heads.contains { head in
        !head.1.hasPrefix("__") && isOneUnused(of: head.2, in: text[head.range.upperBound...])
      } || hasAnIdleComprehension(code)
    case "javascript", "typescript":
      let heads = text.matches(
        of:
          #/(?:\bfunction\s+\w+\s*|\b(?:const|let)\s+\w+\s*=\s*(?:async\s*)?)\(((?:[^()]|\([^()]*\))*)\)/#
      )
      return heads.contains { head in
        isOneUnused(of: head.1, in: text[head.range.upperBound...])
      }
    default: return false
    }
  }

  /// Parameters that callers give whether they are needed or not.
  private static let givenAnyway: Set<String> = [
    "ctx", "e", "err", "error", "event", "next", "props", "req", "request", "res", "response",
  ]

  private static func isOneUnused(of parameters: Substring, in body: Substring) -> Bool {
    let names = names(of: parameters)
    // Methods take what their callers give.
    guard names.first != "self", names.first != "cls",
      !body.contains(#/NotImplementedError|\blocals\(\)|\barguments\b|^\s*(?:pass|\.\.\.)\s*$/#)
    else { return false }
    let used = self.names(in: String(body))
    return names.contains { !$0.hasPrefix("_") && !givenAnyway.contains($0) && !used.contains($0) }
  }

  /// All names but those of members.
  private static func names(in code: String) -> Set<String> {
    Set(code.replacing("...", with: " ").matches(of: #/\.?\w+/#).map { String($0.output) })
  }

  /// Of plain parameters; those that are taken apart, and lists of any length, are left out.
  private static func names(of parameters: Substring) -> [String] {
    var depth = 0
    var parts: [String] = [""]
    for character in parameters {
      if "([{<".contains(character) { depth += 1 }
      if ")]}>".contains(character) { depth -= 1 }
      if character == ",", depth == 0 {
        parts.append("")
      } else {
        parts[parts.count - 1].append(character)
      }
    }
    return parts.compactMap { part in
      part.trimmed.wholeMatch(of: #/(\w+)\s*\??\s*(?:[:=].*)?/#.dotMatchesNewlines()).map {
        String($0.1)
      }
    }
  }

  /// `[sum(xs) for x in xs]`, and `{k: v for k, v in pairs.items()}`, which is a copy.
  private static func hasAnIdleComprehension(_ code: String) -> Bool {
    let comprehension =
      #/[\[({]([^\[\]{}\n]*?)\bfor\s+([\w, ]+?)\s+in\s+([^\[\]{}\n]*?)(\bif\b[^\[\]{}\n]*|\bfor\b[^\[\]{}\n]*)?[\]})]/#
    return code.matches(of: comprehension).contains { match in
      let element = match.1.trimmed
      let rest = match.4 ?? ""
      let names = match.2.split(separator: ",").map { String($0).trimmed }
      if rest.isEmpty, element == names.joined(separator: ": "),
        isCopy(code[match.range], after: code[..<match.range.lowerBound])
      {
        return true
      }
      guard !names.contains(where: { $0.hasPrefix("_") }), !match.3.contains("range(") else {
        return false
      }
      return self.names(in: element + " " + rest).isDisjoint(with: names)
    }
  }

  /// A dictionary, or a list that is returned as it is; a set loses what is there twice, and what is
  /// summed need not be a list.
  private static func isCopy(_ comprehension: Substring, after before: Substring) -> Bool {
    comprehension.hasPrefix("{")
      ? comprehension.contains(":")
      : comprehension.hasPrefix("[") && before.hasSuffix("return ")
  }
}
