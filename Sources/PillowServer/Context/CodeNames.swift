import Foundation
import PromptPool

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
    let plain = withoutText(code, language)
    var known = Set(document.matches(of: #/[A-Za-z_]\w*/#).map { String($0.output) })
    known.formUnion(bound(plain))
    var seen: Set<String> = []
    var unknown: [String] = []
    for match in plain.matches(of: #/[A-Za-z_$][\w$]*/#) {
      let name = String(match.output)
      guard !known.contains(name), !builtIn.contains(name), seen.insert(name).inserted else {
        continue
      }
      let before = plain[..<match.range.lowerBound].last { $0 != " " }
      if before == "." || before == ">" && plain[..<match.range.lowerBound].hasSuffix("->") {
        if attributes.contains(name) { continue }
        // A method with a usual name may well exist.
        guard name.count > 3 else { continue }
      }
      // A named argument is not a name of this file.
      if plain[match.range.upperBound...].hasPrefix("="), before == "(" || before == "," {
        continue
      }
      unknown.append(name)
    }
    return unknown
  }

  /// What the code itself defines.
  private static func bound(_ code: String) -> Set<String> {
    var names: Set<String> = []
    let patterns: [Regex<(Substring, Substring)>] = [
      #/(?:def|class|function|import|as|const|let|var|struct|enum)\s+(\w+)/#,
      #/(\w+)\s*(?:=|\+=|:=)[^=]/#,
      #/for\s+(?:await\s+)?\(?(?:const|let|var|int|size_t)?\s*([\w\s,()\[\]]+?)\s+(?:in|of)\b/#,
      #/(?:lambda|except\s+\w+\s+as|with\s+.*?\s+as)\s+([\w\s,]+)/#,
      #/(?:def\s+\w+|function\s*\w*)\s*\(([^)]*)\)/#,
      #/\(([\w\s,\[\]{}]*)\)\s*=>/#,
      #/\b(\w+)\s*=>/#,
      #/\b(?:int|long|double|float|char|size_t|bool|void|unsigned|short|uint\d+_t|int\d+_t)\s*\**\s*(\w+)/#,
      #/(?:const|let|var)\s*[\[{]([^\]}]*)[\]}]/#,
      #/([\w\s,]+)=[^=]/#,
    ]
    for pattern in patterns {
      for match in code.matches(of: pattern) {
        for name in match.1.matches(of: #/[A-Za-z_]\w*/#) { names.insert(String(name.output)) }
      }
    }
    return names
  }

  /// Strings and comments name nothing, but for what f-strings hold.
  private static func withoutText(_ code: String, _ language: String) -> String {
    var plain = code
    if language == "python" {
      plain.replace(#/"""(?:[^"]|"(?!""))*"""/#, with: "0")
      plain.replace(#/(?m)#.*$/#, with: "")
    } else {
      plain.replace(#/(?m)\/\/.*$/#, with: "")
    }
    plain.replace(#/\b[rbfRBF]?"(?:[^"\\\n]|\\.)*"/#, with: "0")
    plain.replace(#/\b[rbfRBF]?'(?:[^'\\\n]|\\.)*'/#, with: "0")
    plain.replace(#/"(?:[^"\\\n]|\\.)*"/#, with: "0")
    plain.replace(#/'(?:[^'\\\n]|\\.)*'/#, with: "0")
    return plain
  }

  private static func words(_ text: String) -> Set<String> {
    Set(text.split(whereSeparator: \.isWhitespace).map(String.init))
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

  /// Methods and fields of the standard libraries that small answers use.
  private static let attributes = words(
    """
    add append capitalize clear copy count decode discard encode endswith extend find findall \
    format fullmatch get group groups group index insert isalnum isalpha isdigit islower isspace \
    isupper items join keys lower lstrip match pop popitem remove replace reverse rsplit rstrip \
    search setdefault sort split splitlines startswith strip strftime sub title update upper values \
    zfill read write readline readlines read_text write_text exists name stem suffix parent \
    length push shift unshift slice splice concat includes indexOf lastIndexOf map filter reduce \
    reduceRight forEach some every find findIndex flat flatMap fill from entries charAt charCodeAt \
    codePointAt trim trimStart trimEnd padStart padEnd repeat replaceAll toLowerCase toUpperCase \
    toString toFixed test exec has set size delete max min floor ceil round abs sqrt pow trunc sign \
    stringify parse assign freeze hasOwnProperty localeCompare now getTime toISOString then catch \
    finally
    """)
}
