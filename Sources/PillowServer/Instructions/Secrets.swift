/// What looks like a password or a key: it is neither completed nor put into a prompt.
package enum Secrets {
  private static let fileGlobs = [
    ".env", ".env.*", "*.env", "*.pem", "*.key", "*.p12", "*.pfx", "*.jks", "*.keystore", "*.kdbx",
    "*.asc", "*.gpg", "id_rsa*", "id_dsa*", "id_ecdsa*", "id_ed25519*", ".netrc", "_netrc",
    ".npmrc", ".pypirc", ".pgpass", ".htpasswd", ".git-credentials", "credentials",
    "credentials.*", "secrets.*", "*.secret", "*.secrets", "authorized_keys", "known_hosts",
    "shadow", "master.passwd",
  ].map { Glob($0) }

  private static let folders: Set<Substring> = [".ssh", ".gnupg", ".aws", ".kube", "secrets"]

  /// Whether a file is one of those that hold secrets, by its path.
  package static func isSecretFile(_ path: String) -> Bool {
    let parts = path.split(separator: "/")
    guard let name = parts.last?.lowercased() else { return false }
    // Samples are there to be read.
    if [".example", ".sample", ".template", ".dist"].contains(where: name.hasSuffix) {
      return false
    }
    return parts.dropLast().contains { folders.contains($0) }
      || fileGlobs.contains { $0.matches(name) }
  }

  private static let prefixes = [
    "AKIA", "ASIA", "ghp_", "gho_", "ghs_", "github_pat_", "glpat-", "xoxb-", "xoxp-", "sk-",
    "sk_live_",
    "rk_live_", "AIza", "ya29.", "eyJhbGciOi", "hf_", "npm_", "pypi-", "-----BEGIN ",
  ]

  private static let names = [
    "password", "passwd", "secret", "token", "api_key", "apikey", "private_key",
  ]

  /// Whether a line holds one: a key of a known form, or a value that is given to a name such as
  /// `password`.
  package static func isSecret(_ line: some StringProtocol) -> Bool {
    for prefix in prefixes {
      guard let range = line.firstRange(of: prefix) else { continue }
      if prefix.hasPrefix("-----") { return line.contains("PRIVATE KEY") }
      let rest = line[range.upperBound...].prefix {
        $0.isLetter || $0.isNumber || "_-.".contains($0)
      }
      if rest.count >= 12 { return true }
    }
    let lowered = line.lowercased()
    for name in names {
      guard let range = lowered.firstRange(of: name) else { continue }
      var rest = lowered[range.upperBound...].drop { $0 == "\"" || $0 == "'" || $0 == " " }
      guard let sign = rest.first, sign == "=" || sign == ":" else { continue }
      rest = rest.drop { "=: ".contains($0) }
      guard let quote = rest.first, quote == "\"" || quote == "'" else { continue }
      let value = rest.dropFirst().prefix { $0 != quote }
      if value.count >= 6, !value.contains(" "), !value.contains("$"), !value.contains("{") {
        return true
      }
    }
    return false
  }

  /// A text without the lines that hold one.
  package static func removed(from text: String) -> String {
    guard text.contains(where: { !$0.isWhitespace }) else { return text }
    let lines = text.lines
    let kept = lines.filter { !isSecret($0) }
    return kept.count == lines.count ? text : kept.joined(separator: "\n")
  }
}
