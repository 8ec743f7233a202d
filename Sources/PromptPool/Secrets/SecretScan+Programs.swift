/// A program that takes a password in its command line.
struct SecretProgram: Sendable {
  enum Style: Sendable {
    /// Directly behind the option or as the next word: `-u x`, `-ux`, `-su x`.
    case either
    /// `-px` only, since without it the program asks.
    case joined
    /// `-a x` only.
    case apart
    /// Any word of the form `user/password@place`.
    case connection
  }

  let names: [String]
  let options: [String]
  var style = Style.either
  /// Between the user's name and the password, where there are both.
  var separator: UInt8?

  private init(
    _ names: String, _ options: String, _ style: Style = .either, separator: Character? = nil
  ) {
    self.names = names.split(separator: " ").map(String.init)
    self.options = options.split(separator: " ").map(String.init)
    self.style = style
    self.separator = separator?.asciiValue
  }

  static let all = [
    SecretProgram("curl wget", "-u -U --user --proxy-user", separator: ":"),
    SecretProgram("http https xh xhs", "-a --auth", separator: ":"),
    SecretProgram("smbclient rpcclient smbmap", "-U --user", separator: "%"),
    SecretProgram("sshpass", "-p"),
    SecretProgram(
      "mysql mysqldump mysqladmin mysqlimport mysqlcheck mysqlshow mysqlsh mysqlbinlog "
        + "mysql_upgrade mariadb mariadb-dump mariadb-admin", "-p --password", .joined),
    SecretProgram("redis-cli valkey-cli", "-a --pass", .apart),
    SecretProgram(
      "ldapsearch ldapmodify ldapadd ldapdelete ldappasswd ldapwhoami ldapcompare", "-w"),
    SecretProgram("openssl", "-k", .apart),
    SecretProgram("zip unzip zipcloak", "-P"),
    SecretProgram("7z 7za 7zz 7zr rar unrar", "-p -hp", .joined),
    SecretProgram("useradd usermod", "-p --password"),
    SecretProgram("sqlcmd bcp osql isql", "-P"),
    SecretProgram("sqlplus sqlldr expdp impdp exp imp rman", "", .connection),
  ]

  static let byName = Dictionary(
    all.flatMap { program in program.names.map { ($0, program) } }, uniquingKeysWith: { $1 })
}

extension SecretScan {
  /// The password in the command of a program whose name begins at a place.
  func programSecret(at start: Int) -> Match? {
    if start > 0, !bytes[start - 1].isBlank, !"\n/(|;&$\"'`".utf8.contains(bytes[start - 1]) {
      return nil
    }
    var end = end(ofRunFrom: start, \.isToken)
    guard end - start <= 16, let program = SecretProgram.byName[text(start..<end)] else {
      return nil
    }
    if has(".exe", at: end) { end += 4 }
    guard byte(at: end).map({ $0.isBlank || $0.isQuote }) == true else { return nil }
    if byte(at: end)?.isQuote == true { end += 1 }
    var words: [Range<Int>] = []
    while words.count < 40, let word = shellWord(from: end) {
      words.append(word)
      end = word.upperBound
    }
    for (index, word) in words.enumerated() {
      let next = words.indices.contains(index + 1) ? words[index + 1] : nil
      guard let value = value(of: program, in: word, next: next),
        isSecret(bytes[value], of: program)
      else { continue }
      return Match(kind: "a password", range: start..<value.upperBound)
    }
    return nil
  }

  /// A word of a command; nil where the command ends.
  func shellWord(from start: Int) -> Range<Int>? {
    var first = start
    while let byte = byte(at: first) {
      // A backslash continues a line; commas are those of a list of words in code.
      if byte == UInt8(ascii: "\\"), self.byte(at: first + 1) == 0x0A {
        first += 2
      } else if byte.isBlank || byte == UInt8(ascii: ",") {
        first += 1
      } else {
        break
      }
    }
    guard let byte = byte(at: first), byte != 0x0A, byte != 0x0D, !"|;&".utf8.contains(byte)
    else { return nil }
    var end = first
    var quote: UInt8?
    while end - first < Self.lineReach, let byte = self.byte(at: end), byte != 0x0A {
      if let open = quote {
        if byte == open { quote = nil }
      } else if byte.isQuote {
        quote = byte
      } else if byte <= 0x20 || "|;".utf8.contains(byte) {
        break
      }
      end += 1
    }
    // A mark that is not closed is that of the text around.
    if quote != nil { end = self.end(ofRunFrom: first) { $0 > 0x20 } }
    return first..<end
  }

