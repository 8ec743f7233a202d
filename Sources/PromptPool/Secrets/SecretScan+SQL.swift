/// Reads SQL from a place on, also where a program puts it together from pieces in quotation marks.
struct SQLReader {
  enum Token {
    case word(Range<Int>)
    /// What stands between quotation marks: a text or a name.
    case quoted(Range<Int>)
    case sign(UInt8)
  }

  let scan: SecretScan
  private(set) var next: Int
  let limit: Int
  /// Whether a backslash takes its meaning from the mark behind it, as in MySQL. Standard SQL has
  /// texts that end with one.
  var hasEscapes = true

  init(_ scan: SecretScan, at start: Int, limit: Int) {
    self.scan = scan
    next = start
    self.limit = min(limit, scan.bytes.count)
  }

  /// The next token; nil at the limit, also where a text is not closed before it.
  mutating func token() -> Token? {
    while true {
      skipSpace()
      guard next < limit else { return nil }
      let start = next
      let byte = scan.bytes[start]
      if Self.isWordPart(byte) {
        while next < limit, Self.isWordPart(scan.bytes[next]) { next += 1 }
        return .word(start..<next)
      }
      let isEscaped = byte == UInt8(ascii: "\\") && scan.byte(at: start + 1)?.isQuote == true
      if byte.isQuote || isEscaped {
        guard let text = quoted(isEscaped) else {
          next = limit
          return nil
        }
        // What is between two pieces of a statement: `" +⏎ "`.
        let isGlue = scan.bytes[text].allSatisfy { $0 <= 0x20 || "+.&\\".utf8.contains($0) }
        if isGlue, !text.isEmpty { continue }
        return .quoted(text)
      }
      if byte == UInt8(ascii: "$"), let text = dollarQuoted() { return .quoted(text) }
      next += 1
      return .sign(byte)
    }
  }

  mutating func isNext(_ sign: Character) -> Bool {
    skipSpace()
    return next < limit && scan.bytes[next] == sign.asciiValue
  }

  /// Passes white space, comments, and line breaks that are written as escapes.
  mutating func skipSpace() {
    while next < limit {
      let byte = scan.bytes[next]
      if byte <= 0x20 {
        next += 1
      } else if scan.has("--", at: next) {
        while next < limit, scan.bytes[next] != 0x0A { next += 1 }
      } else if scan.has("/*", at: next) {
        next += 2
        while next < limit, !scan.has("*/", at: next) { next += 1 }
        next = min(next + 2, limit)
      } else if byte == UInt8(ascii: "\\"),
        let after = scan.byte(at: next + 1), after <= 0x20 || "ntr".utf8.contains(after)
      {
        next = min(next + 2, limit)
      } else {
        return
      }
    }
  }

  static func isWordPart(_ byte: UInt8) -> Bool {
    byte.isAlphanumeric || byte == 0x5F || byte >= 0x80
  }

  /// A text in which a doubled mark stands for one.
  private mutating func quoted(_ isEscaped: Bool) -> Range<Int>? {
    let first = next + (isEscaped ? 2 : 1)
    let quote = scan.bytes[first - 1]
    var end = first
    while end < limit {
      let byte = scan.bytes[end]
      if byte == UInt8(ascii: "\\"), isEscaped, scan.byte(at: end + 1) == quote {
        next = end + 2
        return first..<end
      }
      if byte == UInt8(ascii: "\\"), hasEscapes || isEscaped {
        end += 2
      } else if byte != quote {
        end += 1
      } else if isEscaped {
        return nil
      } else if scan.byte(at: end + 1) == quote {
        end += 2
      } else {
        next = end + 1
        return first..<end
      }
    }
    return nil
  }

  /// `$$…$$`, `$tag$…$tag$`.
  private mutating func dollarQuoted() -> Range<Int>? {
    let last = min(limit, next + 300)
    var first = next + 1
    while first < last, scan.bytes[first].isLetter { first += 1 }
    guard first < last, scan.bytes[first] == UInt8(ascii: "$") else { return nil }
    first += 1
    let mark = Array(scan.bytes[next..<first])
    guard let end = (first..<last).first(where: { scan.has(mark, at: $0) }) else { return nil }
    next = end + mark.count
    return first..<end
  }
}

extension SecretScan {
  /// What a statement that may store a secret, or compare one, has at its place.
  static let statementStarts = ["into", "insert", "replace", "set"]

  /// How far the head of a statement is read, and all of one that is within another.
  private static let statementReach = 2000

