internal import Foundation

/// Judges whether a value is a secret or stands for one: a placeholder, a reference, a word.
struct SecretValue {
  private let bytes: [UInt8]
  let lowered: String

  init(_ bytes: some Sequence<UInt8>) {
    self.bytes = Array(bytes)
    lowered = String(decoding: self.bytes.prefix(200), as: UTF8.self).lowercased()
  }

  // MARK: What it may be

  /// After a published prefix: anything but a placeholder. Fixed alphabets need no digit.
  func isRandomToken(_ alphabet: SecretToken.Alphabet) -> Bool {
    if isPlaceholder(digitRun: 7) || Set(bytes).count < 6 { return false }
    switch alphabet {
    case .hex, .upper: return true
    case .dashedUpper: return hasDigit
    case .token, .dotted, .alphanumeric, .base64, .dollars:
      let isOneRun = !bytes.contains { $0 == 0x2D || $0 == 0x5F }
      let isMixed = bytes.contains(where: \.isUpper) && bytes.contains(where: \.isLower)
      return isOneRun && isMixed && hasDigit || !isWords
    }
  }

  /// Given to a name such as `apiKey`: letters and digits as if drawn by lot.
  func isRandomKey(length: Int = 8) -> Bool {
    guard bytes.count >= length, bytes.count <= 4096, !isReference, !isPlaceholder(digitRun: 6),
      Set(bytes).count >= min(6, length - 2)
    else { return false }
    if isUUID { return true }
    guard bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { return false }
    let digits = bytes.count(where: \.isDigit)
    if bytes.count(where: \.isLetter) < 2 { return false }
    if bytes.allSatisfy(\.isHex) { return bytes.count >= 16 && digits > 0 }
    if isWords { return false }
    return digits > 0 || entropy >= 3.3 && bytes.count >= 12
  }

  /// Given to a name such as `password`: whatever is no word, no reference and no placeholder.
  ///
  /// - Parameter isLiteral: it stands in quotation marks, or where only literals stand.
  func isPassword(isLiteral: Bool = true) -> Bool {
    guard (4...256).contains(bytes.count), !isReference, !isPlaceholder(digitRun: 7) else {
      return false
    }
    guard bytes.allSatisfy({ $0 > 0x20 }), Set(bytes).count >= 3 else { return false }
    let digits = bytes.count(where: \.isDigit)
    if digits == bytes.count { return isLiteral && digits >= 6 }
    // The marks of labels and sentences: `Password:`, `N/A`, `user_password`.
    let core = bytes.reversed().drop { "?:.*!".utf8.contains($0) }.reversed()
    let isPlain = core.allSatisfy { $0.isLetter || $0 >= 0x80 || "_-/.' ".utf8.contains($0) }
    if isPlain { return core.count >= 8 && !SecretValue(Array(core)).isWords }
    if !isLiteral, digits == 0 { return false }
    return true
  }

  /// The password beside a user's name.
  func isPassword(user: some Sequence<UInt8>) -> Bool {
    let user = String(decoding: Array(user), as: UTF8.self).lowercased()
    guard (3...256).contains(bytes.count), lowered != user, !isReference,
      !isPlaceholder(digitRun: 7)
    else { return false }
    return !bytes.allSatisfy(\.isDigit) || bytes.count >= 4
  }

  /// Letters of both cases, digits and symbols, as rules for passwords ask for.
  var isStrong: Bool {
    isPassword() && bytes.count >= 8 && hasDigit && bytes.contains(where: \.isUpper)
      && bytes.contains(where: \.isLower) && symbolCount > 0
  }

  /// The same in a sentence, where names such as `OAuth2.0/PKCE` stand as well; signs are not asked
  /// for where letters and digits take turns.
  var isStrongInProse: Bool {
    if isStrong, !isWords || turns > 2 { return true }
    return turns > 3 && bytes.count >= 8 && bytes.contains(where: \.isUpper)
      && bytes.contains(where: \.isLower) && isPassword()
  }

  /// Where a password is likely but not sure.
  var isProbablyPassword: Bool {
    hasDigit && (isRandomKey() || isStrongInProse || isPassword() && symbolCount > 0)
  }

  /// How often a digit follows a letter, or a letter a digit.
  var turns: Int {
    zip(bytes, bytes.dropFirst()).count {
      $0.isLetter && $1.isDigit || $0.isDigit && $1.isLetter
    }
  }

  var hasDigit: Bool { bytes.contains(where: \.isDigit) }

  // MARK: What it is instead

