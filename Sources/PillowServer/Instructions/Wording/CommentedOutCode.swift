import Languages

/// Code that is commented out, told from prose line by line.
struct CommentedOutCode {
  let language: Language?

  private var isPython: Bool { language?.comments == LanguageTable.language("python")?.comments }

  /// - Parameter lines: what the comment's lines say, without their marks.
  /// - Returns: whether the comment begins with code, and half of it or more is code. An example
  ///   below a request is none.
  func isCode(_ lines: [String]) -> Bool {
    let lines = lines.map(\.trimmed).filter { $0.contains { !$0.isWhitespace } }
    // A query may go over several lines.
    let whole = lines.joined(separator: " ")
    if language?.id == "sql", isQuery(whole, whole.split(whereSeparator: \.isWhitespace)) {
      return true
    }
    guard let first = lines.first, isCode(first) else { return false }
    let code = lines.count { isCode($0) || Self.isContinuation($0) }
    return 2 * code >= lines.count
  }

  private static func isContinuation(_ line: String) -> Bool {
    line.allSatisfy { "{}[]();,".contains($0) || $0.isWhitespace }
  }

  func isCode(_ line: String) -> Bool {
    let text = line.trimmed
    guard text.contains(where: { !$0.isWhitespace }) else { return false }
    // Machine-made names in a sentence are no code.
    let words = text.split(whereSeparator: \.isWhitespace)
    let bare = Self.withoutStrings(text)
    if Self.isContinuation(text) { return true }
    if let verdict = byEnd(bare, words) { return verdict }
    if isStatement(bare, words) || isData(text, bare, words) || isShell(text, words)
      || isQuery(text, words) || isMarkup(text) || isShortStatement(bare, words)
    {
      return true
    }
    if let language,
      LanguageLines(language: language).isCode(bare, words, hasProse: Self.proseWords(bare) > 0)
    {
      return true
    }
    return hasOperators(bare, words)
  }

  // MARK: Prose

  private static let articles = Verbs.words(
    """
    the a an to of that this which should be are we you it its they will can must may have has was
    were each every so because otherwise please whether there these those only also already when
    """)

  /// How many words only sentences have.
  private static func proseWords(_ bare: String) -> Int {
    let words = bare.split { !$0.isLetter && $0 != "'" && $0 != "_" && $0 != "." && $0 != "-" }
    return words.indices.count { index in
      guard words[index].count == 1 else { return articles.contains(words[index].lowercased()) }
      // “a” that no word follows is a name: `return a + b`, `copy a b`.
      let rest = bare[words[index].endIndex...].drop(while: \.isWhitespace)
      return words[index].lowercased() == "a" && rest.prefix { $0.isLetter }.count > 1
    }
  }

  /// A text with what stands between quotes left out.
  private static func withoutStrings(_ text: String) -> String {
    var result = ""
    var quote: Character?
    var inside = ""
    var before: Character = " "
    for character in text {
      if let open = quote {
        if character == open {
          result += "\(open)\(open)"
          (quote, inside) = (nil, "")
        } else {
          inside.append(character)
        }
      } else if "\"`".contains(character) || character == "'" && !before.isLetter {
        quote = character
      } else {
        result.append(character)
      }
      before = character
    }
    // A quote that is never closed is an apostrophe or an inch.
    if let quote { result += "\(quote)\(inside)" }
    return result
  }

  // MARK: Statements

  private func byEnd(_ bare: String, _ words: [Substring]) -> Bool? {
    guard let last = bare.last else { return nil }
    if last == ";" {
      if language?.comments.line.first == ";" { return nil }
      let isMarked = bare.dropLast().contains { "={}()[]<>\"'".contains($0) }
      let isCode =
        isMarked
        && (words.count <= 2 || Self.proseWords(bare) <= 1 || bare.contains { "={}".contains($0) })
        || words.count <= 3 && !isPython
      // Queries and MATLAB end with it, too.
      return isCode ? true : ["sql", "matlab"].contains(language?.id) ? nil : false
    }
    if last == "{" || last == "}" { return Self.proseWords(bare) <= 2 || bare.contains("(") }
    if last == "," || last == "(" || last == "[" {
      let isOpened = zip(bare, bare.dropFirst()).contains { before, next in
        next == "(" && (before.isLetter || before == "_") || next == "[" && before.isLetter
      }
      let isCall =
        (isOpened || bare.contains("=") || bare.hasPrefix("\"")) && Self.proseWords(bare) == 0
      if isCall || last != "," && Self.proseWords(bare) <= 1 && words.count <= 4 { return true }
    }
    if bare.hasSuffix("\\") && Self.proseWords(bare) == 0 { return true }
    return nil
  }