  /// The secrets that `INSERT INTO users (name, password) VALUES ('…', '…'), …` stores.
  ///
  /// - Parameter start: of a word of ``statementStarts``.
  mutating func storedSecret(at start: Int) -> Match? {
    guard start == 0 || !SQLReader.isWordPart(bytes[start - 1]) || isWordStart(start),
      let verb = Self.statementStarts.first(where: {
        has(Array($0.utf8), at: start, ignoringCase: true)
      })
    else { return nil }
    let first = start + verb.utf8.count
    guard let next = byte(at: first), !SQLReader.isWordPart(next) else { return nil }
    var head = SQLReader(self, at: first, limit: start + Self.statementReach)
    guard let columns = head.columns(isUpdate: verb == "set") else { return nil }
    let kinds = columns.map { name in
      SecretName(words: SecretName.words(of: bytes[name])).flatMap { $0 == .anyKey ? nil : $0 }
    }
    guard kinds.contains(where: { $0 != nil }),
      let source = verb == "set" ? head.assignedRow() : head.source()
    else { return nil }
    // A statement is read to its end, but what has been read is not read so once more.
    let isRead = start < statementsEnd
    var rows = SQLReader(
      self, at: head.next, limit: isRead ? start + Self.statementReach : bytes.count)
    let last = source == .values ? rows.values(kinds) : rows.row(kinds, isSelected: true).secretEnd
    statementsEnd = max(statementsEnd, rows.next)
    return last.map { Match(kind: "a password or key", range: start..<$0) }
  }

  /// What a name is compared with or set to where SQL has more than a sign between:
  /// `password = crypt('…', …)`, `password IN ('…')`, `SET PASSWORD FOR bob = '…'`.
  func comparedSecret(with name: Range<Int>) -> Match? {
    let end = end(ofRunFrom: name.upperBound) { $0.isQuote || $0 == UInt8(ascii: "]") }
    var reader = SQLReader(self, at: end, limit: end + 400)
    reader.skipSpace()
    let isPlain = bytes[end..<reader.next].allSatisfy(\.isBlank)
    guard let operation = reader.operation(isPlain: isPlain, isSetting: isSetting(name)),
      let kind = SecretName(words: SecretName.words(of: bytes[name])), kind != .anyKey,
      let end = reader.operand(kind, operation)
    else { return nil }
    return Match(kind: "a password or key", range: name.lowerBound..<end)
  }

  private func isSetting(_ name: Range<Int>) -> Bool {
    let words = text(max(0, name.lowerBound - 16)..<name.lowerBound).lowercased()
      .split(whereSeparator: \.isWhitespace)
    return ["set", "with", "encrypted", "unencrypted", "role", "login"].contains(words.last ?? "")
  }

  /// `IDENTIFIED BY 'password'`, also with a plugin between.
  func sqlPassword(at start: Int) -> Match? {
    var reader = SQLReader(self, at: start + 10, limit: start + 400)
    var isIntroduced = false
    for _ in 0..<8 {
      switch reader.token() {
      case .word(let word):
        let name = text(word).lowercased()
        if isIntroduced, name != "password" { return barePassword(word, after: start) }
        isIntroduced = isIntroduced || name == "by"
      case .quoted(let value):
        guard isIntroduced, SecretValue(bytes[value]).isPassword() else { return nil }
        return Match(kind: "a password", range: start..<value.upperBound)
      default: return nil
      }
    }
    return nil
  }

  /// Oracle takes a password without quotation marks.
  private func barePassword(_ word: Range<Int>, after start: Int) -> Match? {
    let before = text(max(0, start - 100)..<start).lowercased()
    let value = SecretValue(bytes[word])
    let statements = ["create user ", "alter user ", "connect to "]
    guard statements.contains(where: before.contains), value.isPassword(isLiteral: false),
      !value.isWords || value.turns > 1,
      byte(at: word.upperBound).map({ $0 <= 0x20 || ";\"'".utf8.contains($0) }) ?? true
    else { return nil }
    return Match(kind: "a password", range: start..<word.upperBound)
  }
}

extension SQLReader {
  enum Source { case values, query }

  enum Operation { case literal, list, call }

  private static let hashes: Set<String> = [
    "crypt", "md5", "sha", "sha1", "sha2", "sha224", "sha256", "sha384", "sha512", "password",
    "old_password", "hashbytes", "standard_hash", "hash", "digest", "hmac", "bcrypt", "encrypt",
    "encode", "hex", "to_base64", "aes_encrypt", "des_encrypt", "pgp_sym_encrypt", "pwdencrypt",
    "encryptbypassphrase", "concat", "cast", "convert", "coalesce", "lower", "upper", "trim",
    "cast_to_raw", "unhex", "binary",
  ]
  /// The letters that the name of an algorithm or of an encoding begins with.
  private static let algorithms: Set<String> = [
    "sha", "md", "aes", "des", "bf", "xdes", "utf", "latin", "blake", "base", "argon", "pbkdf",
    "ripemd", "whirlpool", "iso",
  ]
  private static let ends: Set<String> = [
    "from", "where", "union", "limit", "order", "returning", "on", "into", "except",
  ]

