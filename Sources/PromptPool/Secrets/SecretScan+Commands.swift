internal import Foundation

extension SecretScan {
  /// Words that a secret follows without a sign between.
  static let commandStarts = [
    "bearer", "basic", "curl", "wget", "sshpass", "mysql", "identified", ":AA", "-us", "login",
    "btoa(", "b64encode(", "Buffer.from(", "BasicAuth(", ".auth(", "smbclient", " -p ",
    "ConvertTo-",
    "@tcp(", "@unix(", "htpasswd",
  ]

  /// A secret that a word introduces.
  func command(at start: Int) -> Match? {
    if has(":AA", at: start) { return telegramToken(at: start) }
    if has("-us", at: start) { return mailchimpKey(at: start) }
    if has(" -p ", at: start) { return shortOption(at: start) }
    if has("@tcp(", at: start) || has("@unix(", at: start) { return goSource(at: start) }
    if has("BasicAuth(", at: start) { return pair(from: start + 10) }
    if has(".auth(", at: start) { return pair(from: start + 6) }
    guard start == 0 || !bytes[start - 1].isAlphanumeric else { return nil }
    if has("btoa(", at: start) || has("b64encode(", at: start) || has("Buffer.from(", at: start) {
      return encodedPair(at: start)
    }
    if has("htpasswd", at: start) { return htpasswd(at: start) }
    if has("smbclient", at: start) { return option(["-U"], at: start, separator: "%") }
    if has("ConvertTo-SecureString", at: start) {
      let value = word(from: start + 22)
      let isSecret = bytes[start..<value.lowerBound].contains(where: \.isQuote)
      return isSecret && SecretValue(bytes[value]).isPassword(user: [])
        ? Match(kind: "a password", range: value) : nil
    }
    if has("bearer", at: start, ignoringCase: true) { return bearer(at: start) }
    if has("basic ", at: start, ignoringCase: true) { return basic(at: start) }
    if has("curl", at: start) || has("wget", at: start) {
      return option(["-u", "--user", "--proxy-user", "-U"], at: start, separator: ":")
    }
    if has("sshpass", at: start) { return option(["-p"], at: start) }
    if has("mysql", at: start) { return option(["-p", "--password"], at: start) }
    if has("identified", at: start, ignoringCase: true) { return sqlPassword(at: start) }
    if has("login", at: start, ignoringCase: true) { return login(at: start) }
    return nil
  }

  private func word(from start: Int) -> Range<Int> {
    let first = end(ofRunFrom: start) { $0.isBlank || $0.isQuote || $0 == UInt8(ascii: "\\") }
    let end = end(ofRunFrom: first) { $0 > 0x20 && !$0.isQuote && !"\\,;)}".utf8.contains($0) }
    return first..<end
  }

  /// `Authorization: Bearer …`.
  private func bearer(at start: Int) -> Match? {
    let token = word(from: end(ofRunFrom: start + 6) { $0 == UInt8(ascii: ":") || $0.isBlank })
    guard token.lowerBound > start + 6, SecretValue(bytes[token]).isRandomKey(length: 16) else {
      return nil
    }
    return Match(kind: "a bearer token", range: start..<token.upperBound)
  }

  /// `Authorization: Basic …`: Base64 of a user and a password.
  private func basic(at start: Int) -> Match? {
    let token = word(from: start + 6)
    guard token.count >= 8, let data = Data(base64Encoded: text(token)),
      let pair = String(validating: data, as: UTF8.self),
      let colon = pair.firstIndex(of: ":"), colon != pair.startIndex
    else { return nil }
    let password = Array(pair[pair.index(after: colon)...].utf8)
    let user = Array(pair[..<colon].utf8)
    let isSecret = SecretValue(password).isPassword(user: user[...])
    return isSecret ? Match(kind: "a password", range: start..<token.upperBound) : nil
  }

  /// `curl -u user:password`, `sshpass -p password`, `mysql -ppassword`.
  ///
  /// - Parameter separator: between the user's name and the password, where there are both.
  private func option(
    _ names: [String], at start: Int, separator: Character? = nil
  ) -> Match? {
    let end = end(ofLineAt: start)
    for name in names {
      let wanted = [0x20] + Array(name.utf8)
      guard start + wanted.count < end,
        let found = (start..<(end - wanted.count)).first(where: { has(wanted, at: $0) })
      else { continue }
      let after = found + wanted.count
      let isJoined = name.count == 2
      guard isJoined || byte(at: after) == 0x20 || byte(at: after) == UInt8(ascii: "=") else {
        continue
      }
      let value = word(from: byte(at: after) == UInt8(ascii: "=") ? after + 1 : after)
      // `mysql -p db` asks for a password, and `db` is what it opens.
      if separator == nil, isJoined, has("mysql", at: start), value.lowerBound > after { continue }
      var secret = bytes[value]
      var user: [UInt8] = []
      if let separator = separator?.asciiValue {
        guard let colon = secret.firstIndex(of: separator) else { continue }
        user = Array(secret[..<colon])
        secret = secret[(colon + 1)...]
      }
      guard SecretValue(secret).isPassword(user: user[...]) else { continue }
      return Match(kind: "a password", range: value)
    }
    return nil
  }