  private func isStatement(_ bare: String, _ words: [Substring]) -> Bool {
    guard let first = words.first else { return false }
    if isAssignment(bare, words) || isCall(bare) || isKeywordLine(bare, words) { return true }
    // Decorators and preprocessor lines.
    if first.hasPrefix("@"), words.count == 1 || bare.hasSuffix(")"), first.count > 1 {
      return true
    }
    if first.hasPrefix("#include") || first.hasPrefix("#define") || first.hasPrefix("#if") {
      return true
    }
    return bare.hasPrefix("(") && bare.hasSuffix(")") && isLisp(bare, words)
  }

  private func isLisp(_ bare: String, _ words: [Substring]) -> Bool {
    let isLispFile = language?.comments.line.contains(";;") == true
    return isLispFile && Self.proseWords(bare) <= 1
      && bare.dropFirst().first.map { $0.isLetter || "(-+*/:.'=<>".contains($0) } == true
  }

  private static let assignments = [
    "=", "+=", "-=", "*=", "/=", ":=", "|=", "&=", "^=", "%=", "**=", "//=", "<<=", ">>=", "<-",
    "||=", "??=", "?=",
  ]

  private func isAssignment(_ bare: String, _ words: [Substring]) -> Bool {
    if let at = words.firstIndex(where: { Self.assignments.contains(String($0)) }), at > 0,
      at + 1 < words.count
    {
      let left = words[..<at]
      guard Self.proseWords(bare) <= 1 || words[..<at].count == 1 && bare.contains("(") else {
        return false
      }
      if left.count == 1 { return Self.isTarget(left[0]) && !isDefinitionOfWord(words, at) }
      // `a, b = f()`, `let x = 1`, `int n = 0`, `x: int = 0`
      let isList = left.dropLast().allSatisfy { $0.hasSuffix(",") || $0.hasSuffix(":") }
      let isTyped = !isPython && left.count == 2 && left[0].last != ":" && Self.isType(left[0])
      let isDeclared = Self.declarations.contains(String(left[0])) || isTyped
      return left.count <= 6 && left.allSatisfy { Self.isTarget($0) } && (isList || isDeclared)
    }
    // `x=1`, `--flag=value`, without spaces around.
    guard let equals = bare.firstIndex(of: "="), words.count <= 3 || bare.hasSuffix(")") else {
      return false
    }
    let left = bare[..<equals].trimmed
    let right = bare[bare.index(after: equals)...]
    return !left.isEmpty && Self.isTarget(Substring(left)) && !right.trimmed.isEmpty
      && !bare.hasSuffix(".") && Self.proseWords(bare) == 0
  }

  /// “n = the number of rows” explains a name.
  private func isDefinitionOfWord(_ words: [Substring], _ at: Int) -> Bool {
    let right = words[(at + 1)...]
    return right.count >= 3
      && right.allSatisfy { $0.allSatisfy { $0.isLetter || "-,.'".contains($0) } }
  }

  private static let declarations = Verbs.words(
    """
    let var const val int char float double bool string auto static final public private protected
    unsigned signed long short byte local my our global def type export mut readonly internal
    """)

  private static func isType(_ word: Substring) -> Bool {
    word.hasSuffix("*") || word.hasSuffix("&") || word.hasSuffix(">") || word.hasSuffix("[]")
      || word.hasSuffix("_t") || word.contains("::")
      || word.first?.isUppercase == true && word.count > 2
  }

  /// A name, a member, an element: what can stand on the left of an assignment.
  private static func isTarget(_ word: Substring) -> Bool {
    guard let first = word.first, first.isLetter || "_$@*&[(%.-".contains(first) else {
      return false
    }
    return word.allSatisfy { $0.isLetter || $0.isNumber || "_.$@[]()*&'\"->:,!?<%{}".contains($0) }
  }

  /// A call alone on its line: `fmt.Println(total, count)`.
  private func isCall(_ bare: String) -> Bool {
    var text = bare[...]
    for word in [
      "await ", "return ", "yield ", "new ", "throw ", "raise ", "assert ", "defer ", "go ", "del ",
    ] where text.hasPrefix(word) {
      text = text.dropFirst(word.count)
    }
    guard let open = text.firstIndex(of: "("), open > text.startIndex else { return false }
    let name = text[..<open]
    let isName = name.allSatisfy { $0.isLetter || $0.isNumber || "_.$:@!?-><~&*[]'\"".contains($0) }
    guard isName, name.contains(where: \.isLetter),
      text.hasSuffix(")") || text.hasSuffix("),") || isChained(text),
      Self.proseWords(String(text)) <= 1
    else { return false }
    return true
  }