  private func lowered(_ word: Range<Int>) -> String {
    word.count <= 24 ? scan.text(word).lowercased() : ""
  }

  // MARK: The head of a statement

  /// The names of columns in brackets, behind the name of a table.
  fileprivate mutating func columns(isUpdate: Bool) -> [Range<Int>]? {
    for _ in 0..<(isUpdate ? 1 : 16) {
      switch token() {
      case .word, .quoted: continue
      case .sign(UInt8(ascii: "[")):
        while next < limit, scan.bytes[next] != UInt8(ascii: "]"), scan.bytes[next] != 0x0A {
          next += 1
        }
        next = min(next + 1, limit)
      case .sign(UInt8(ascii: "(")):
        guard let names = names() else { return nil }
        // `PARTITION (p0) (name, …)`
        guard isNext("(") else { return names }
        _ = token()
        return self.names()
      case .sign(let sign) where ".#@${}:&+%<>\"".utf8.contains(sign): continue
      default: return nil
      }
    }
    return nil
  }

  private mutating func names() -> [Range<Int>]? {
    var names: [Range<Int>] = []
    var name: Range<Int>?
    while let token = token() {
      switch token {
      case .word(let part), .quoted(let part):
        name = (name?.lowerBound ?? part.lowerBound)..<part.upperBound
      case .sign(UInt8(ascii: ",")), .sign(UInt8(ascii: ")")):
        names.append(name ?? next..<next)
        name = nil
        if case .sign(UInt8(ascii: ")")) = token { return names }
      case .sign(let sign) where ".[]$".utf8.contains(sign): continue
      default: return nil
      }
    }
    return nil
  }

  /// Passes `VALUES`, or the `SELECT` that stands for it.
  fileprivate mutating func source() -> Source? {
    for _ in 0..<16 {
      switch token() {
      case .word(let word):
        switch lowered(word) {
        case "values", "value":
          if isNext("(") { return .values }
        case "row": return .values
        case "select": return .query
        default: continue
        }
      case .quoted: continue
      case .sign(let sign) where ".,*+&".utf8.contains(sign): continue
      default: return nil
      }
    }
    return nil
  }

  /// Passes the `=` of `SET (name, password) = ('…', '…')`.
  fileprivate mutating func assignedRow() -> Source? {
    guard case .sign(UInt8(ascii: "=")) = token(), isNext("(") else { return nil }
    return .values
  }

  // MARK: Values

  /// All rows, each in its brackets.
  ///
  /// - Returns: where the last secret ends.
  fileprivate mutating func values(_ columns: [SecretName?]) -> Int? {
    var last: Int?
    while true {
      if !isNext("("), case .word(let word) = token(), lowered(word) != "row" { return last }
      guard isNext("(") else { return last }
      next += 1
      var row = self.row(columns)
      if !row.isClosed, hasEscapes {
        hasEscapes = false
        next = row.start
        row = self.row(columns)
      }
      // What a row holds that has no end may be no value.
      guard row.isClosed else { return last }
      last = row.secretEnd ?? last
      passGlue()
      guard isNext(",") else { return last }
      next += 1
      passGlue()
    }
  }

  /// Passes what stands between two pieces, behind which another row may begin.
  private mutating func passGlue() {
    skipSpace()
    guard next < limit, scan.bytes[next].isQuote else { return }
    var other = self
    let start = next
    if case .sign(let sign) = other.token(), "(,".utf8.contains(sign) { next = other.next - 1 }
    assert(next >= start)
  }

  /// One row behind its `(`, or what a query selects.
  fileprivate mutating func row(
    _ columns: [SecretName?], isSelected: Bool = false, isArgument: Bool = false
  ) -> (secretEnd: Int?, isClosed: Bool, start: Int) {
    let start = next
    var column = 0
    // Whether a text within the brackets counts: that in a hash does, that in a condition not.
    var counts = [true]
    var secretEnd: Int?
    var called: Range<Int>?
    var texts: [Range<Int>] = []
    while let token = token() {
      let name = called
      called = nil
      switch token {
      case .word(let word):
        called = word
        let word = lowered(word)
        if isSelected, counts.count == 1, Self.ends.contains(word) {
          return (secretEnd, true, start)
        }
        if word == "select", counts.count > 1 { counts[counts.count - 1] = false }
      case .quoted(let text):
        defer { texts.append(text) }
        guard counts.last == true, columns.indices.contains(column), let kind = columns[column],
          !texts.contains(where: { isNumbered(text, $0) }),
          isSecret(text, kind, isArgument: isArgument || counts.count > 1)
        else { continue }
        secretEnd = text.upperBound
      case .sign(UInt8(ascii: "(")):
        counts.append(name.map { Self.hashes.contains(lowered($0)) } ?? counts.last ?? true)
      case .sign(UInt8(ascii: ")")):
        if counts.count == 1 { return (secretEnd, true, start) }
        counts.removeLast()
      case .sign(UInt8(ascii: ",")): if counts.count == 1 { column += 1 }
      case .sign(UInt8(ascii: ";")): return (secretEnd, isSelected, start)
      default: continue
      }
    }
    return (secretEnd, isSelected, start)
  }