  /// Set on its own, or together with others of these and with digits, each is a placeholder.
  private static let placeholders: Set<String> = [
    "pass", "password", "passwd", "pwd", "pw", "passphrase", "secret", "token", "key", "apikey",
    "api", "user", "username", "test", "tests", "testing", "dummy", "demo", "example", "sample",
    "foo", "bar", "baz", "qux", "foobar", "abc", "abcd", "xyz", "my", "your", "the", "a", "some",
    "here", "value", "string", "change", "changeme", "changeit", "me", "it", "this", "is", "not",
    "real", "fake", "mock", "super", "very", "supersecret", "guest", "anonymous", "mypass",
    "yourpass", "mypassword", "mysecret", "mytoken",
    "yourpassword", "yoursecret", "db", "dbpass", "dbpassword", "userpass", "new", "old",
    "access", "auth", "client", "private", "id", "placeholder", "none", "null", "nil", "true",
    "false", "undefined", "empty", "default", "unknown", "todo", "tbd", "redacted", "hidden",
    "masked", "removed", "string", "str", "text", "required", "optional", "enter", "insert",
    "replace", "with", "bearer", "basic", "hash", "hashed", "encrypted", "plaintext", "notasecret",
    "valor", "wert", "valeur", "contraseña", "contrasena", "clave", "senha", "passwort", "kennwort",
    "mot", "de", "passe", "tu", "su", "mi", "sua", "minha", "dein", "ihr", "votre", "mon", "geheim",
  ]

  private static let markers = [
    "example", "placeholder", "changeme", "change-me", "change_me", "change.me", "xxxx", "your-",
    "your_", "yourpass", "yoursecret", "yourtoken", "yourkey", "yourapi", "redacted", "dummy",
    "insert", "replace", "****", "....", "•", "…", "notreal", "not-a-", "not_a_", "goes-here",
    "goes_here", "_here", "-here", "deadbeef", "abcdefgh", "abc123", "foobar", "lorem",
    "***", "yourstrong",
  ]

  /// - Parameter digitRun: digits in ascending order that mark one, from 1 or 0 on.
  private func isPlaceholder(digitRun: Int) -> Bool {
    if Self.markers.contains(where: lowered.contains) {
      // A sequence of letters within something longer is no mark of its own.
      let onlyLetters =
        bytes.count >= 16 && lowered.contains("abcdefgh")
        && bytes.allSatisfy {
          $0.isUpper || $0.isDigit
        }
      if !onlyLetters { return true }
    }
    if lowered.contains("1234567890".prefix(digitRun)) || lowered.contains("0123456") {
      return true
    }
    if lowered.contains("00000000") || lowered.contains("11111111") { return true }
    let words = lowered.split { !$0.isLetter }.map(String.init)
    return !words.isEmpty && words.allSatisfy(Self.placeholders.contains)
      && bytes.count(where: \.isDigit) <= 4 && symbolCount <= 3
      && !(words.contains("secret") && bytes.count(where: \.isDigit) > 1)
  }

  private var symbolCount: Int {
    bytes.count { !$0.isAlphanumeric && !"_-. ".utf8.contains($0) }
  }

  /// It says where the value is: a variable, a call, a path, an address.
  var isReference: Bool {
    guard let first = bytes.first else { return true }
    let text = lowered
    if "<([{".utf8.contains(first) || isPattern || isAddress { return true }
    // %USERNAME%
    if first == UInt8(ascii: "%"), bytes.last == first, bytes.count > 2 { return true }
    // $VAR, ${VAR}, $(command), but not a password that begins with the sign.
    if text.hasPrefix("${") { return true }
    if first == UInt8(ascii: "$") {
      let rest = bytes.dropFirst()
      let isVariable = rest.first.map { $0.isLetter || "_{(:[".utf8.contains($0) } ?? true
      return isVariable
        && rest.allSatisfy { $0.isAlphanumeric || "_{}():.-[]> '\"".utf8.contains($0) }
        && !(rest.contains(where: \.isDigit) && rest.contains(where: \.isLower)
          && rest.contains(where: \.isUpper) && rest.count > 10 && !SecretValue(rest).isWords)
    }
    if first == UInt8(ascii: "@"),
      bytes.dropFirst().allSatisfy({ $0.isAlphanumeric || $0 == 0x5F }),
      !bytes.contains(where: \.isDigit)
    {
      return true
    }
    for sign in ["${", "$(", "{{", "#{", "%(", "%{", "<%", "\\(", "}}", "{}", "%s", "%@"]
    where text.contains(sign) {
      return true
    }
    // `{name}` of a format.
    if let open = bytes.firstIndex(of: 0x7B), let close = bytes[open...].firstIndex(of: 0x7D),
      bytes[(open + 1)..<close].allSatisfy({ $0.isLetter || "_.:".utf8.contains($0) })
    {
      return true
    }
    let starts = [
      "http://", "https://", "file:", "arn:", "vault:", "env:", "env.", "ref:", "ref+", "op://",
      "sm://", "ssm:", "secret:", "secretsmanager:", "keychain:", "./", "../", "~/", "c:\\",
      "process.env", "os.environ", "os.getenv", "getenv", "config.", "settings.", "self.", "this.",
      "args.", "options.", "params.", "secrets.", "var.", "local.", "module.", "data.", "context.",
      "props.", "state.", "req.", "request.", "event.", "user.", "import.", "urn:", "!",
      "@microsoft.keyvault(",
    ]
    if starts.contains(where: text.hasPrefix) {
      return first != UInt8(ascii: "!")
        || bytes.dropFirst().allSatisfy { $0.isLetter || $0 == 0x2E }
    }
    return isPath
  }

