/// Reads off a line what it declares. Pure.
///
/// Regular expressions would say it shorter; they took most of the time on large projects.
struct DeclaringLine {
  private let language: String
  private let isWithinType: Bool

  /// - Parameter isWithinType: whether methods may stand there.
  init(language: String, isWithinType: Bool) {
    self.language = language
    self.isWithinType = isWithinType
  }

  /// - Parameter line: without white space at its ends.
  /// - Returns: nil where it declares no function and no type.
  func find(_ line: String) -> (kind: Declaration.Kind, name: String)? {
    if let found = byKeyword(line) { return found }
    switch Self.families[language] {
    case .script: return scriptFunction(line)
    case .c: return cFunction(line)
    case .shell: return shellFunction(line)
    default: return nil
    }
  }

  private enum Family { case keyword, script, c, shell }

  private static let families: [String: Family] = [
    "python": .keyword, "swift": .keyword, "rust": .keyword, "go": .keyword, "ruby": .keyword,
    "kotlin": .keyword, "shellscript": .shell, "javascript": .script, "javascriptreact": .script,
    "typescript": .script, "typescriptreact": .script, "c": .c, "cpp": .c, "cuda": .c,
    "objective-c": .c, "java": .c, "csharp": .c,
  ]

  static func reads(_ language: String) -> Bool { families[language] != nil }

  // MARK: Keywords

  private static let functionWords: [String: Set<Substring>] = [
    "python": ["def"], "swift": ["func"], "rust": ["fn"], "go": ["func"], "ruby": ["def"],
    "kotlin": ["fun"], "shellscript": ["function"], "javascript": ["function"],
    "javascriptreact": ["function"], "typescript": ["function"], "typescriptreact": ["function"],
  ]

  private static let typeWords: Set<Substring> = [
    "class", "struct", "enum", "interface", "protocol", "trait", "actor", "impl", "extension",
    "record", "union", "module", "namespace", "type", "object",
  ]

  private static let modifiers: Set<Substring> = [
    "public", "private", "fileprivate", "protected", "internal", "package", "open", "final",
    "static", "override", "mutating", "nonmutating", "nonisolated", "consuming", "borrowing",
    "convenience", "required", "async", "pub", "unsafe", "const", "default", "extern", "export",
    "declare", "abstract", "sealed", "partial", "data", "indirect", "typedef", "suspend", "inline",
    "operator", "tailrec", "infix", "isolated", "distributed",
  ]

