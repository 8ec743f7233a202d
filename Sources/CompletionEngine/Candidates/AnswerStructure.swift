/// What of an answer counts when it is compared with another one. Pure.
package enum AnswerStructure {
  /// Prose by its characters, without regard to case and spacing, n-grams of up to 6 characters.
  package static func prose(_ text: String) -> NGrams {
    let words = text.lowercased().split(whereSeparator: \.isWhitespace)
    var units: [UInt64] = []
    for word in words {
      for scalar in word.unicodeScalars { units.append(UInt64(scalar.value)) }
      units.append(0x20)
    }
    return NGrams(units, longest: 6)
  }

  /// Code by its tokens, n-grams of up to 4: without comments and spacing, and with names in the
  /// order of their first appearance, so that `a + b` and `x + y` are alike. Names that are called
  /// or follow a dot stay, and so do words that languages share.
  package static func code(_ text: String) -> NGrams {
    let tokens = CodeTokens.of(text)
    var numbers: [Substring: UInt64] = [:]
    let units = tokens.enumerated().map { index, token -> UInt64 in
      guard token.first.map({ $0.isLetter || $0 == "_" }) == true else { return hash(token) }
      let isCalled = index + 1 < tokens.count && tokens[index + 1] == "("
      let isMember = index > 0 && tokens[index - 1] == "."
      if isCalled || isMember || keywords.contains(token.lowercased()) { return hash(token) }
      let number = numbers[token] ?? UInt64(numbers.count)
      numbers[token] = number
      return number
    }
    return NGrams(units, longest: 4)
  }

  /// The marks and line ends of a text: what is left when words and numbers are taken away.
  package static func form(_ text: String) -> String {
    var form = ""
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      form += line.replacing(#/[\w\s'’-]+/#, with: "w") + "\n"
    }
    return form
  }

  /// How far an answer has the form of the exemplars' answers, 0 to 1; 1 without any.
  package static func fit(_ answer: String, to shots: [String]) -> Double {
    guard !shots.isEmpty else { return 1 }
    let own = marks(answer)
    return shots.reduce(0) { $0 + own.similarity(to: marks($1)) } / Double(shots.count)
  }

  private static func marks(_ text: String) -> NGrams {
    NGrams(form(text).unicodeScalars.map { UInt64($0.value) }, longest: 4)
  }

  private static func hash(_ token: Substring) -> UInt64 {
    token.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
  }

  /// Words that mean something by themselves in one of the usual languages.
  private static let keywords: Set<String> = [
    "and", "as", "async", "await", "begin", "between", "bool", "break", "by", "case", "catch",
    "char", "class", "const", "continue", "create", "def", "default", "delete", "desc", "distinct",
    "do", "done", "double", "echo", "elif", "else", "end", "enum", "esac", "except", "exists",
    "export", "extension", "false", "fi", "finally", "float", "fn", "for", "from", "func",
    "function", "group", "guard", "having", "if", "impl", "import", "in", "insert", "int",
    "interface", "into", "is", "join", "lambda", "left", "let", "like", "limit", "local", "long",
    "match", "mut", "new", "nil", "none", "not", "null", "on", "or", "order", "package", "pass",
    "private", "public", "raise", "return", "select", "self", "set", "static", "string", "struct",
    "switch", "table", "then", "this", "throw", "throws", "true", "try", "update", "use", "values",
    "var", "void", "when", "where", "while", "with", "yield",
  ]
}

/// Splits code of any language into words, numbers, strings and marks. Comments are left out.
enum CodeTokens {
  static func of(_ text: String) -> [Substring] {
    text.matches(
      of: #/(?:\/\/|--(?=\s)|#(?=\s))[^\n]*|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|\w+|[^\w\s]/#
    ).map(\.output).filter { token in
      !token.hasPrefix("//") && !token.hasPrefix("--") && !(token.count > 1 && token.hasPrefix("#"))
    }
  }
}
