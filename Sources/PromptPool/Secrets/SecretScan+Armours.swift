extension SecretScan {
  /// What private keys begin with.
  static let armourStarts =
    [
      "BEGIN ", "PuTTY-User-Key-File", "LS0tLS1CRUdJTi", "b3BlbnNzaC1r", "<D>", "\"d\"", "MII",
    ] + shortKeyStarts

  /// Keys of elliptic curves in DER, in Base64 (RFC 5915, RFC 8410).
  private static let shortKeyStarts = [
    "MHcCAQEE", "MIGHAgEAMBMG", "MIGkAgEBBD", "MC4CAQAwBQYDK2V",
  ]

  /// A private key, whatever program wrote it.
  func armour(at start: Int) -> Match? {
    if has("BEGIN ", at: start) { return textArmour(at: start) }
    if has("PuTTY-User-Key-File", at: start) {
      let name: StaticString = "Private-Lines:"
      guard let lines = find(name, from: start, within: 4096) else { return nil }
      return Match(kind: "a private key", range: start..<end(ofBodyFrom: end(ofLineAt: lines)))
    }
    // The same in Base64: `-----BEGIN `, of which three letters tell the rest, and the first words
    // of OpenSSH's own format.
    if has("LS0tLS1CRUdJTi", at: start) || has("b3BlbnNzaC1rZXktdjE", at: start) {
      let end = end(ofRunFrom: start) { SecretToken.Alphabet.base64.contains($0) }
      guard isWordStart(start), holdsPrivateKey(start..<end) else { return nil }
      return Match(kind: "a private key", range: start..<end)
    }
    // A key in DER without its armour; RSA's (PKCS #1 and #8) have the version 0 behind the length.
    let head = text(start..<min(bytes.count, start + 20))
    let isShort = Self.shortKeyStarts.contains(where: head.hasPrefix)
    if isShort || head.hasPrefix("MII") {
      let end = end(ofRunFrom: start) { SecretToken.Alphabet.base64.contains($0) }
      guard isShort || head.contains("IBAAKC") || head.contains("IBADANBgkq"),
        end - start >= 40, isWordStart(start)
      else { return nil }
      return Match(kind: "a private key", range: start..<end)
    }
    // The private exponent in .NET's XML.
    if has("<D>", at: start) {
      let end = end(ofRunFrom: start + 3) { SecretToken.Alphabet.base64.contains($0) }
      guard end - start >= 40, byte(at: end) == UInt8(ascii: "<") else { return nil }
      return Match(kind: "a private key", range: start..<end)
    }
    // The private part of a JSON web key.
    if has("\"d\"", at: start) {
      let first = end(ofRunFrom: start + 3) { $0.isBlank || $0.isQuote || $0 == UInt8(ascii: ":") }
      let end = end(ofRunFrom: first, \.isToken)
      let isKey = find("\"kty\"", from: max(0, start - 2000), within: 4000) != nil
      return end - first >= 40 && isKey ? Match(kind: "a private key", range: start..<end) : nil
    }
    return nil
  }

  /// `-----BEGIN RSA PRIVATE KEY-----`, `---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----`,
  /// `-----BEGIN PGP PRIVATE KEY BLOCK-----`, and the body that follows.
  private func textArmour(at word: Int) -> Match? {
    var start = word
    if byte(at: start - 1) == 0x20 { start -= 1 }
    while byte(at: start - 1) == UInt8(ascii: "-") { start -= 1 }
    guard word - start >= 4 else { return nil }
    let titleEnd = end(ofRunFrom: word) {
      $0.isUpper || $0.isDigit || $0 == 0x20 || $0 == UInt8(ascii: "_")
    }
    guard has("--", at: titleEnd) else { return nil }
    let title = text(word..<titleEnd)
    guard
      title.contains("PRIVATE KEY")
        || title.contains("PGP MESSAGE") == false
          && title.contains("SECRET KEY")
    else { return nil }
    let head = end(ofRunFrom: titleEnd) { $0 == UInt8(ascii: "-") || $0 == 0x20 }
    if isEmptyBody(from: head) { return nil }
    return Match(kind: "a private key", range: start..<end(ofBodyFrom: head))
  }

  /// Whether the title is only named, as a program does that looks for it, or what follows it is
  /// left out: `"-----BEGIN PRIVATE KEY-----"`, `...`, `<your key>`.
  private func isEmptyBody(from head: Int) -> Bool {
    let end = find("-----END", from: head, within: 8192) ?? min(bytes.count, head + 200)
    let body = bytes[head..<max(head, end)]
    let runs = body.split { !SecretToken.Alphabet.base64.contains($0) }
    if runs.contains(where: { SecretValue($0).isRandomKey(length: 16) }) { return false }
    let text = body.drop { $0 <= 0x20 || $0 == UInt8(ascii: "\\") || $0 == UInt8(ascii: "n") }
    guard let first = text.first else { return false }
    // A sentence goes on behind it.
    if let next = body.first, next.isLetter || ".,;".utf8.contains(next) { return true }
    return first.isQuote || "<[({*.".utf8.contains(first)
      || ["...", "\u{2026}"].contains(where: String(decoding: text, as: UTF8.self).contains)
      || runs.contains { $0.count >= 8 && SecretValue($0).isWords }
  }

  /// Lines of Base64 and of headers, up to the line that ends the armour.
  private func end(ofBodyFrom start: Int) -> Int {
    var end = start
    while end < bytes.count {
      let line = end..<self.end(ofLineAt: end)
      let content = bytes[line].drop { $0.isBlank || $0 == 0x22 || $0 == 0x2B || $0 == 0x23 }
      let isPart = content.allSatisfy {
        SecretToken.Alphabet.base64.contains($0) || $0 <= 0x20 || "-:,\"';\\.".utf8.contains($0)
      }
      guard isPart else { return end }
      end = min(line.upperBound + 1, bytes.count)
      if content.starts(with: Array("-----END".utf8))
        || content.starts(with: Array("---- END".utf8))
      {
        return line.upperBound
      }
    }
    return end
  }

  /// Whether Base64 stands for a private key and not for a certificate.
  private func holdsPrivateKey(_ range: Range<Int>) -> Bool {
    if has("b3BlbnNzaC1rZXktdjE", at: range.lowerBound) { return range.count >= 40 }
    // `PRIVATE KEY`, at each of the three places within a group of three bytes.
    let forms = ["UFJJVkFURSBLRV", "BSSVZBVEUgS0VZ", "QUklWQVRFIEtFW"]
    let head = text(range.lowerBound..<min(range.upperBound, range.lowerBound + 80))
    return range.count >= 60 && forms.contains { head.contains($0) }
  }

  func find(_ text: StaticString, from start: Int, within count: Int) -> Int? {
    let last = min(bytes.count, start + count) - text.utf8CodeUnitCount
    return start <= last ? (start...last).first { has(text, at: $0) } : nil
  }
}