  /// `a(b).c(d)`: a dot and a name behind a bracket.
  private func isChained(_ text: Substring) -> Bool {
    guard let range = text.firstRange(of: ").") else { return false }
    return text[range.upperBound...].first.map { $0.isLetter || $0 == "_" } ?? false
  }

  private static let compounds = Verbs.words(
    "if for while with else elif try except lambda def case")

  private static let keywordLines: Set<String> = Verbs.words(
    "pass break continue return else try finally do done fi end endif esac begin else: try: finally: nil null None true false"
  )

  private func isKeywordLine(_ bare: String, _ words: [Substring]) -> Bool {
    guard let first = words.first.map(String.init) else { return false }
    if words.count == 1 { return Self.keywordLines.contains(first) }
    let prose = Self.proseWords(bare)
    let rest = words.dropFirst().joined(separator: " ")
    let hasCode =
      bare.contains { "()[]{}=\"`$".contains($0) } || rest.contains(".") && !rest.hasSuffix(".")
      || rest.contains("_")
    // `for row in rows: print(row)`
    if Self.compounds.contains(first), let colon = bare.firstRange(of: ": "), prose <= 1,
      isCode(String(bare[colon.upperBound...]))
    {
      return true
    }
    switch first {
    case "import" where language?.id == "python":
      return words.count == 2 || rest.contains(" as ") || rest.contains(",") && prose == 0
    case "import":
      return prose == 0
        && (words.count <= 2 || [",", "as", "from", "qualified"].contains { rest.contains($0) }
          || hasCode)
    case "from": return rest.contains(" import ") && prose == 0
    case "return", "yield", "raise", "throw", "await", "del", "assert", "goto", "print":
      return prose == 0 && (words.count == 2 && !bare.hasSuffix(".") || hasCode)
    case "echo", "defer", "require", "using", "use", "include", "namespace", "package", "extends",
      "throws", "export", "declare", "typedef":
      return !isPython && prose == 0
        && (hasCode || words.count == 2 && rest.contains { "./:\\".contains($0) })
    case "if", "elif", "while", "for", "with", "unless", "until", "switch", "catch", "except",
      "case", "match", "when", "elsif", "foreach":
      if bare.hasSuffix(":"), prose <= 1, hasCode || words.count <= 4 || rest.contains(" in ") {
        return true
      }
      if bare.hasSuffix("then") || bare.hasSuffix(" do") {
        return prose <= 1 && hasCode || words.count <= 5 && prose == 0
      }
      return prose == 0
        && (rest.hasPrefix("(") && rest.contains(")") || rest.hasPrefix("!") || rest.hasPrefix("[")
          || rest.contains("==") || rest.contains("!="))
    case "if(", "for(", "while(", "switch(", "}", "{": return true
    case "def", "class", "func", "function", "fn", "fun", "sub", "struct", "enum", "interface",
      "trait", "impl", "public", "private", "protected", "static", "void", "async", "template",
      "extern", "override", "abstract", "const", "let", "var", "val", "int", "final", "virtual",
      "inline", "local", "end", "type", "global", "mod", "data":
      return prose == 0 && hasCode && words.count <= 14
        || bare.hasSuffix(":") && prose == 0 && words.count <= 3
          && ["def", "class"].contains(first)
    case "else", "}else", "lambda":
      return prose == 0 && (hasCode || words.count <= 2 || rest.hasPrefix("if "))
    case "not": return prose == 0 && hasCode
    case "#include", "#define", "#ifdef", "#endif", "#if", "#pragma", "#undef", "#import":
      return true
    default: return false
    }
  }