  /// `IDENTIFIED BY 'password'`, also with a plugin between.
  private func sqlPassword(at start: Int) -> Match? {
    let end = end(ofLineAt: start)
    guard let by = (start..<end).first(where: { has(" by ", at: $0, ignoringCase: true) }) else {
      return nil
    }
    let value = word(from: by + 4)
    guard bytes[(by + 3)..<value.lowerBound].contains(where: \.isQuote),
      SecretValue(bytes[value]).isPassword()
    else { return nil }
    return Match(kind: "a password", range: value)
  }

  /// `-u user -p password`.
  private func shortOption(at start: Int) -> Match? {
    let line = text(self.start(ofLineAt: start)..<start)
    guard [" -u ", " -U ", "login", "--user"].contains(where: line.contains) else { return nil }
    let value = word(from: start + 4)
    guard SecretValue(bytes[value]).isRandomKey(), !bytes[value].contains(UInt8(ascii: ":")) else {
      return nil
    }
    return Match(kind: "a password", range: value)
  }

  /// `user:password@tcp(…)`, as Go's driver of MySQL takes it.
  private func goSource(at sign: Int) -> Match? {
    var start = sign
    while start > 0, bytes[start - 1] > 0x20, !bytes[start - 1].isQuote { start -= 1 }
    guard let colon = bytes[start..<sign].firstIndex(of: UInt8(ascii: ":")),
      SecretValue(bytes[(colon + 1)..<sign]).isPassword(user: bytes[start..<colon])
    else { return nil }
    return Match(kind: "a password", range: start..<sign)
  }

  /// `htpasswd -b file user password`.
  private func htpasswd(at start: Int) -> Match? {
    let end = end(ofLineAt: start)
    let words = text(start..<end).split(separator: " ")
    guard words.count >= 4, words.contains(where: { $0.hasPrefix("-") && $0.contains("b") }),
      let password = words.last,
      SecretValue(password.utf8).isPassword(user: words[words.count - 2].utf8)
    else { return nil }
    return Match(kind: "a password", range: start..<end)
  }

  /// `btoa('user:password')`.
  private func encodedPair(at start: Int) -> Match? {
    let open = end(ofRunFrom: start) { $0 != UInt8(ascii: "(") } + 1
    let value = word(from: end(ofRunFrom: open) { "bfu".utf8.contains($0) })
    guard bytes[open..<value.lowerBound].contains(where: \.isQuote),
      let colon = bytes[value].firstIndex(of: UInt8(ascii: ":"))
    else { return nil }
    let password = bytes[(colon + 1)..<value.upperBound]
    guard SecretValue(password).isPassword(user: bytes[value.lowerBound..<colon]) else {
      return nil
    }
    return Match(kind: "a password", range: value)
  }

  /// `("user", "password")`.
  private func pair(from start: Int) -> Match? {
    let user = word(from: start)
    let next = end(ofRunFrom: user.upperBound) { $0.isQuote || $0.isBlank }
    guard byte(at: next) == UInt8(ascii: ",") else { return nil }
    let value = word(from: next + 1)
    guard bytes[(next + 1)..<value.lowerBound].contains(where: \.isQuote),
      SecretValue(bytes[value]).isPassword(), bytes[value].contains(where: \.isDigit)
    else { return nil }
    return Match(kind: "a password", range: value)
  }

  /// `machine host login user password …`, `login` with a key.
  private func login(at start: Int) -> Match? {
    let user = word(from: start + 5)
    if SecretValue(bytes[user]).isRandomKey(length: 32) {
      return Match(kind: "a key or token", range: user)
    }
    let key = word(from: user.upperBound)
    guard has("password", at: key.lowerBound), key.count == 8 else { return nil }
    let value = word(from: key.upperBound)
    guard byte(at: start + 5)?.isBlank == true, value.count >= 4,
      SecretValue(bytes[value]).isPassword(user: bytes[user])
    else { return nil }
    return Match(kind: "a password", range: value)
  }

  /// `123456789:AA…`: the number of a bot and 35 characters.
  private func telegramToken(at colon: Int) -> Match? {
    var start = colon
    while start > 0, bytes[start - 1].isDigit { start -= 1 }
    let end = end(ofRunFrom: colon + 1, \.isToken)
    guard (8...10).contains(colon - start), (34...36).contains(end - colon - 1),
      SecretValue(bytes[(colon + 1)..<end]).isRandomToken(.token)
    else { return nil }
    return Match(kind: "a Telegram token", range: start..<end)
  }

  /// 32 hexadecimal digits and `-us21`.
  private func mailchimpKey(at dash: Int) -> Match? {
    let end = end(ofRunFrom: dash + 3, \.isDigit)
    guard end > dash + 3, dash >= 32, bytes[(dash - 32)..<dash].allSatisfy(\.isHex),
      isWordStart(dash - 32)
    else { return nil }
    return Match(kind: "a Mailchimp key", range: (dash - 32)..<end)
  }
}
