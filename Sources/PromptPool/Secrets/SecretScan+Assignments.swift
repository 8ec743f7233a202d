extension SecretScan {
  /// The whole name that some letters are a part of.
  func identifier(around index: Int) -> Range<Int> {
    func isPart(_ byte: UInt8) -> Bool { byte.isToken || byte == 0x2E || byte >= 0x80 }
    var start = index
    while start > 0, isPart(bytes[start - 1]), index - start < 128 { start -= 1 }
    return start..<end(ofRunFrom: index, isPart)
  }

  /// A value that is given to a name which says that it is secret.
  func assignment(to name: Range<Int>) -> Match? {
    var words = SecretName.words(of: bytes[name])
    // A label of two words: “API key: …”.
    if words.count == 1, let before = word(before: name.lowerBound) { words.insert(before, at: 0) }
    // In an address a `key` or a signature opens what it points to.
    if let last = words.last, ["key", "sig", "signature"].contains(last),
      let sign = byte(at: name.lowerBound - 1), "?&".utf8.contains(sign)
    {
      words = ["api", "key"]
    }
    if words == ["sig"], isInQuery(name) { words = ["api", "key"] }
    if isListed(name), let last = words.last, last == "keys" || last == "tokens" {
      words[words.count - 1] = String(last.dropLast())
    }
    guard let kind = SecretName(words: words), var found = value(after: name) else { return nil }
    if words.last == "authorization", let credentials = credentials(behindScheme: found) {
      found = credentials
    }
    let value = SecretValue(bytes[withoutScheme(found.range)])
    let isSecret =
      switch (kind, found.form) {
      case (.anyKey, .quoted), (.anyKey, .literal): value.hasDigit && value.isRandomKey(length: 24)
      case (.anyKey, _): false
      case (.password, .statement): value.hasDigit && value.isPassword()
      case (.key, .statement): value.hasDigit && value.isRandomKey()
      case (.password, .remark):
        value.hasDigit && (value.isRandomKey(length: 12) || value.isStrongInProse)
      case (_, .remark): value.hasDigit && value.isRandomKey(length: 12)
      case (.password, .mention):
        value.hasDigit && (value.isRandomKey() || value.isStrong || value.isStrongInProse)
      case (.key, .mention): value.hasDigit && value.isRandomKey()
      case (.password, .quoted), (.password, .literal):
        value.isPassword() || isPhrase(found, words)
      case (.password, .bare):
        value.isPassword(isLiteral: false) && !isExpression(found.range, kind)
      case (.key, .quoted), (.key, .literal): value.isRandomKey()
      case (.key, .bare): value.isRandomKey(length: 10) && !isExpression(found.range, kind)
      }
    // In quotation marks such words are what tests and samples have.
    let isCommon =
      kind == .password && found.form != .quoted && found.form != .remark && value.isCommonPassword
    guard isSecret || isCommon || isPair(found, words), !isCalledUntrue(after: found.range) else {
      return nil
    }
    return Match(kind: "a password or key", range: name.lowerBound..<found.range.upperBound)
  }

  /// A comment behind a value says that it is none: `# placeholder`.
  private func isCalledUntrue(after value: Range<Int>) -> Bool {
    let rest = text(value.upperBound..<end(ofLineAt: value.upperBound)).lowercased()
    guard
      let comment = ["#", "//", "--", "/*", "<!--"].compactMap({ rest.firstRange(of: " " + $0) })
        .first
    else { return false }
    return ["placeholder", "dummy", "fake", "not real", "not a real"]
      .contains(where: rest[comment.upperBound...].contains)
  }

  /// `Token …`, `Bearer …`: what stands behind the name of a scheme, or behind other words.
  private func withoutScheme(_ range: Range<Int>) -> Range<Int> {
    guard let blank = bytes[range].lastIndex(of: 0x20), blank + 12 < range.upperBound,
      SecretValue(bytes[(blank + 1)..<range.upperBound]).isRandomKey(length: 12)
    else { return range }
    return blank + 1..<range.upperBound
  }

  /// `Bot …`, `SSWS …`: what stands behind the name of a scheme that has no rule of its own.
  private func credentials(behindScheme found: Value) -> Value? {
    let scheme = text(found.range).lowercased()
    guard scheme.utf8.count <= 16, scheme.utf8.allSatisfy(\.isAlphanumeric),
      !["basic", "bearer", "digest"].contains(scheme), byte(at: found.range.upperBound) == 0x20
    else { return nil }
    let start = found.range.upperBound + 1
    let end = end(ofRunFrom: start) { $0.isToken || "+/=.~:".utf8.contains($0) }
    return end - start >= 16 ? Value(range: start..<end, form: .literal) : nil
  }

  /// `sig=…&se=…`: the query of an address that stands elsewhere.
  private func isInQuery(_ name: Range<Int>) -> Bool {
    guard byte(at: name.upperBound) == UInt8(ascii: "=") else { return false }
    let end = end(ofRunFrom: name.upperBound + 1) { $0.isToken || $0 == UInt8(ascii: "%") }
    return byte(at: end) == UInt8(ascii: "&") && end - name.upperBound > 30
  }

  /// Whether a list follows: of keys, each of its entries is one.
  private func isListed(_ name: Range<Int>) -> Bool {
    let sign = end(ofRunFrom: name.upperBound) { $0.isQuote || $0.isBlank }
    guard let found = byte(at: sign), ":=".utf8.contains(found) else { return false }
    return byte(at: end(ofRunFrom: sign + 1) { $0 <= 0x20 }).map { "[-".utf8.contains($0) } ?? false
  }

  private func word(before index: Int) -> String? {
    guard index > 1, bytes[index - 1] == 0x20, bytes[index - 2].isLetter else { return nil }
    var start = index - 1
    while start > 0, bytes[start - 1].isLetter { start -= 1 }
    return text(start..<(index - 1)).lowercased()
  }

  /// `Credentials: user:password`.
  private func isPair(_ found: Value, _ words: [String]) -> Bool {
    let value = bytes[found.range]
    guard ["credentials", "creds"].contains(words.last ?? ""),
      let colon = value.firstIndex(of: UInt8(ascii: ":")), colon > value.startIndex
    else { return false }
    let password = value[(colon + 1)...]
    return !password.contains(0x2F) && SecretValue(password).hasDigit
      && SecretValue(password).isPassword(user: value[..<colon])
  }

  /// A pass phrase of several words: only a name that asks for one allows blanks.
  private func isPhrase(_ found: Value, _ words: [String]) -> Bool {
    guard found.form == .quoted,
      words.contains(where: { ["passphrase", "phrase", "mnemonic", "seed"].contains($0) })
    else { return false }
    let parts = bytes[found.range].split(separator: 0x20)
    return parts.count >= 4
      && parts.allSatisfy { $0.allSatisfy { $0.isAlphanumeric || $0 == 0x2D } }
  }

  /// Code: a variable, a member, a call.
  private func isExpression(_ range: Range<Int>, _ kind: SecretName) -> Bool {
    let value = bytes[range]
    if value.contains(where: { "()[]{}<>;".utf8.contains($0) }) { return true }
    if let next = byte(at: range.upperBound), "([".utf8.contains(next) { return true }
    let isName = value.allSatisfy { $0.isAlphanumeric || $0 == 0x5F || $0 == 0x2E }
    guard isName, value.first?.isDigit == false else { return false }
    let digits = value.count(where: \.isDigit)
    // `Module.Type.member`; keys without digits are not told from names.
    if kind == .key, digits == 0 || value.contains(0x2E) { return true }
    // `input2`, `sha256`, `user.name1`; but `hunter22` and what is drawn by lot are values.
    return SecretValue(value).isWords
      && (digits < 2 || value.contains(0x2E) || value.contains(0x5F))
  }

  // MARK: What stands behind a name

  struct Value {
    enum Form {
      case quoted
      /// Without quotation marks, where only literals stand: `.env` files, tags, options.
      case literal
      /// Without quotation marks, where it may be code.
      case bare
      /// Within other text, or in a call.
      case mention
      /// Behind “is”.
      case statement
      /// Behind a name without a sign between.
      case remark
    }

    var range: Range<Int>
    var form: Form
  }

  private func value(after name: Range<Int>) -> Value? {
    var next = end(ofRunFrom: name.upperBound) { $0.isQuote || "\\]*".utf8.contains($0) }
    let isQuotedName = next > name.upperBound && bytes[name.upperBound] != UInt8(ascii: "*")
    if isQuotedName { next = end(ofRunFrom: next) { ")]".utf8.contains($0) } }
    next = end(ofRunFrom: next, \.isBlank)
    guard let sign = byte(at: next) else { return nil }
    let hasBlank = next > name.upperBound && bytes[next - 1].isBlank
    if isOption(name), sign != UInt8(ascii: "=") || !hasBlank {
      let start = sign == UInt8(ascii: "=") ? next + 1 : next
      return hasBlank || sign == UInt8(ascii: "=")
        ? value(at: start, bareForm: .literal, isTight: true) : nil
    }
    switch sign {
    case UInt8(ascii: "="), UInt8(ascii: ":"), UInt8(ascii: "|"), UInt8(ascii: "?"),
      UInt8(ascii: "<"):
      return assigned(name, operatorAt: next, hasBlank: hasBlank, isQuotedName: isQuotedName)
    case UInt8(ascii: ","):
      if isQuotedName {
        return listed(from: next + 1, isConstant: !bytes[name].contains(where: \.isLower))
      }
      // `{password, "…"}`
      return quoted(at: end(ofRunFrom: next + 1, \.isBlank)).map {
        Value(range: $0.range, form: .mention)
      }
    case UInt8(ascii: "."):
      return isQuotedName ? typed(at: next + 1) : nil
    case UInt8(ascii: "("):
      return isSetter(name) ? quoted(at: next + 1) : nil
    case UInt8(ascii: ">"):
      // `<password>…</password>`
      guard byte(at: name.lowerBound - 1) == UInt8(ascii: "<") || isQuotedName else { return nil }
      let end = end(ofRunFrom: next + 1) { $0 != UInt8(ascii: "<") && $0 > 0x20 }
      return byte(at: end) == UInt8(ascii: "<") ? Value(range: next + 1..<end, form: .literal) : nil
    default:
      return introduced(name, at: next, hasBlank: hasBlank, isQuotedName: isQuotedName)
    }
  }

  /// What a test types into the field of that name: `.type("…")`, `.send_keys("…")`.
  private func typed(at start: Int) -> Value? {
    let end = end(ofRunFrom: start) { $0.isLetter || $0 == UInt8(ascii: "_") }
    let known = [
      "type", "fill", "send_keys", "sendKeys", "setValue", "typeText", "set", "enterText",
    ]
    guard byte(at: end) == UInt8(ascii: "("), known.contains(text(start..<end)) else { return nil }
    return quoted(at: end + 1)
  }

  /// `--password`, `-Dpassword`.
  private func isOption(_ name: Range<Int>) -> Bool {
    bytes[name].first == UInt8(ascii: "-") && byte(at: name.lowerBound - 1)?.isToken != true
  }

  /// `setPassword(…)`, `.password(…)`, `withToken(…)`.
  private func isSetter(_ name: Range<Int>) -> Bool {
    let words = SecretName.words(of: bytes[name].split(separator: 0x2E).last ?? bytes[name])
    return ["set", "with", "add", "use", "password", "secret", "token", "api", "apikey"]
      .contains(words.first ?? "")
  }

  private func assigned(
    _ name: Range<Int>, operatorAt start: Int, hasBlank: Bool, isQuotedName: Bool
  ) -> Value? {
    var next = start
    switch bytes[next] {
    case UInt8(ascii: "="):
      next = end(ofRunFrom: next) { "=>".utf8.contains($0) }
    case UInt8(ascii: ":"):
      next += 1
      if byte(at: next) == UInt8(ascii: ":") { return nil }
      if byte(at: next) == UInt8(ascii: "=") { next += 1 }
      // `**Password:** …`
      next = end(ofRunFrom: next) { $0 == UInt8(ascii: "*") }
    case UInt8(ascii: "<"):
      guard byte(at: next + 1) == UInt8(ascii: "-") else { return nil }
      next += 2
    default:
      // `||=`, `?=`; `|| "…"`, `?? "…"`
      next = end(ofRunFrom: next) { "|?".utf8.contains($0) }
      // A cell of a Markdown table.
      if next - start == 1, bytes[start] == UInt8(ascii: "|") {
        return value(at: next, bareForm: .mention).map { Value(range: $0.range, form: .mention) }
      }
      if next - start == 2, byte(at: next) == 0x20 {
        return quoted(at: end(ofRunFrom: next, \.isBlank)).map {
          Value(range: $0.range, form: .mention)
        }
      }
      guard byte(at: next) == UInt8(ascii: "=") else { return nil }
      next += 1
    }
    next = end(ofRunFrom: next, \.isBlank)
    if bytes[start] == UInt8(ascii: ":"), let typed = afterType(at: next) { next = typed }
    if let value = below(next, isLabel: bytes[start] == UInt8(ascii: ":")) { return value }
    // The first of a list.
    if byte(at: next) == UInt8(ascii: "["),
      let value = quoted(at: end(ofRunFrom: next + 1) { $0 <= 0x20 })
    {
      return Value(range: value.range, form: .mention)
    }
    // Without blanks around `=`, at the start of a line or in an address, only literals stand.
    let isTight = bytes[start] == UInt8(ascii: "=") && !hasBlank && next == start + 1
    let isConfiguration =
      isTight || isQuotedName
      || bytes[start] == UInt8(ascii: ":") && startsLine(name)
    return value(at: next, bareForm: isConfiguration ? .literal : .bare, isTight: isTight)
  }

  /// All of the next line, where the sign ends its own, or where it goes on in brackets.
  ///
  /// - Parameter isLabel: a colon is before it, so the value may stand without quotation marks.
  private func below(_ start: Int, isLabel: Bool) -> Value? {
    let opened = end(ofRunFrom: start) { "\\(".utf8.contains($0) }
    let lineEnd = end(ofRunFrom: opened) { $0.isBlank || $0 == 0x0D }
    guard opened - start <= 1, byte(at: lineEnd) == 0x0A else { return nil }
    var next = end(ofRunFrom: lineEnd + 1, \.isBlank)
    // The first of a list in YAML.
    if isLabel, has("- ", at: next) { next = end(ofRunFrom: next + 1, \.isBlank) }
    if let value = quoted(at: next) {
      let rest = bytes[value.range.upperBound..<end(ofLineAt: value.range.upperBound)]
      return rest.allSatisfy { $0.isQuote || $0 <= 0x20 || ",;)".utf8.contains($0) } ? value : nil
    }
    let end = end(ofRunFrom: next) { $0 > 0x20 && $0 < 0x7F && !$0.isQuote }
    let rest = self.end(ofRunFrom: end) { $0.isBlank || $0 == 0x0D }
    guard isLabel, opened == start, rest == self.end(ofLineAt: next), end > next,
      !":({[,;".utf8.contains(bytes[end - 1])
    else { return nil }
    return Value(range: next..<end, form: .mention)
  }

  /// Behind `: String =`.
  private func afterType(at start: Int) -> Int? {
    let type = end(ofRunFrom: start) { $0.isAlphanumeric || "&?_.<>[]".utf8.contains($0) }
    let end = end(ofRunFrom: type, \.isBlank)
    // The end of a value in Base64 is no such sign.
    guard type > start, byte(at: end) == UInt8(ascii: "="), byte(at: end + 1) != UInt8(ascii: "="),
      !SecretValue(bytes[start..<type]).isRandomKey(length: 20)
    else { return nil }
    return self.end(ofRunFrom: end + 1, \.isBlank)
  }

  /// Whether nothing but marks of lists and comments is before a name.
  private func startsLine(_ name: Range<Int>) -> Bool {
    bytes[start(ofLineAt: name.lowerBound)..<name.lowerBound]
      .allSatisfy { !$0.isAlphanumeric }
  }

  /// Behind the name of a variable that another call or entry sets: `("DB_PASSWORD", "…")`,
  /// `{"name": "API_KEY", "value": "…"}`.
  private func listed(from start: Int, isConstant: Bool) -> Value? {
    let next = end(ofRunFrom: start) { $0 <= 0x20 }
    if let value = namedValue(at: next) { return value }
    return quoted(at: next).map {
      Value(range: $0.range, form: isConstant ? .quoted : .mention)
    }
  }

  /// `"value": "…"`, `value="…"`.
  private func namedValue(at start: Int) -> Value? {
    let word = end(ofRunFrom: start) { $0.isQuote || $0 == UInt8(ascii: "\\") }
    guard has("value", at: word, ignoringCase: true) || has("content", at: word) else { return nil }
    let sign = end(ofRunFrom: end(ofRunFrom: word, \.isLetter)) {
      $0.isQuote || $0.isBlank || "\\:=".utf8.contains($0)
    }
    // The quotation mark before the value was passed, too.
    let open = bytes[sign - 1].isQuote ? sign - 1 : sign
    return value(at: open, bareForm: .literal)
  }

  private func introduced(
    _ name: Range<Int>, at next: Int, hasBlank: Bool, isQuotedName: Bool
  ) -> Value? {
    // `name="apiKey" value="…"`; in YAML on the next line.
    let line = bytes[next] <= 0x20 ? end(ofRunFrom: next) { $0 <= 0x20 } : next
    if let value = namedValue(at: line), isQuotedName || line > next { return value }
    guard hasBlank else { return nil }
    // `PASSWORD 'x'` of SQL, `password "x"` of configurations.
    let isVerb = text(name).lowercased() == "pass"
    if !isVerb, bytes[next] != UInt8(ascii: "`"), let value = quoted(at: next) { return value }
    // `Dim sPwd As String = "…"`
    if has("As ", at: next),
      let sign = bytes[next...].prefix(40).firstIndex(of: UInt8(ascii: "="))
    {
      return quoted(at: end(ofRunFrom: sign + 1, \.isBlank))
    }
    // `password IS NOT NULL` tells nothing, whatever is behind it.
    for word in ["is null", "is not null"] where has(Array(word.utf8), at: next, ignoringCase: true)
    {
      return nil
    }
    for word in ["is ", "was ", "= "] where has(Array(word.utf8), at: next, ignoringCase: true) {
      return value(at: next + word.utf8.count, bareForm: .statement).map {
        Value(range: $0.range, form: .statement)
      }
    }
    let line0 = start(ofLineAt: name.lowerBound)
    let lead = text(line0..<min(name.lowerBound, line0 + 40))
    let isDirective = ["requirepass", "masterauth", "rootpw"].contains(text(name))
    let isSetting =
      isDirective
      || ["ENV ", "ARG ", "setx ", "SetEnv ", "machine ", "set "].contains {
        lead.drop { $0 == " " }.hasPrefix($0)
      }
    if isSetting { return value(at: next, bareForm: .literal) }
    return remark(at: next)
  }

  /// A word behind a name; brackets are code. The marks that end a sentence are no part of it.
  private func remark(at start: Int) -> Value? {
    let word = end(ofRunFrom: start) { $0 > 0x20 && $0 < 0x7F && !$0.isQuote }
    guard !bytes[start..<word].contains(where: { "()[]{}<>|\\".utf8.contains($0) }) else {
      return nil
    }
    var end = word
    while end > start, ".,;:!?".utf8.contains(bytes[end - 1]) { end -= 1 }
    return Value(range: start..<end, form: .remark)
  }

  // MARK: Values

  /// - Parameter isTight: no blank is around the sign before it, so words behind it are others.
  private func value(
    at start: Int, bareForm: Value.Form, isTight: Bool = false
  ) -> Value? {
    var next = end(ofRunFrom: start, \.isBlank)
    if let value = quoted(at: next) { return value }
    // A text of YAML that begins on the next line.
    if let sign = byte(at: next), ">|".utf8.contains(sign) {
      let marks = end(ofRunFrom: next) { ">|-+".utf8.contains($0) }
      if byte(at: marks) == 0x0A { next = end(ofRunFrom: marks) { $0 <= 0x20 } }
    }
    let end = end(ofRunFrom: next) {
      $0 > 0x20 && !$0.isQuote && !";&,<>|)}".utf8.contains($0) && $0 != UInt8(ascii: "\\")
    }
    let literal = bytes[next..<end]
    // More words behind it: a sentence.
    if bareForm == .literal, !isTight, isSentence(end) {
      return Value(range: next..<end, form: .mention)
    }
    // The default of an expression: `getenv("KEY") || "…"`.
    if bareForm != .literal || literal.contains(where: { "([".utf8.contains($0) }) {
      if let fallback = lastQuoted(from: next) { return fallback }
      if isCall(literal) { return nil }
    }
    return end > next ? Value(range: next..<end, form: bareForm) : nil
  }

  private func isCall(_ value: Slice<Bytes>) -> Bool {
    let name = value.prefix { $0.isAlphanumeric || "_.?!:".utf8.contains($0) }
    return name.count >= 2
      && value.dropFirst(name.count).first.map { "([".utf8.contains($0) } == true
  }

  private func isSentence(_ end: Int) -> Bool {
    guard byte(at: end) == 0x20, let next = byte(at: end + 1) else { return false }
    return next.isLetter
  }

  private func lastQuoted(from start: Int) -> Value? {
    let end = min(end(ofLineAt: start), start + 400)
    var next = start
    var last: Value?
    while next < end {
      if bytes[next].isQuote, let value = quoted(at: next) {
        last = Value(range: value.range, form: .mention)
        next = value.range.upperBound + 1
      } else {
        next += 1
      }
    }
    return last
  }

  /// A text in quotation marks, also in escaped ones, and with the letters that some languages put
  /// before.
  func quoted(at start: Int) -> Value? {
    var open = start
    let letters = end(ofRunFrom: open) { "bBrRfFuUNLeE@$".utf8.contains($0) }
    if letters - open <= 2, byte(at: letters)?.isQuote == true { open = letters }
    let isEscaped = byte(at: open) == UInt8(ascii: "\\")
    if isEscaped { open += 1 }
    guard let quote = byte(at: open), quote.isQuote else {
      return has("&quot;", at: start) ? entityQuoted(at: start) : nil
    }
    let marks = end(ofRunFrom: open) { $0 == quote }
    let count = marks - open >= 3 ? 3 : 1
    if marks - open == 2 { return nil }
    let first = open + count
    var end = first
    let last = first + Self.runReach / 2
    while end < last, let byte = byte(at: end), byte != 0x0A {
      if byte == UInt8(ascii: "\\"), !isEscaped {
        end += 2
        continue
      }
      if byte == quote { break }
      end += 1
    }
    guard byte(at: end) == quote else { return nil }
    if isEscaped, end > first, bytes[end - 1] == UInt8(ascii: "\\") { end -= 1 }
    return Value(range: first..<max(first, end), form: .quoted)
  }

  private func entityQuoted(at start: Int) -> Value? {
    let first = start + 6
    guard let end = find("&quot;", from: first, within: 400) else { return nil }
    return Value(range: first..<end, form: .quoted)
  }
}
