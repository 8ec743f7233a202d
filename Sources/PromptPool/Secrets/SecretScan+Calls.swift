/// A call that takes a secret as one of its arguments, without a name.
struct SecretCall: Sendable {
  enum Kind: Sendable {
    case password
    /// Others are called so, too: the value has to look drawn at random.
    case perhapsPassword
    case key
  }

  let names: [String]
  /// Which argument it is, counted from 0.
  let position: Int
  let kind: Kind

  static let all = [
    SecretCall(
      names: [
        "NetworkCredential(", "UsernamePasswordCredentials(", "PasswordAuthentication(",
        "PasswordCredential(", "PasswordAuthenticator(", "HTTPDigestAuth(", "HttpNtlmAuth(",
        "DigestAuth(", "BasicAuthenticationHeader(", "Credentials.basic(", "PlainAuthProvider(",
        "UsernamePasswordCredential(",
      ], position: 1, kind: .password),
    SecretCall(
      names: [
        "PDO(", "getConnection(", "mysqli(", "mysqli_connect(", "mysql_connect(",
        "mysql.connect(", "pymssql.connect(", "PlainAuth(", "FTP(", "FTP_TLS(",
        "ftp_login(", "imap_open(", "ldap_bind(", "ssh2_auth_password(",
      ], position: 2, kind: .password),
    SecretCall(names: ["Oracle.connect(", "oracledb.connect("], position: 1, kind: .password),
    SecretCall(
      names: [
        ".login(", ">login(", ":login(", "ithCredentials(", "ith_credentials(", "AuthPlain(",
      ], position: 1,
      kind: .perhapsPassword),
    SecretCall(
      names: [
        "jwt.sign(", "jwt.verify(", "jwt.encode(", "jwt.decode(", "JWT.encode(", "JWT.decode(",
        "JWT::encode(", "JWT::decode(", "createHmac(", "hash_hmac(",
        "signWith(",
      ], position: 1, kind: .key),
    SecretCall(
      names: ["HMAC256(", "HMAC384(", "HMAC512(", "hmac.new(", "hmacShaKeyFor("], position: 0,
      kind: .key),
  ]

  static let starts = all.flatMap(\.names)
  /// By the first byte of their names.
  static let byStart = Dictionary(
    grouping: all.flatMap { call in call.names.map { (name: Array($0.utf8), call: call) } },
    by: { $0.name[0] })
}

extension SecretScan {
  /// The secret among the arguments of a call whose name begins at a place.
  func argumentSecret(at start: Int) -> Match? {
    for (name, call) in SecretCall.byStart[bytes[start]] ?? [] where has(name, at: start) {
      guard let found = argument(call.position, from: start + name.count) else { continue }
      let value = SecretValue(bytes[found])
      let isSecret =
        switch call.kind {
        case .password: value.isPassword()
        case .perhapsPassword: value.isProbablyPassword
        case .key: value.isRandomKey(length: 12)
        }
      guard isSecret else { continue }
      return Match(
        kind: call.kind == .key ? "a key" : "a password", range: start..<found.upperBound)
    }
    return nil
  }

  /// One of the arguments of a call whose `(` was passed, when it is a text in quotation marks.
  private func argument(_ position: Int, from start: Int) -> Range<Int>? {
    let last = min(bytes.count, start + 600)
    var next = start
    var passed = 0
    var depth = 0
    while next < last {
      if passed == position, depth == 0 {
        next = end(ofRunFrom: next) { $0 <= 0x20 }
        return quoted(at: next)?.range
      }
      if bytes[next].isQuote {
        guard let text = quoted(at: next) ?? emptyText(at: next) else { return nil }
        next = text.range.upperBound + 1
        continue
      }
      switch bytes[next] {
      case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
      case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"):
        depth -= 1
        if depth < 0 { return nil }
      case UInt8(ascii: ","): if depth == 0 { passed += 1 }
      default: break
      }
      next += 1
    }
    return nil
  }

  private func emptyText(at start: Int) -> Value? {
    byte(at: start + 1) == bytes[start] ? Value(range: start + 1..<start + 1, form: .quoted) : nil
  }
}