  /// A regular expression: `.*`, `[^&]+`.
  private var isPattern: Bool {
    [".*", ".+", "[^", "\\s", "\\w", "\\d"].contains(where: lowered.hasPrefix)
  }

  /// Where something is on a chain of blocks, which everybody may read: `0x` and 40 digits.
  private var isAddress: Bool {
    bytes.count == 42 && lowered.hasPrefix("0x") && bytes.dropFirst(2).allSatisfy(\.isHex)
  }

  /// `/run/secrets/db`, `keys/server.pem`.
  private var isPath: Bool {
    guard bytes.contains(0x2F) || bytes.contains(0x2E) else { return false }
    let files = [".pem", ".key", ".crt", ".json", ".yaml", ".yml", ".txt", ".env", ".p12", ".jks"]
    if files.contains(where: lowered.hasSuffix) { return true }
    let parts = bytes.split(separator: 0x2F)
    return bytes.contains(0x2F) && !bytes.contains(0x2B) && !bytes.contains(0x3D)
      && parts.count >= 2
      && parts.allSatisfy { SecretValue($0).isWords }
  }

  private var isUUID: Bool {
    bytes.count == 36
      && bytes.enumerated().allSatisfy {
        [8, 13, 18, 23].contains($0.offset) ? $0.element == 0x2D : $0.element.isHex
      }
  }

  /// Bits a character, by how often each occurs.
  private var entropy: Double {
    var counts = [Int](repeating: 0, count: 256)
    for byte in bytes { counts[Int(byte)] += 1 }
    let total = Double(bytes.count)
    return counts.reduce(0) { sum, count in
      guard count > 0 else { return sum }
      let share = Double(count) / total
      return sum - share * log2(share)
    }
  }

  /// Whether it reads like words, names and numbers: `my-app-tls`, `us-east-1`, `accessTokenV2`.
  var isWords: Bool {
    // Signs of many kinds are no punctuation.
    if Set(bytes.filter { !$0.isAlphanumeric && $0 < 0x80 && !"-_./: ".utf8.contains($0) }).count
      > 2
    {
      return false
    }
    var segments = 0
    var odd = 0
    for run in bytes.split(whereSeparator: { !$0.isAlphanumeric && $0 < 0x80 }) {
      var rest = run[...]
      var letterPieces = 0
      var pieces = 0
      while let first = rest.first {
        let piece: ArraySlice<UInt8>
        if first.isDigit {
          piece = rest.prefix(while: \.isDigit)
          // A year or a day.
          let isDay = piece.count == 8 && [0x31, 0x32].contains(first)
          let isKnown = isDay || piece.elementsEqual("25519".utf8)
          if piece.count > 4, !isKnown { odd += 1 }
        } else {
          piece = Self.word(rest)
          letterPieces += 1
          if !Self.isPronounceable(piece) { odd += 1 }
        }
        pieces += 1
        rest = rest.dropFirst(piece.count)
      }
      segments += pieces
      // Letters and digits that take turns are no name with a number.
      let turns = zip(run, run.dropFirst()).count { $0.isDigit != $1.isDigit }
      if turns > 2 { odd += turns - 2 }
      // Short pieces of changing case.
      if letterPieces >= 3, run.count(where: { !$0.isDigit }) < letterPieces * 3 { odd += 1 }
    }
    return segments > 0 && odd == 0
  }

  /// A word at the start of letters: `Token` of `TokenName`, `API` of `APIKey`, `name`.
  private static func word(_ letters: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    let letters = letters.prefix { !$0.isDigit }
    let uppers = letters.prefix(while: \.isUpper)
    if uppers.count > 1 {
      // The last one begins the next word, where lower case follows.
      let isFollowed = letters.dropFirst(uppers.count).first?.isLower == true
      return isFollowed ? uppers.dropLast() : uppers
    }
    let rest = letters.dropFirst(uppers.count).prefix { !$0.isUpper }
    return letters.prefix(uppers.count + rest.count)
  }

  private static func isPronounceable(_ word: ArraySlice<UInt8>) -> Bool {
    if word.count <= 4 || word.contains(where: { $0 >= 0x80 }) { return true }
    var consonants = 0
    var vowels = 0
    var longest = 0
    for byte in word {
      if "aeiouyAEIOUY".utf8.contains(byte) {
        vowels += 1
        consonants = 0
      } else {
        consonants += 1
        longest = max(longest, consonants)
      }
      if "qQ".utf8.contains(byte) { longest += 1 }
    }
    return vowels * 8 >= word.count && longest <= 5 && word.count <= 20
  }
}