  /// Whether a text is another one with a number: `'alice', 'alice123'` stands in examples.
  private func isNumbered(_ text: Range<Int>, _ name: Range<Int>) -> Bool {
    let bytes = scan.bytes[text]
    guard name.count >= 3, (1...4).contains(text.count - name.count),
      bytes.dropFirst(name.count).allSatisfy(\.isDigit)
    else { return false }
    return zip(bytes, scan.bytes[name]).allSatisfy {
      $0 == $1 || $0 | 0x20 == $1 | 0x20 && $0.isLetter
    }
  }

  private func isSecret(_ text: Range<Int>, _ kind: SecretName, isArgument: Bool) -> Bool {
    let bytes = scan.bytes[text]
    // `'" + name + "'`, `'".md5($p)."'`: a program puts a value there.
    if let first = bytes.first, first.isQuote, bytes.last == first { return false }
    if isArgument, bytes.count <= 16 {
      let letters = scan.bytes[text].prefix(while: \.isLetter)
      if Self.algorithms.contains(String(decoding: letters, as: UTF8.self).lowercased()) {
        return false
      }
    }
    let value = SecretValue(bytes)
    return kind == .password ? value.isPassword() : value.isRandomKey()
  }

  // MARK: Comparisons

  /// Passes what stands between a name and the value, where that is more than a sign, which
  /// ``SecretScan/assignment(to:)`` looks behind.
  fileprivate mutating func operation(isPlain: Bool, isSetting: Bool) -> Operation? {
    let start = next
    switch token() {
    case .sign(UInt8(ascii: "=")):
      return behindSign(isPlain)
    case .sign(UInt8(ascii: "<")), .sign(UInt8(ascii: "!")):
      guard next < limit, "=>".utf8.contains(scan.bytes[next]) else { return nil }
      next += 1
      return behindSign(false)
    case .word(let word):
      switch lowered(word) {
      case "like", "ilike": return .literal
      case "in": return isNext("(") ? .list : nil
      case "not":
        guard case .word(let word) = token() else { return nil }
        return ["like", "ilike"].contains(lowered(word))
          ? .literal : lowered(word) == "in" && isNext("(") ? .list : nil
      case "for": return isSetting ? behindOwner() : nil
      default: return nil
      }
    // `WITH PASSWORD⏎ 'x'`
    case .quoted where isSetting && !isPlain:
      next = start
      return .literal
    default: return nil
    }
  }

  private mutating func behindSign(_ isPlain: Bool) -> Operation? {
    let start = next
    skipSpace()
    let isNear = isPlain && scan.bytes[start..<next].allSatisfy(\.isBlank)
    guard next < limit else { return nil }
    if Self.isWordPart(scan.bytes[next]) { return .call }
    return isNear ? nil : .literal
  }

  /// `SET PASSWORD FOR 'bob'@'%' = …`
  private mutating func behindOwner() -> Operation? {
    for _ in 0..<8 {
      switch token() {
      case .sign(UInt8(ascii: "=")): return behindSign(false)
      case .word(let word) where lowered(word) == "to": return .literal
      case .word, .quoted, .sign(UInt8(ascii: "@")), .sign(UInt8(ascii: ".")): continue
      default: return nil
      }
    }
    return nil
  }

  /// Where the secret ends that is the value.
  fileprivate mutating func operand(_ kind: SecretName, _ operation: Operation) -> Int? {
    if operation == .list {
      next += 1
      let row = row([kind] + Array(repeating: kind, count: 9))
      return row.isClosed ? row.secretEnd : nil
    }
    var token = token()
    if case .word(let word) = token, next < limit {
      if operation == .call, isNext("(") {
        guard Self.hashes.contains(lowered(word)) else { return nil }
        next += 1
        let row = row(Array(repeating: kind, count: 4), isArgument: true)
        return row.isClosed ? row.secretEnd : nil
      }
      // `N'…'`
      guard word.count <= 2, scan.bytes[word.upperBound].isQuote else { return nil }
      token = self.token()
    }
    guard case .quoted(let text) = token, !scan.bytes[text].contains(UInt8(ascii: "%")),
      isSecret(text, kind, isArgument: false)
    else { return nil }
    return text.upperBound
  }
}