  /// `return nil, err`, `return a == b`, `delete obj[key]`, `let x: number`, `export default App`
  private func isShortStatement(_ bare: String, _ words: [Substring]) -> Bool {
    guard let first = words.first, words.count >= 2, Self.proseWords(bare) == 0,
      !bare.hasSuffix(".")
    else { return false }
    let rest = words.dropFirst()
    func isName(_ word: Substring) -> Bool {
      word.allSatisfy { $0.isLetter || $0.isNumber || "_.,:?!<>[]|&*".contains($0) }
    }
    switch first {
    case "return", "yield", "throw", "raise":
      return rest.count >= 2 && rest.dropLast().allSatisfy { $0.hasSuffix(",") }
        || rest.contains { Self.binary.contains(String($0)) } || bare.hasSuffix("/>")
    case "delete", "typeof", "void":
      return !isPython && rest.count == 1 && bare.contains { "[].".contains($0) }
    case "let", "var", "const", "val":
      return !isPython && rest.first?.hasSuffix(":") == true && rest.count <= 3
        && rest.allSatisfy(isName)
    case "export":
      return !isPython && rest.count <= 3
        && ["default", "const", "function", "class", "type", "interface", "async", "*", "{"]
          .contains { $0 == rest.first.map(String.init) }
    case "import": return words.count == 2 || bare.hasSuffix("''") || bare.hasSuffix("\"\"")
    default: return false
    }
  }

  private static let binary: Set<String> = [
    "==", "!=", "===", "!==", "<", ">", "<=", ">=", "+", "-", "*", "/", "%", "&&", "||", "??", "?",
    "|", "&", "^", "<<", ">>",
  ]

  // MARK: Data, shells, queries, markup

  private static let dataLanguages: Set<String> = [
    "yaml", "toml", "properties", "ini", "systemd", "desktop", "nginx", "apache", "editorconfig",
    "gitconfig", "ssh_config", "dotenv", "conf", "dockerfile", "puppet", "terraform",
    "requirements",
  ]

  private func isData(_ text: String, _ bare: String, _ words: [Substring]) -> Bool {
    // `"key": value`, in any language.
    if text.hasPrefix("\"") || text.hasPrefix("'"), bare.hasPrefix("\"\":") || bare.hasPrefix("'':")
    {
      return true
    }
    guard let language, Self.dataLanguages.contains(language.id) else {
      // `key: value,` of an object.
      return bare.hasSuffix(",") && words.count == 2 && words[0].hasSuffix(":")
        && words[0].first?.isLowercase == true
    }
    if text.hasPrefix("["), text.hasSuffix("]"), words.count <= 3 { return true }
    let item = text.hasPrefix("- ") ? text.dropFirst(2).trimmed : text
    if let colon = item.firstIndex(of: ":") {
      let key = item[..<colon]
      let value = item[item.index(after: colon)...]
      let isKey =
        !key.isEmpty && key.allSatisfy { $0.isLetter || $0.isNumber || "_.-/\"'".contains($0) }
      let isValue = value.isEmpty || value.first == " "
      let count = value.split(separator: " ").count
      if isKey, isValue, key.first?.isUppercase == false, !Self.isTask(key),
        count <= 3 || value.trimmed.first.map { "[{\"'|>&*!$".contains($0) } == true
      {
        return true
      }
    }
    if text.hasPrefix("- "), words.count == 2 { return true }
    // Directives: `server_name example.org;`, `Port 22`
    return text.hasPrefix("--") && words.count <= 3
  }

  private static func isTask(_ key: some StringProtocol) -> Bool {
    ["todo", "fixme", "note", "task", "prompt", "warning", "hint"].contains(key.lowercased())
  }

  private static let commands = Verbs.words(
    """
    git sudo apt apt-get cd rm cp mv mkdir curl wget docker pip pip3 npm npx yarn pnpm chmod chown
    grep sed awk cat ls kubectl helm python python3 node ruby perl brew yum dnf apk tar ssh scp
    rsync xargs kill cargo rustc go gcc clang cmake ninja java javac mvn gradle export source alias
    unset eval exec systemctl service echo printf read tee touch ln find sort head tail test set
    poetry conda uv pytest tox terraform ansible make bundle rails rake gem composer php dotnet
    cut uniq wc tr diff patch env jq openssl zip unzip gzip ffmpeg mount umount useradd ps df du
    """)

  private func isShell(_ text: String, _ words: [Substring]) -> Bool {
    guard var first = words.first, words.count >= 2 else { return false }
    if first == "$" || first == ">>>" { return true }
    if first.hasPrefix("./") || first.hasPrefix("../") { return true }
    if first.hasSuffix(":") { first = first.dropLast() }
    guard Self.commands.contains(String(first)), Self.proseWords(Self.withoutStrings(text)) == 0
    else { return false }
    let arguments = words.dropFirst()
    return arguments.contains {
      $0.hasPrefix("-") && $0.count > 1 || $0.hasPrefix("/") || $0.hasPrefix("~")
        || $0.hasPrefix("$")
        || $0.contains("=") || $0.hasPrefix("\"") || $0.hasPrefix("'")
        || $0.contains("/") && $0.count > 3
        || $0 == "|" || $0 == "&&" || $0 == ">" || $0 == "." || $0.contains("*")
    }
      || ["install", "run", "add", "commit", "push", "clone", "build", "update", "checkout"]
        .contains(arguments.first.map(String.init) ?? "")
        && [
          "git", "npm", "pip", "pip3", "yarn", "cargo", "docker", "apt", "apt-get", "brew", "conda",
          "go",
        ].contains(String(first))
  }

