/// “Password” as people write it in other languages than English, whose names are in
/// ``SecretName``.
enum SecretLabel {
  private static let words = [
    "mot de passe", "mot_de_passe", "密码", "密碼", "口令", "パスワード", "пароль", "비밀번호", "암호", "contraseña",
    "clave", "senha", "palavra-passe", "hasło", "haslo", "wachtwoord", "lösenord", "heslo", "şifre",
    "parola", "jelszó", "salasana", "adgangskode", "passord", "lozinka", "mật khẩu",
    "kata sandi", "كلمة المرور", "كلمة السر", "סיסמה", "סיסמא", "κωδικός", "पासवर्ड", "รหัสผ่าน",
    "kennwort", "passwort",
  ]
  /// Between the word and the password.
  static let copulas = [
    "est", "lautet", "ist", "是", "为", "為", "es", "é", "è", "は", "это", "jest", "to", "je", "är",
    "er", "is", "on", "입니다", "는",
  ].map { Array($0.utf8) }.sorted { $0.count > $1.count }

  /// Which ``SecretName`` knows, but not with words or arrows behind.
  static let english = ["password", "passphrase", "passcode"]

  /// In the ways that a title or a sentence has them, by their first bytes.
  static let byStart = Dictionary(grouping: forms, by: { $0[0] })
  static let forms: [[UInt8]] =
    Set(
      (words + english).flatMap {
        [$0, $0.prefix(1).uppercased() + $0.dropFirst(), $0.uppercased()]
      }
    )
    .sorted().map { Array($0.utf8) }
}

extension SecretScan {
  /// `mot de passe : …`, `密码：…`, `das Passwort lautet …`, `password (root): …`.
  func labelled(at start: Int) -> Match? {
    guard let label = SecretLabel.byStart[bytes[start]]?.first(where: { has($0, at: start) })
    else { return nil }
    let labelEnd = start + label.count
    // A part of a longer word, except where words stand without blanks between.
    let isLatin = bytes[start] < 0x80 && bytes[labelEnd - 1] < 0x80
    if isLatin, byte(at: start - 1)?.isToken == true || byte(at: labelEnd)?.isToken == true {
      return nil
    }
    let isEnglish = SecretLabel.english.contains(text(start..<labelEnd).lowercased())
    guard let lead = lead(from: labelEnd, isEnglish: isEnglish) else { return nil }
    var next = lead.end
    let isOpen = marks(from: next) > end(ofRunFrom: next, \.isBlank)
    next = marks(from: next)
    var end = end(ofRunFrom: next) { $0 > 0x20 && $0 < 0x7F && !$0.isQuote && $0 != 0x5C }
    let isLast = byte(at: end).map { $0 < 0x20 || $0.isQuote } ?? true
    if !isOpen { while end > next, ".,;:".utf8.contains(bytes[end - 1]) { end -= 1 } }
    let value = SecretValue(bytes[next..<end])
    if lead.kind != .none, value.isCommonPassword {
      return Match(kind: "a password", range: start..<end)
    }
    guard value.hasDigit else { return nil }
    let isName = bytes[next..<end].contains(0x5F) && value.isWords && value.turns < 3
    let isSecret =
      switch lead.kind {
      case .sign: isLast && value.isPassword() && !isName || value.isRandomKey()
      case .copula: value.isRandomKey() || value.isStrong
      case .none: value.isRandomKey(length: isEnglish ? 12 : 8)
      }
    return isSecret || value.isStrongInProse
      ? Match(kind: "a password", range: start..<end) : nil
  }

  private enum Lead { case sign, copula, none }

  /// What stands between a label and the password.
  private func lead(from labelEnd: Int, isEnglish: Bool) -> (end: Int, kind: Lead)? {
    let first = marks(from: labelEnd)
    if let sign = labelSign(at: first) { return isEnglish ? nil : (sign, .sign) }
    for arrow in ["→", "->", "– ", "— ", "- "] where has(Array(arrow.utf8), at: first) {
      return (first + arrow.utf8.count, .none)
    }
    // Whose it is, before a colon or “is”: `(root):`, `du serveur :`, `for bob is`.
    let owner = end(ofRunFrom: first) { $0.isLetter || $0 >= 0x80 || "()'- ".utf8.contains($0) }
    if owner > first, owner - first <= 32, let sign = labelSign(at: owner) {
      return (sign, isEnglish ? .none : .copula)
    }
    let isApart = first > labelEnd || bytes[labelEnd - 1] >= 0x80
    if isEnglish {
      guard has("for ", at: first),
        let verb = find(" is ", from: first, within: 40), verb < owner
      else { return nil }
      return (verb + 4, .copula)
    }
    guard isApart else { return nil }
    guard let copula = SecretLabel.copulas.first(where: { has($0, at: first) }) else {
      return (first, .none)
    }
    return (first + copula.count, .copula)
  }

  /// Behind blanks, stars and quotation marks, also those of other languages.
  private func marks(from start: Int) -> Int {
    var end = start
    while true {
      let next = self.end(ofRunFrom: end) { $0.isBlank || $0.isQuote || $0 == 0x2A }
      let mark = ["“", "”", "„", "「", "」", "«", "»"].first { has(Array($0.utf8), at: next) }
      guard let mark else { return next }
      end = next + mark.utf8.count
    }
  }

  /// What follows a colon or a sign of equality, also a wide one.
  private func labelSign(at index: Int) -> Int? {
    guard let byte = byte(at: index) else { return nil }
    if ":=".utf8.contains(byte) { return index + 1 }
    return has(Array("：".utf8), at: index) || has(Array("＝".utf8), at: index) ? index + 3 : nil
  }
}