  private func byKeyword(_ line: String) -> (kind: Declaration.Kind, name: String)? {
    let functions = Self.functionWords[language] ?? []
    var rest = line[...]
    for _ in 0..<12 {
      rest = rest.drop { $0 == " " || $0 == "\t" }
      if rest.first == "\"" { rest = Self.afterQuote(rest) }
      let word = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "@" }
      guard !word.isEmpty else { return nil }
      let after = rest.dropFirst(word.count)
      if functions.contains(word) {
        return name(after, of: .function).map { (.function, $0) }
      }
      // `class func` and `enum class` go on.
      let isFollowedByWord = functions.contains { after.dropFirst().hasPrefix($0 + " ") }
      if Self.typeWords.contains(word), !isFollowedByWord {
        guard language != "shellscript", word != "type" || language == "go" else { return nil }
        return name(after, of: .type).map { (.type, $0) }
      }
      guard Self.modifiers.contains(word) || word.hasPrefix("@") || isFollowedByWord else {
        return nil
      }
      rest = after.first == "(" ? Self.afterBracket(after, "(", ")") : after
    }
    return nil
  }

  /// The name behind a keyword.
  private func name(_ text: Substring, of kind: Declaration.Kind) -> String? {
    var rest = text
    if rest.first == "<" { rest = Self.afterBracket(rest, "<", ">") }
    guard let first = rest.first, first == " " || first == "\t" || first == "*" else { return nil }
    rest = rest.drop { $0 == " " || $0 == "\t" || $0 == "*" || $0 == "`" }
    // The receiver of a method of Go, and the parameters of a generic function of Kotlin.
    if language == "go", rest.first == "(" {
      rest = Self.afterBracket(rest, "(", ")").drop { $0 == " " }
    }
    if rest.first == "<" { rest = Self.afterBracket(rest, "<", ">").drop { $0 == " " } }
    var name = rest.prefix { $0.isLetter || $0.isNumber || "_$.:?!-".contains($0) }
    while let last = name.last, ".:-".contains(last) { name.removeLast() }
    if kind == .function, let dot = name.lastIndex(of: ".") {
      name = name[name.index(after: dot)...]
    }
    guard let letter = name.first, letter.isLetter || letter == "_" || letter == "$" else {
      return nil
    }
    // `class` as a word of prose, and a type that is only named.
    if kind == .type, language == "c" || language == "cpp" || language == "cuda",
      rest.dropFirst(name.count).contains("(") || !rest.contains("{") && rest.hasSuffix(";")
    {
      return nil
    }
    return String(name)
  }

  private static func afterBracket(
    _ text: Substring, _ open: Character, _ close: Character
  ) -> Substring {
    var depth = 0
    for index in text.indices {
      if text[index] == open { depth += 1 }
      if text[index] == close { depth -= 1 }
      if depth == 0 { return text[text.index(after: index)...] }
    }
    return ""
  }

  private static func afterQuote(_ text: Substring) -> Substring {
    text.dropFirst().drop { $0 != "\"" }.dropFirst().drop { $0 == " " }
  }

  // MARK: Languages without a keyword

  private static let reserved: Set<Substring> = [
    "if", "for", "while", "switch", "catch", "return", "else", "do", "sizeof", "new", "throw",
    "await", "using", "lock", "synchronized", "try", "with", "case", "function", "constructor",
    "super", "typeof", "delete", "yield", "assert", "defined", "alignas", "decltype", "import",
  ]

  /// `const name = (a) => {`, and methods of classes.
  private func scriptFunction(_ line: String) -> (kind: Declaration.Kind, name: String)? {
    var rest = line[...]
    for word in ["export ", "default "] where rest.hasPrefix(word) {
      rest = rest.dropFirst(word.count)
    }
    if let word = ["const ", "let ", "var "].first(where: rest.hasPrefix) {
      let name = rest.dropFirst(word.count).prefix {
        $0.isLetter || $0.isNumber || "_$".contains($0)
      }
      let value = rest.drop { $0 != "=" }
      guard !name.isEmpty, !value.isEmpty, value.contains("=>") || value.contains("function")
      else { return nil }
      // A call that takes a function is no function.
      let start = value.dropFirst().drop { $0 == " " }
      let isFunction =
        start.hasPrefix("(") || start.hasPrefix("async") || start.hasPrefix("function")
        || start.prefix { $0.isLetter || $0.isNumber || "_$".contains($0) }.count
          == start.prefix { $0 != " " }.count
      return isFunction ? (.function, String(name)) : nil
    }
    guard isWithinType, line.hasSuffix("{") else { return nil }
    let modifiers = [
      "public ", "private ", "protected ", "static ", "async ", "override ", "get ", "set ", "*",
    ]
    while let word = modifiers.first(where: rest.hasPrefix) { rest = rest.dropFirst(word.count) }
    let name = rest.prefix { $0.isLetter || $0.isNumber || "_$#".contains($0) }
    let after = rest.dropFirst(name.count)
    guard !name.isEmpty, !Self.reserved.contains(name), after.first == "(" || after.first == "<"
    else { return nil }
    return (.method, String(name))
  }

  /// A type, a name and a bracket: C and what looks like it.
  private func cFunction(_ line: String) -> (kind: Declaration.Kind, name: String)? {
    guard let first = line.first, first.isLetter || first == "_" || first == "@",
      let bracket = line.firstIndex(of: "(")
    else { return nil }
    var before = line[..<bracket]
    while before.last == " " { before.removeLast() }
    let reversed = before.reversed().prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "~" }
    let name = before.suffix(reversed.count)
    before = before.dropLast(reversed.count)
    guard let letter = name.first, letter.isLetter || letter == "_" || letter == "~",
      !Self.reserved.contains(name)
    else { return nil }
    if before.hasSuffix("::") {
      before = before.dropLast(2)
      while let last = before.last, last.isLetter || last.isNumber || "_:<>,".contains(last) {
        before.removeLast()
      }
    }
    guard let last = before.last, " *&\t".contains(last) else { return nil }
    let isType = before.allSatisfy {
      $0.isLetter || $0.isNumber || " \t_:<>,*&[].~@".contains($0)
    }
    let words = before.split { !$0.isLetter && !$0.isNumber && $0 != "_" }
    guard isType, !words.isEmpty, !words.contains(where: { Self.reserved.contains($0) }) else {
      return nil
    }
    return (.function, String(name))
  }

  /// `name() {`
  private func shellFunction(_ line: String) -> (kind: Declaration.Kind, name: String)? {
    let name = line.prefix { $0.isLetter || $0.isNumber || "_-:.".contains($0) }
    let after = line.dropFirst(name.count).drop { $0 == " " }
    guard !name.isEmpty, after.hasPrefix("()") else { return nil }
    return (.function, String(name))
  }
}
