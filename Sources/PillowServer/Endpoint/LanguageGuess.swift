import Languages

/// Guesses a program's language from its text, for prompts that do not say it. Pure.
package enum LanguageGuess {
  /// What a line of a language looks like; each is worth a point per line, and more where hardly any
  /// other language has it.
  private struct Trait {
    var language: String
    var weight: Int
    var pattern: Regex<Substring>

    init(_ language: String, _ weight: Int, _ pattern: Regex<Substring>) {
      self.language = language
      self.weight = weight
      self.pattern = pattern
    }
  }

  // Regular expressions are not Sendable; these are made once and only matched.
  private nonisolated(unsafe) static let traits: [Trait] = [
    Trait("python", 3, #/\s*(?:async )?def \w+\(.*\).*:\s*/#),
    Trait("python", 2, #/\s*(?:from [\w.]+ )?import [\w., *]+/#),
    Trait("python", 2, #/\s*(?:elif|except|with|class) .*:\s*/#),
    Trait("rust", 3, #/\s*(?:pub(?:\(\w+\))? )?(?:async )?fn \w+.*/#),
    Trait("rust", 3, #/\s*(?:let mut |use \w+::|impl\b|#\[).*/#),
    Trait("go", 3, #/package \w+/#),
    Trait("go", 3, #/func (?:\(\w+ \*?\w+\) )?\w+\(.*\{/#),
    Trait("go", 2, #/\s*\w+(?:, \w+)* := .*/#),
    Trait("swift", 4, #/\s*(?:\w+ )*func \w+.*->.*\{/#),
    Trait("swift", 2, #/\s*(?:guard .*|import Foundation)/#),
    Trait("swift", 2, #/\s*(?:public |private )?let \w+(?::.*)? =.*[^;]/#),
    Trait("c", 3, #/\s*#include [<"].*\.h[>"]/#),
    Trait("c", 1, #/(?:static |const )*(?:int|char|void|double|size_t) \*?\w+\(.*/#),
    Trait("cpp", 4, #/\s*(?:#include <\w+>|using namespace .*|template ?<.*|.*std::.*)/#),
    Trait("java", 3, #/\s*(?:import java.*;|public class .*)/#),
    Trait("java", 3, #/\s*(?:public|private|protected) .*[\w>] \w+\(.*/#),
    Trait("csharp", 4, #/\s*(?:using System.*;|namespace [\w.]+.*)/#),
    Trait("typescript", 4, #/\s*(?:export )?(?:interface \w+ \{|type \w+ =.*)/#),
    Trait("typescript", 4, #/.*\): \w+(?:\[\])? (?:=> )?\{/#),
    Trait("javascript", 2, #/\s*(?:const|let|var) \w+ = .*/#),
    Trait("javascript", 2, #/\s*(?:export )?(?:async )?function\*? \w+\(.*/#),
    Trait("javascript", 2, #/.*(?:=> \{|require\(.*)/#),
    Trait("ruby", 3, #/\s*(?:def [\w.?!]+(?:\([^:]*\))?|require '.*'|end|.* do \|.*\|)/#),
    Trait("php", 5, #/\s*(?:<\?php.*|\$\w+ = .*;)/#),
    Trait("shellscript", 5, #/#!.*\b(?:ba|z|da)?sh\b.*/#),
    Trait("shellscript", 2, #/\s*(?:if \[.*|fi|done|esac|echo .*|export \w+=.*)/#),
    Trait("shellscript", 2, #/\s*\w+=\$\(.*/#),
    Trait("sql", 4, #/\s*(?i:select .*|create (?:table|view|index) .*|insert into .*)/#),
    Trait("lua", 3, #/\s*(?:local (?:function )?\w+.*|.* then|function \w+[.:]\w+\(.*)/#),
    Trait("kotlin", 3, #/\s*(?:\w+ )*fun \w+\(.*/#),
    Trait("haskell", 3, #/\w+ :: .*->.*/#),
  ]

  /// How far from the cursor's end the text is looked at, in lines.
  private static let lines = 400

  /// Languages that a text may be of, the likeliest first; a text that is no program is Markdown.
  package static func candidates(_ text: String) -> [String] {
    var points: [String: Int] = [:]
    var comments: [String: Int] = [:]
    for line in text.split(whereSeparator: \.isNewline).suffix(lines) {
      for trait in traits where line.wholeMatch(of: trait.pattern) != nil {
        points[trait.language, default: 0] += trait.weight
      }
      let start = line.drop(while: \.isWhitespace)
      for mark in ["//", "#", "--", "/*"] where start.hasPrefix(mark) {
        comments[mark, default: 0] += 1
      }
    }
    var found = points.sorted { ($0.value, $1.key) > ($1.value, $0.key) }.map(\.key)
    if !found.isEmpty, found[0] == "c", (points["cpp"] ?? 0) > 0 {
      found = ["cpp"] + found.filter { $0 != "cpp" }
    }
    // A file that has nothing yet but a comment: the mark alone tells little.
    if found.isEmpty {
      if comments["//"] ?? 0 > 0 || comments["/*"] ?? 0 > 0 { found = ["javascript"] }
      if comments["--"] ?? 0 > 0 { found.append("sql") }
    }
    return found.isEmpty ? (isHeading(text) ? ["markdown"] : ["python", "markdown"]) : found
  }

  /// Whether marks at the beginnings of lines are headings and no comments.
  private static func isHeading(_ text: String) -> Bool {
    text.split(whereSeparator: \.isNewline).contains {
      $0.hasPrefix("## ") || $0.hasPrefix("- ") || $0.hasPrefix("```")
    }
  }
}
