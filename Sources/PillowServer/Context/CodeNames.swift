import Foundation
import PromptPool
import RegexBuilder

/// The names in a piece of code that neither its file nor its language knows: most of what a small
/// model makes up shows here. Pure.
package enum CodeNames {
  /// - Parameters:
  ///   - code: the answer.
  ///   - document: the file without it.
  ///   - language: of both; only Python, JavaScript and C are known.
  /// - Returns: names that are used and defined nowhere, without repetitions.
  package static func unknown(in code: String, document: String, language: String?) -> [String] {
    let language = LanguageName.canonical(language) ?? ""
    guard let builtIn = builtIn[language] else { return [] }
    var plain = withoutText(code, language)
    // What only comments and strings speak of is not defined; of a huge file all words count.
    let isHuge = document.utf8.count > longestRead
    let spoken = names(in: document)
    let isDefinition = language == "python" && code.contains(#/^(?:async\s+def|def|class|@)\b/#)
    let file = isHuge ? "" : withoutText(document, language)
    var known = isHuge ? spoken : names(in: file)
    // What another function calls its own is not there in a new one.
    let own = bound(plain)
    let others =
      isHuge || !isDefinition ? [] : known.subtracting(global(in: file)).subtracting(own)
    known.formUnion(own)
    if language == "c" {
      known.formUnion(declared(by: document + "\n" + code))
      plain.replace(#/(?m)^\s*#.*$/#, with: "")
    }
    var seen: Set<String> = []
    var unknown: [String] = []
    for match in plain.matches(of: #/[A-Za-z_$][\w$]*/#) {
      let name = String(match.output)
      let before = plain[..<match.range.lowerBound]
      let isKnown =
        if let owner = owner(before) {
          isAttribute(name, of: owner, language, known, spoken)
        } else {
          known.contains(name) && !others.contains(name) || builtIn.contains(name)
            || isLabel(plain[match.range.upperBound...], before, language)
        }
      if !isKnown, seen.insert(name).inserted { unknown.append(name) }
    }
    return unknown
  }

  /// The names in the lines of a file of Python, without texts, that are in no function or class.
  private static func global(in file: String) -> Set<String> {
    var isWithin = false
    let lines = file.lines.filter { line in
      guard let first = line.first, !first.isWhitespace else { return !isWithin }
      // A bracket that ends parameters over several lines ends no definition.
      if first != ")" { isWithin = line.contains(#/^(?:async\s+def|def|class|@)\b/#) }
      return true
    }
    let heads = lines.map { $0.replacing(#/^((?:async\s+)?def\s+\w+).*/#) { $0.1 } }
    return names(in: heads.joined(separator: "\n"))
  }

  private static func names(in text: String) -> Set<String> {
    Set(text.matches(of: #/[A-Za-z_]\w*/#).map { String($0.output) })
  }

  /// The word before a point or an arrow; empty where it is no word, nil where there is no point.
  private static func owner(_ before: Substring) -> Substring? {
    var before = before[
      ..<(before.lastIndex { $0 != " " }.map(before.index(after:)) ?? before.startIndex)]
    if before.hasSuffix("...") { return nil }
    if before.hasSuffix("->") || before.hasSuffix("?.") {
      before = before.dropLast(2)
    } else if before.hasSuffix(".") {
      before = before.dropLast()
    } else {
      return nil
    }
    let start = before.lastIndex { !$0.isLetter && !$0.isNumber && $0 != "_" }
    let word = start.map { before[before.index(after: $0)...] } ?? before
    // `a.b.c`: what b is, is not known.
    return start.map { before[$0] == "." } == true ? "" : word
  }

  /// Whether an object may have a field or method. What comments say of objects counts.
  private static func isAttribute(
    _ name: String, of owner: Substring, _ language: String, _ known: Set<String>,
    _ spoken: Set<String>
  ) -> Bool {
    if language == "python", let module = modules[String(owner)] { return module.contains(name) }
    if known.contains(name) || spoken.contains(name) || name.count <= 3 { return true }
    // Of a module that is imported and not listed, nothing is known.
    if language == "python", known.contains(String(owner)), imports.contains(String(owner)) {
      return true
    }
    return attributes[language]?.contains(name) ?? false
  }

  /// Modules whose names are not listed.
  private static let imports: Set<String> = words(
    """
    os sys shutil subprocess pathlib datetime dataclasses typing enum logging argparse hashlib \
    base64 uuid copy heapq bisect operator decimal fractions urllib http sqlite3 zipfile tempfile \
    glob struct socket threading asyncio contextlib inspect unittest pytest np pd numpy pandas \
    requests
    """)

  /// A named argument, or the key of an object, is not a name of this file.
  private static func isLabel(
    _ rest: Substring, _ before: Substring, _ language: String
  ) -> Bool {
    let mark = before.last { !$0.isWhitespace }
    if rest.hasPrefix("="), !rest.hasPrefix("=="), mark == "(" || mark == "," { return true }
    return language == "javascript" && (mark == "{" || mark == ",")
      && rest.first { !$0.isWhitespace } == ":"
  }

  private static let longestRead = 200_000

  /// What the standard headers declare that a file of C includes.
  private static func declared(by text: String) -> Set<String> {
    var names: Set<String> = []
    for match in text.matches(of: #/#\s*include\s*<(\w+)\.h>/#) {
      names.formUnion(headers[String(match.1)] ?? [])
    }
    return names
  }

  /// What the code itself defines.
  private static func bound(_ code: String) -> Set<String> {
    var names: Set<String> = []
    let patterns: [Regex<(Substring, Substring)>] = [
      #/(?:def|class|function|import|as|const|let|var|struct|enum|#\s*define)\s+(\w+)/#,
      #/(\w+)\s*(?:=|\+=|:=)[^=]/#,
      #/for\s+(?:await\s+)?\(?(?:(?:const|let|var|int|size_t)\s+)?([\w\s,()\[\]]+?)\s+(?:in|of)\b/#,
      #/(?:lambda|except\s+\w+\s+as|with\s+.*?\s+as)\s+([\w\s,]+)/#,
      #/(?:def\s+\w+|function\s*\w*)\s*\(([^)]*)\)/#,
      #/\(([\w\s,\[\]{}]*)\)\s*=>/#,
      #/\b(\w+)\s*=>/#,
      #/\b(?:int|long|double|float|char|size_t|bool|void|unsigned|short|uint\d+_t|int\d+_t)\s*\**\s*(\w+)/#,
      #/(?:const|let|var)\s*[\[{]([^\]}]*)[\]}]/#,
      #/([\w\s,]+)=[^=]/#,
    ]
    for match in code.matches(of: #/\bfrom\s+(\w+)/#).map({ String($0.1) })
    where modules[match] != nil || imports.contains(match) {
      names.insert(match)
    }
    for pattern in patterns {
      for match in code.matches(of: pattern) {
        for name in match.1.matches(of: #/[A-Za-z_]\w*/#) { names.insert(String(name.output)) }
      }
    }
    return names
  }

  /// Strings and comments name nothing, but for what template literals hold.
  ///
  /// Both are found in one pass, since a comment's mark may stand in a string and a quote in a comment.
  private static func withoutText(_ code: String, _ language: String) -> String {
    if language == "python" { return replacingTexts(code, #/"""(?:[^"]|"(?!""))*"""|#.*/#) }
    var code = code
    if language == "javascript" {
      code.replace(
        #/([=(,:!&|?;{]|\breturn)\s*\/(?:[^\/\\\n\[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/#
      ) {
        "\($0.1) 0"
      }
    }
    return replacingTexts(code, #/\/\*(?:[^*]|\*(?!\/))*\*\/|\/\/.*|`(?:[^`\\]|\\.)*`/#)
  }

  /// - Parameter others: comments, and strings that only the language has.
  private static func replacingTexts(_ code: String, _ others: Regex<Substring>) -> String {
    let strings = #/(?:\b[rbfuRBFU]{1,2})?(?:"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')/#
    return code.replacing(
      Regex {
        ChoiceOf {
          others
          strings
        }
      }
    ) { match in
      let text = match.output
      if text.hasPrefix("`") {
        return text.matches(of: #/\$\{([^}]*)\}/#).map { "(\($0.1))" }.joined(separator: " + ")
      }
      return text.hasPrefix("#") || text.hasPrefix("/") ? "" : "0"
    }
  }

  private static let builtIn: [String: Set<String>] = [
    "python": words(
      """
      False None True and as assert async await break class continue def del elif else except \
      finally for from global if import in is lambda match nonlocal not or pass raise return try \
      while with yield abs all any ascii bin bool bytearray bytes callable chr classmethod complex \
      dict dir divmod enumerate eval filter float format frozenset getattr hasattr hash hex id \
      input int isinstance issubclass iter len list map max memoryview min next object oct open \
      ord pow print property range repr reversed round set setattr slice sorted staticmethod str \
      sum super tuple type vars zip self cls _ __name__ Exception ValueError TypeError KeyError \
      IndexError RuntimeError StopIteration FileNotFoundError OSError ZeroDivisionError \
      AttributeError NotImplementedError key default reverse encoding
      """),
    "javascript": words(
      """
      async await break case catch class const continue default delete do else export extends \
      false finally for function if import in instanceof let new null of return static super \
      switch this throw true try typeof undefined var void while yield Array Boolean Date Error \
      Infinity JSON Map Math NaN Number Object Promise RangeError RegExp Set String Symbol \
      TypeError console document window isFinite isNaN parseFloat parseInt encodeURIComponent \
      decodeURIComponent fetch setTimeout clearTimeout require module exports URL Intl
      """),
    "c": words(
      """
      auto break case char const continue default do double else enum extern float for goto if \
      inline int long register return short signed sizeof static struct switch typedef union \
      unsigned void volatile while bool true false NULL size_t ssize_t uint8_t uint16_t uint32_t \
      uint64_t int8_t int16_t int32_t int64_t
      """),
  ]
}