  /// What a word is without the quotation marks around.
  func unquoted(_ word: Range<Int>) -> Range<Int> {
    let isMark = { (byte: UInt8) in byte.isQuote || byte == UInt8(ascii: "\\") }
    let start = end(ofRunFrom: word.lowerBound, isMark)
    var end = word.upperBound
    while end > start, isMark(bytes[end - 1]) || ",)".utf8.contains(bytes[end - 1]) { end -= 1 }
    return min(start, end)..<end
  }

  /// The value that an option of a program has in a word or in the next one.
  private func value(
    of program: SecretProgram, in word: Range<Int>, next: Range<Int>?
  ) -> Range<Int>? {
    let word = unquoted(word)
    if program.style == .connection { return word }
    guard byte(at: word.lowerBound) == UInt8(ascii: "-") else { return nil }
    for option in program.options {
      let name = Array(option.utf8)
      let isLong = option.hasPrefix("--")
      let after = word.lowerBound + name.count
      if has(name, at: word.lowerBound), after <= word.upperBound {
        if after == word.upperBound {
          if program.style == .joined { continue }
          return next.map(unquoted)
        }
        if bytes[after] == UInt8(ascii: "=") { return unquoted(after + 1..<word.upperBound) }
        if isLong || program.style == .apart { continue }
        return unquoted(after..<word.upperBound)
      }
      // The last of some letters behind one dash: `-su`.
      guard !isLong, name.count == 2, program.style == .either,
        bytes[word].dropFirst().allSatisfy(\.isLetter), bytes[word].last == name[1]
      else { continue }
      return next.map(unquoted)
    }
    return nil
  }

  private func isSecret(_ value: Slice<Bytes>, of program: SecretProgram) -> Bool {
    var user = value.prefix(0)
    var password = value
    if program.style == .connection {
      let at = value.lastIndex(of: UInt8(ascii: "@"))
      let place = at ?? value.endIndex
      guard let slash = value[..<place].firstIndex(of: UInt8(ascii: "/")), slash > value.startIndex
      else { return false }
      user = value[..<slash]
      password = value[(slash + 1)..<place].drop(while: \.isQuote)
      while password.last?.isQuote == true { password.removeLast() }
      // The sample of the vendor's documents.
      if password.elementsEqual("tiger".utf8) { return false }
      if at == nil { return SecretValue(password).isProbablyPassword && !password.contains(0x2F) }
    } else if let separator = program.separator {
      guard let sign = value.firstIndex(of: separator) else { return false }
      user = value[..<sign]
      password = value[(sign + 1)...]
    } else if program.style != .joined {
      // Without a user's name before it, a word may be one of a sentence.
      return SecretValue(password).isPassword()
        || program.names.contains("sshpass")
          && SecretValue(password).isPassword(user: user)
    }
    return SecretValue(password).isPassword(user: user)
  }

  // MARK: Passwords that a program reads from its input

  static let inputReaders = ["sudo -", "-stdin", "kinit"]

  /// `echo 'password' | sudo -S …`, `kinit bob <<< 'password'`.
  func piped(to start: Int) -> Match? {
    let isInput = has("-stdin", at: start)
    guard isInput || has("kinit", at: start) || takesInput(sudoAt: start) else { return nil }
    let line = self.start(ofLineAt: start)..<end(ofLineAt: start)
    if isInput, !text(line).contains("pass") { return nil }
    if let here = find("<<<", from: start, within: line.upperBound - start),
      let word = shellWord(from: here + 3), SecretValue(bytes[unquoted(word)]).isPassword()
    {
      return Match(kind: "a password", range: start..<word.upperBound)
    }
    guard let pipe = bytes[line.lowerBound..<start].lastIndex(of: UInt8(ascii: "|")) else {
      return nil
    }
    for name in ["echo ", "printf "] {
      guard
        let echo = (line.lowerBound..<pipe).last(where: { has(Array(name.utf8), at: $0) }),
        var word = shellWord(from: echo + name.utf8.count)
      else { continue }
      while bytes[word.lowerBound] == UInt8(ascii: "-") || has("'%s", at: word.lowerBound),
        let next = shellWord(from: word.upperBound)
      {
        word = next
      }
      guard word.upperBound <= pipe, SecretValue(bytes[unquoted(word)]).isPassword() else {
        continue
      }
      return Match(kind: "a password", range: word)
    }
    return nil
  }

  /// `sudo -S`, `sudo -kS`.
  private func takesInput(sudoAt start: Int) -> Bool {
    guard has("sudo -", at: start) else { return false }
    var next = start + 4
    while let word = shellWord(from: next), bytes[word.lowerBound] == UInt8(ascii: "-") {
      if bytes[word].contains(UInt8(ascii: "S")) || has("--stdin", at: word.lowerBound) {
        return true
      }
      next = word.upperBound
    }
    return false
  }
}
