/// “Password” as people write it in other languages than English, whose names are in
/// ``SecretName``.
enum SecretLabel {
  private static let words = [
    "mot de passe", "密码", "密碼", "口令", "パスワード", "пароль", "비밀번호", "암호", "contraseña",
    "clave", "senha", "palavra-passe", "hasło", "haslo", "wachtwoord", "lösenord", "heslo", "şifre",
    "parola", "jelszó", "salasana", "adgangskode", "passord", "lozinka", "mật khẩu",
    "kata sandi", "كلمة المرور", "كلمة السر", "סיסמה", "סיסמא", "κωδικός", "पासवर्ड", "รหัสผ่าน",
    "kennwort", "passwort",
  ]
  /// Between the word and the password.
  static let copulas = [
    "est", "lautet", "ist", "是", "为", "為", "es", "é", "è", "は", "это", "jest", "je", "är",
    "er", "is", "on", "입니다", "는",
  ].map { Array($0.utf8) }.sorted { $0.count > $1.count }

  /// In the ways that a title or a sentence has them, by their first bytes.
  static let byStart = Dictionary(grouping: forms, by: { $0[0] })
  static let forms: [[UInt8]] =
    Set(words.flatMap { [$0, $0.prefix(1).uppercased() + $0.dropFirst(), $0.uppercased()] })
    .sorted().map { Array($0.utf8) }
}

extension SecretScan {
  /// `mot de passe : …`, `密码：…`, `das Passwort lautet …`.
  func labelled(at start: Int) -> Match? {
    guard let label = SecretLabel.byStart[bytes[start]]?.first(where: { has($0, at: start) })
    else { return nil }
    // A part of a longer word, except where words stand without blanks between.
    let isLatin = bytes[start] < 0x80 && bytes[start + label.count - 1] < 0x80
    if isLatin, byte(at: start - 1)?.isToken == true { return nil }
    var next = end(ofRunFrom: start + label.count) { $0.isBlank || $0.isQuote || $0 == 0x2A }
    let hasSign: Bool
    if let sign = labelSign(at: next) {
      next = sign
      hasSign = true
    } else {
      guard next > start + label.count || bytes[next - 1] >= 0x80 else { return nil }
      let copula = SecretLabel.copulas.first { has($0, at: next) }
      next += copula?.count ?? 0
      hasSign = false
    }
    next = end(ofRunFrom: next) { $0.isBlank || $0 == 0x2A }
    let isOpen = byte(at: next)?.isQuote == true
    if isOpen { next += 1 }
    var end = end(ofRunFrom: next) { $0 > 0x20 && $0 < 0x7F && !$0.isQuote && $0 != 0x5C }
    let isLast = byte(at: end).map { $0 < 0x20 || $0.isQuote } ?? true
    if !isOpen { while end > next, ".,;:".utf8.contains(bytes[end - 1]) { end -= 1 } }
    let value = SecretValue(bytes[next..<end])
    guard value.hasDigit else { return nil }
    let isSecret =
      hasSign && isLast && value.isPassword() && !bytes[next..<end].contains(0x5F)
      || value.isRandomKey() || value.isStrongInProse
    return isSecret ? Match(kind: "a password", range: start..<end) : nil
  }

  /// What follows a colon or a sign of equality, also a wide one.
  private func labelSign(at index: Int) -> Int? {
    guard let byte = byte(at: index) else { return nil }
    if ":=".utf8.contains(byte) { return index + 1 }
    return has(Array("：".utf8), at: index) || has(Array("＝".utf8), at: index) ? index + 3 : nil
  }
}
