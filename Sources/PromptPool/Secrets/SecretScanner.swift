/// Something in a text that must not be stored.
public struct FoundSecret: Sendable, Hashable {
  /// For the user: “a private key”.
  public let kind: String
  /// Counted from 1.
  public let line: Int
}

/// Finds private keys, tokens and passwords by their published forms.
///
/// Prefixes: the vendors' documentation of token formats. Assignments count only with a value that
/// looks random, so that `password = "changeme"` in an example passes.
public enum SecretScanner {
  /// The first secret of a text; nil when there is none.
  public static func find(in text: String) -> FoundSecret? {
    var text = text
    return text.withUTF8 { bytes in
      // No form is shorter than three characters.
      for position in 0..<max(0, bytes.count - 2) where canBegin(at: position, in: bytes) {
        guard let kind = kind(at: position, in: bytes) else { continue }
        let line = bytes[..<position].reduce(1) { $1 == 0x0A ? $0 + 1 : $0 }
        return FoundSecret(kind: kind, line: line)
      }
      return nil
    }
  }

  private struct Token {
    let prefix: [UInt8]
    /// Least number of token characters after the prefix.
    let length: Int
    let kind: String

    init(_ prefix: String, _ length: Int, _ kind: String) {
      self.prefix = Array(prefix.utf8)
      self.length = length
      self.kind = kind
    }
  }

  private static let tokens = [
    Token("ghp_", 36, "a GitHub token"), Token("gho_", 36, "a GitHub token"),
    Token("ghu_", 36, "a GitHub token"), Token("ghs_", 36, "a GitHub token"),
    Token("ghr_", 36, "a GitHub token"), Token("github_pat_", 40, "a GitHub token"),
    Token("glpat-", 20, "a GitLab token"), Token("AKIA", 16, "an AWS access key"),
    Token("ASIA", 16, "an AWS access key"), Token("AIza", 35, "a Google API key"),
    Token("xoxb-", 20, "a Slack token"), Token("xoxp-", 20, "a Slack token"),
    Token("xoxa-", 20, "a Slack token"), Token("xoxs-", 20, "a Slack token"),
    Token("sk_live_", 20, "a Stripe key"), Token("rk_live_", 20, "a Stripe key"),
    Token("sk-", 32, "an API key"), Token("hf_", 30, "a Hugging Face token"),
    Token("npm_", 36, "an npm token"), Token("pypi-", 50, "a PyPI token"),
    Token("dop_v1_", 64, "a DigitalOcean token"),
  ]

  private static let names = [
    "password", "passwd", "secret", "api_key", "apikey", "api-key", "access_key", "auth_token",
    "access_token", "private_key",
  ].map { Array($0.utf8) }

  private static let privateKeyStart = Array("-----BEGIN ".utf8)
  private static let webTokenStart = Array("eyJ".utf8)

  /// For each of the first three bytes of a form, by its value, the set of forms that it is in.
  private static let starts: [SIMD4<UInt64>] = {
    var starts = [SIMD4<UInt64>](repeating: SIMD4(), count: 256)
    let forms = tokens.map(\.prefix) + names + [privateKeyStart, webTokenStart]
    precondition(forms.count <= 64)
    for (number, form) in forms.enumerated() {
      for (place, byte) in form.prefix(3).enumerated() {
        starts[Int(byte)][place] |= 1 << UInt64(number)
        let upper = byte >= 0x61 && byte <= 0x7A ? byte & 0xDF : byte
        starts[Int(upper)][place] |= 1 << UInt64(number)
      }
    }
    return starts
  }()

  /// Whether three bytes are those of one form, letter case left aside: nearly nowhere in a text.
  @inline(__always)
  private static func canBegin(at position: Int, in bytes: Bytes) -> Bool {
    starts[Int(bytes[position])][0] & starts[Int(bytes[position + 1])][1]
      & starts[Int(bytes[position + 2])][2] != 0
  }

  private typealias Bytes = UnsafeBufferPointer<UInt8>