  private static let queryWords: [String: [String]] = [
    "select": ["from", "*", "1", "distinct", "count(*)"], "delete": ["from"], "insert": ["into"],
    "update": ["set"],
    "create": ["table", "index", "view", "database", "function", "user", "or", "unique", "schema"],
    "drop": ["table", "index", "view", "database", "column", "schema"],
    "alter": ["table", "database"],
    "where": ["=", "in", "is", ">", "<", "like", "and", "id"], "order": ["by"], "group": ["by"],
    "left": ["join"], "inner": ["join"], "join": ["on", "using"], "grant": ["on", "all"],
    "explain": ["select", "analyze"], "begin": ["transaction"], "truncate": ["table"],
    "with": ["as"], "union": ["all", "select"], "values": [], "from": [], "and": ["=", "in", "is"],
    "set": ["=", "to"], "exec": [], "commit": [], "limit": [], "having": [], "use": [],
  ]

  /// SQL in capitals, or in small letters with a statement's marks.
  private func isQuery(_ text: String, _ words: [Substring]) -> Bool {
    guard let first = words.first, let followers = Self.queryWords[first.lowercased()] else {
      return false
    }
    let isUpper = first.allSatisfy(\.isUppercase)
    let rest = words.dropFirst().map { $0.lowercased() }
    let fits = followers.isEmpty || rest.contains { followers.contains($0) }
    guard fits, !rest.isEmpty else { return false }
    let prose = Self.proseWords(text)
    if isUpper, first.count > 2 {
      return rest.contains { word in
        words.contains {
          $0.lowercased() == word && $0.allSatisfy { $0.isUppercase || !$0.isLetter }
        }
      } || language?.id == "sql" && prose == 0
    }
    guard language?.id == "sql" || text.hasSuffix(";") else { return false }
    return prose == 0 && first.first?.isLowercase == true
      && ["select", "delete", "insert", "update", "create", "drop", "alter"].contains(
        first.lowercased())
  }

  private func isMarkup(_ text: String) -> Bool {
    if text.hasPrefix("<"), text.hasSuffix(">"),
      text.dropFirst().first.map({ $0.isLetter || $0 == "/" || $0 == "?" || $0 == "!" }) == true
    {
      return text.hasPrefix("</") || text.hasSuffix("/>") || text.contains("</")
        || text.contains("=") || Self.proseWords(text) == 0
    }
    guard text.hasPrefix("\\"), text.dropFirst().first?.isLetter == true else { return false }
    let isTag = ["brief", "param", "return", "note", "todo", "file", "class", "details", "see"]
      .contains { text.dropFirst().hasPrefix($0) }
    return !isTag && (text.contains("{") || text.split(separator: " ").count == 1)
  }

  // MARK: Operators

  private static let operators = [
    "==", "!=", "+=", "-=", "<<", ">>", "!(", "[\"", "['", "\"]", "'](", "](", "()", ");", "({",
    "})",
    "=\"", "='", "[i]", "${", "$(",
  ]
  /// Arrows and colons that Python's prose has, and its code has not.
  private static let operatorsElsewhere = ["&&", "||", "->", "=>", "::", ":=", "++", ".*"]

  private func hasOperators(_ bare: String, _ words: [Substring]) -> Bool {
    guard Self.proseWords(bare) == 0 else { return false }
    let operators = Self.operators + (isPython ? [] : Self.operatorsElsewhere)
    let found = operators.count { bare.contains($0) }
    let plain = words.count { $0.allSatisfy { $0.isLetter || ".,'-".contains($0) } && $0.count > 1 }
    if found > 0, 2 * plain < words.count { return true }
    if bare.hasSuffix(".") { return false }
    let marks = bare.count { "(){}[];=<>+*&|$".contains($0) }
    let letters = bare.count { $0.isLetter }
    return marks >= 4 && 5 * marks >= letters && plain <= words.count / 2
  }
}
