internal import Foundation

extension SecretScan {
  /// Words that a secret follows without a sign between.
  static let commandStarts = [
    "bearer", "basic", "identified", ":AA", "-us", "login",
    "btoa(", "b64encode(", "Buffer.from(", "BasicAuth(", ".auth(", " -p ",
    "ConvertTo-", "cookie",
    "@tcp(", "@unix(", "htpasswd",
    "chpasswd", "thin:", "Fernet(", "basic_auth(",
    "auth=(", "auth = (",
  ]

  /// A secret that a word introduces.
  func command(at start: Int) -> Match? {
    if has(":AA", at: start) { return telegramToken(at: start) }
    if has("-us", at: start) { return mailchimpKey(at: start) }
    if has(" -p ", at: start) { return shortOption(at: start) }
    if has("@tcp(", at: start) || has("@unix(", at: start) { return goSource(at: start) }
    if has("BasicAuth(", at: start) { return pair(from: start + 10) }
    if has("basic_auth(", at: start) { return pair(from: start + 11) }
    if has("Fernet(", at: start) { return literalKey(at: start + 7) }
    if has("thin:", at: start) { return oracle(at: start + 5) }
    if has("chpasswd", at: start) { return pipedPair(before: start) }
    if has("auth=(", at: start), let match = pair(from: start + 6) { return match }
    if has("auth = (", at: start), let match = pair(from: start + 8) { return match }
    if has(".auth(", at: start) { return pair(from: start + 6) }
    if let match = argumentSecret(at: start) ?? piped(to: start) { return match }
    guard start == 0 || !bytes[start - 1].isAlphanumeric else { return nil }
    if has("btoa(", at: start) || has("b64encode(", at: start) || has("Buffer.from(", at: start) {
      return encodedPair(at: start)
    }
    if has("htpasswd", at: start) { return htpasswd(at: start) }
    if has("ConvertTo-SecureString", at: start) {
      let value = word(from: start + 22)
      let isSecret = bytes[start..<value.lowerBound].contains(where: \.isQuote)
      return isSecret && SecretValue(bytes[value]).isPassword(user: [])
        ? Match(kind: "a password", range: value) : nil
    }
    if has("bearer", at: start, ignoringCase: true) { return bearer(at: start) }
    if has("basic ", at: start, ignoringCase: true) { return basic(at: start) }
    if has("identified", at: start, ignoringCase: true) { return sqlPassword(at: start) }
    if has("login", at: start, ignoringCase: true), let match = login(at: start) { return match }
    if has("cookie", at: start, ignoringCase: true) { return cookie(at: start) }
    return programSecret(at: start)
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
    // The samples of RFC 7617.
    let isSample = ["Aladdin", "aladdin"].contains(pair[..<colon]) || pair == "test:123\u{A3}"
    let isSecret = !isSample && SecretValue(password).isPassword(user: user[...])
    return isSecret ? Match(kind: "a password", range: start..<token.upperBound) : nil
  }

  /// `-u user -p password`.
  private func shortOption(at start: Int) -> Match? {
    let line = text(self.start(ofLineAt: start)..<start)
    guard [" -u ", " -U ", "login", "--user"].contains(where: line.contains) else { return nil }
    let value = word(from: start + 4)
    guard SecretValue(bytes[value]).isProbablyPassword,
      !bytes[value].contains(where: { ":/".utf8.contains($0) })
    else { return nil }
    return Match(kind: "a password", range: value)
  }

  /// `user:password@tcp(…)`, as Go's driver of MySQL takes it.
  private func goSource(at sign: Int) -> Match? {
    var start = sign
    while start > 0, sign - start < 400, bytes[start - 1] > 0x20, !bytes[start - 1].isQuote {
      start -= 1
    }
    guard let colon = bytes[start..<sign].firstIndex(of: UInt8(ascii: ":")),
      SecretValue(bytes[(colon + 1)..<sign]).isPassword(user: bytes[start..<colon])
    else { return nil }
    return Match(kind: "a password", range: start..<sign)
  }

  /// `Fernet(b"…")`.
  private func literalKey(at start: Int) -> Match? {
    let value = word(from: end(ofRunFrom: start) { $0 == UInt8(ascii: "b") })
    let isQuoted = bytes[start..<value.lowerBound].contains(where: \.isQuote)
    return isQuoted && SecretValue(bytes[value]).isRandomKey(length: 40)
      ? Match(kind: "a key", range: value) : nil
  }

  /// `jdbc:oracle:thin:user/password@…`.
  private func oracle(at start: Int) -> Match? {
    let end = end(ofRunFrom: start) { $0.isAlphanumeric || "_-$#!%+./".utf8.contains($0) }
    guard byte(at: end) == UInt8(ascii: "@"),
      let slash = bytes[start..<end].firstIndex(of: UInt8(ascii: "/")),
      SecretValue(bytes[(slash + 1)..<end]).isPassword(user: bytes[start..<slash])
    else { return nil }
    return Match(kind: "a password in a URL", range: start..<end)
  }

  /// `echo 'user:password' | chpasswd`.
  private func pipedPair(before index: Int) -> Match? {
    let line = start(ofLineAt: index)..<index
    guard let open = bytes[line].firstIndex(where: \.isQuote) else { return nil }
    let value = word(from: open)
    guard let colon = bytes[value].firstIndex(of: UInt8(ascii: ":")),
      SecretValue(bytes[(colon + 1)..<value.upperBound])
        .isPassword(user: bytes[value.lowerBound..<colon])
    else { return nil }
    return Match(kind: "a password", range: value)
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
    let second = end(ofRunFrom: next + 1, \.isBlank)
    let value = word(from: has("Some(", at: second) ? second + 5 : second)
    guard bytes[(next + 1)..<value.lowerBound].contains(where: \.isQuote),
      SecretValue(bytes[value]).isPassword(), bytes[value].contains(where: \.isDigit)
    else { return nil }
    return Match(kind: "a password", range: value)
  }

  /// `Cookie: lang=en; sessionid=…`, `--cookie 'sessionid=…'`, `cookies={'sessionid': '…'}`: the
  /// cookies by which a server knows who is logged in.
  private func cookie(at start: Int) -> Match? {
    let word = end(ofRunFrom: start, \.isLetter)
    let first = end(ofRunFrom: word) { $0.isQuote || $0.isBlank || ":=({[".utf8.contains($0) }
    guard first > word else { return nil }
    let end = end(ofLineAt: first)
    var next = first
    while next < end {
      next = self.end(ofRunFrom: next) { $0.isBlank || $0.isQuote || ";,".utf8.contains($0) }
      let name = next..<self.end(ofRunFrom: next) { $0.isToken || $0 == 0x2E }
      let sign = self.end(ofRunFrom: name.upperBound, \.isQuote)
      guard let found = byte(at: sign), ":=".utf8.contains(found) else { return nil }
      let open = self.end(ofRunFrom: sign + 1) { $0.isBlank || $0.isQuote }
      let value =
        open..<self.end(ofRunFrom: open) {
          $0 > 0x20 && !$0.isQuote && !";,}".utf8.contains($0)
        }
      let lowered = text(name).lowercased()
      if ["sess", "sid", "auth", "token", "jwt", "remember"].contains(where: lowered.contains),
        !lowered.contains("csrf"), !lowered.contains("xsrf"),
        SecretValue(bytes[value]).isRandomKey(length: 16)
      {
        return Match(kind: "a session’s cookie", range: start..<value.upperBound)
      }
      next = max(value.upperBound, next + 1)
    }
    return nil
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