  private static func kind(at position: Int, in bytes: Bytes) -> String? {
    if bytes[position] == UInt8(ascii: "-") { return privateKey(at: position, in: bytes) }
    let isWithinWord = position > 0 && isTokenByte(bytes[position - 1])
    if !isWithinWord {
      for token in tokens where has(token.prefix, at: position, in: bytes) {
        let body = run(from: position + token.prefix.count, in: bytes)
        if body.count >= token.length, looksRandom(body) { return token.kind }
      }
      if has(webTokenStart, at: position, in: bytes) {
        let parts = run(from: position, in: bytes, alsoDots: true).split(separator: 0x2E)
        if parts.count == 3, parts.allSatisfy({ $0.count >= 16 }) { return "a JSON web token" }
      }
    }
    return assignment(at: position, in: bytes)
  }

  private static func privateKey(at position: Int, in bytes: Bytes) -> String? {
    guard has(privateKeyStart, at: position, in: bytes) else { return nil }
    let line = bytes[position...].prefix { $0 != 0x0A }
    return String(decoding: line, as: UTF8.self).contains("PRIVATE KEY") ? "a private key" : nil
  }

  /// `password = "Xk9…"`, `api_key: …`: a value of eight characters or more with letters and digits
  /// mixed.
  private static func assignment(at position: Int, in bytes: Bytes) -> String? {
    guard let name = names.first(where: { has($0, at: position, in: bytes, ignoringCase: true) })
    else { return nil }
    var next = position + name.count
    func skip(_ set: String) -> Bool {
      let start = next
      while next < bytes.count, set.utf8.contains(bytes[next]) { next += 1 }
      return next > start
    }
    _ = skip("\"' ")
    guard skip(":=") else { return nil }
    _ = skip(" ")
    let isQuoted = skip("\"'")
    let value = bytes[next...].prefix { $0 > 0x20 && $0 != 0x22 && $0 != 0x27 && $0 != 0x2C }
    guard value.count >= (isQuoted ? 8 : 16), value.count <= 200, looksRandom(value),
      !value.contains(where: { "(){}<>[]$*".utf8.contains($0) })
    else { return nil }
    return "a password or key"
  }

  private static func has(
    _ prefix: [UInt8], at position: Int, in bytes: Bytes, ignoringCase: Bool = false
  ) -> Bool {
    guard position + prefix.count <= bytes.count else { return false }
    for (offset, byte) in prefix.enumerated() {
      let found = bytes[position + offset]
      let isSame =
        found == byte || ignoringCase && found >= 0x41 && found <= 0x5A && found | 0x20 == byte
      if !isSame { return false }
    }
    return true
  }

  private static func run(
    from position: Int, in bytes: Bytes, alsoDots: Bool = false
  ) -> Slice<Bytes> {
    bytes[position...].prefix { isTokenByte($0) || alsoDots && $0 == 0x2E }
  }

  private static func isTokenByte(_ byte: UInt8) -> Bool {
    byte >= 0x30 && byte <= 0x39 || byte >= 0x41 && byte <= 0x5A || byte >= 0x61 && byte <= 0x7A
      || byte == 0x5F || byte == 0x2D
  }

  /// Letters and digits, and more than a placeholder's few different characters.
  private static func looksRandom(_ bytes: Slice<Bytes>) -> Bool {
    let digits = bytes.count { $0 >= 0x30 && $0 <= 0x39 }
    let letters = bytes.count { $0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7A }
    let text = String(decoding: bytes, as: UTF8.self).lowercased()
    let isPlaceholder = ["example", "placeholder", "xxxx", "your", "1234567", "changeme"]
      .contains { text.contains($0) }
    return digits >= 1 && letters >= 2 && Set(bytes).count >= 7 && !isPlaceholder
  }
}

extension ExemplarDraft {
  /// Why it may not be stored; nil when nothing speaks against it.
  public var secret: String? {
    for (name, text) in [("instruction", instruction), ("input", input), ("output", output)] {
      guard let found = SecretScanner.find(in: text) else { continue }
      return "“\(name)” seems to hold \(found.kind), in its line \(found.line)"
    }
    return nil
  }
}
