/// What a name says about the value that it is given.
enum SecretName {
  /// Any value that is no placeholder is a secret, or only one that looks drawn by lot.
  case password, key
  /// Some key: a value has to be long, too, since most keys are names of entries.
  case anyKey

  /// Three letters of each word below, for ``SecretTriggers``.
  static let starts = [
    "pas", "pwd", "psw", "sec", "tok", "key", "cre", "aut", "sig", "jwt", "pat", "ken", "sen",
    "con", "mot", "mne", "phr", "see", "coo", "pw", "sal",
  ]

  private static let passwords: Set<String> = [
    "password", "passwd", "passwort", "pwd", "pass", "passphrase", "passcode", "psw", "pw",
    "rootpw", "dbpw", "kennwort",
    "senha", "contrasena", "contraseña", "motdepasse", "mnemonic",
  ]
  private static let passwordEnds = [
    "password", "passwd", "passwort", "passphrase", "pwd",
  ]
  /// Before `pass` in one word; others end so by chance, as `bypass`.
  private static let ownersOfPasses: Set<String> = [
    "db", "user", "smtp", "mail", "root", "admin", "my", "mysql", "pg", "postgres", "redis", "ftp",
    "ssh", "proxy", "http", "app", "svc", "key", "store", "require", "wifi", "vnc", "ldap", "imap",
  ]
  private static let kindsOfSalts: Set<String> = [
    "nonce", "auth", "in", "secure", "hash", "app", "password", "secret", "cookie", "session",
  ]
  private static let keys: Set<String> = [
    "secret", "token", "apikey", "credential", "credentials", "creds", "jwt", "pat",
    "auth", "authorization",
  ]
  private static let keyEnds = [
    "secret", "token", "apikey", "secretkey", "accesskey", "privatekey", "authkey", "signingkey",
    "masterkey", "encryptionkey", "accountkey", "storagekey", "sharedkey", "sharedaccesskey",
    "cryptkey", "licensekey",
  ]
  /// Before `key`.
  private static let kindsOfKeys: Set<String> = [
    "api", "access", "secret", "private", "signing", "encryption", "decryption", "master",
    "account", "storage", "shared", "service", "subscription", "license", "consumer", "client",
    "deploy", "auth", "ssh", "server", "webhook", "integration", "cipher", "crypto", "crypt", "aes",
    "hmac", "jwt", "app", "application", "admin", "session", "cookie", "hash", "write", "ingest",
    "security", "functions", "host", "wallet", "root", "project",
  ]
  /// Before `key`: these are no secrets, or names of entries.
  private static let otherKeys: Set<String> = [
    "public", "publishable", "pub", "site", "primary", "foreign", "sort", "partition", "cache",
    "row", "object", "hot", "short", "map", "dict", "index", "unique", "composite", "shard",
    "idempotency", "dedup", "lookup", "group", "test", "i", "s", "the", "a", "this", "each", "host",
    "file", "image", "react", "list", "item", "translation", "verify", "verification",
  ]
  /// Before `token`: these are parts of texts or of pages.
  private static let otherTokens: Set<String> = [
    "next", "page", "pagination", "continuation", "cancellation", "cancel", "bos", "eos", "pad",
    "unk", "mask", "stop", "start", "end", "separator", "sep", "lexer", "syntax", "special",
    "first", "last", "current", "previous", "sync", "word", "lookahead",
  ]
  /// After the word: the name is of something about the secret.
  private static let about: Set<String> = [
    "id", "ids", "name", "names", "type", "kind", "field", "fields", "label", "length", "len",
    "size", "count", "limit", "max", "min", "hash", "hashed", "digest", "checksum", "hint", "url",
    "uri", "endpoint", "path", "file", "filename", "dir", "policy", "rule", "rules", "regex",
    "pattern", "format", "expiry", "expires", "expiration", "ttl", "age", "lifetime", "timeout",
    "duration", "reset", "strength", "column", "col", "header", "headers", "prefix", "suffix",
    "algorithm", "alg", "index", "idx", "error", "message", "msg", "title", "input", "button",
    "required", "valid", "invalid", "enabled", "disabled", "manager", "service", "provider",
    "store", "arn", "ref", "reference", "version", "budget", "usage", "selector", "class",
    "placeholder", "encoder", "validator", "validation", "generator", "factory", "repository",
    "dto", "view", "form", "page", "screen", "prompt", "callback", "handler", "event", "listener",
    "option", "options", "config", "settings", "mode", "method", "scheme", "status", "state",
    "flag", "issuer", "audience", "scope", "scopes", "exists", "source", "keys", "location",
    "lang", "rotation", "cost", "rounds", "iterations", "change", "changed", "updated", "created",
    "modified", "text", "element",
    "variants", "address", "addresses", "at", "date", "time", "count", "counts", "by", "from", "in",
    "of", "for",
  ]

  /// What a name is; nil for a harmless one.
  init?(words: [String]) {
    // `NEXT_PUBLIC_MAPS_KEY`, `PUBLIC_STRIPE_TOKEN`: whoever loads the page gets it.
    if words.prefix(2).contains("public"), Self.isPublishable(words) { return nil }
    for index in words.indices.reversed() {
      let word = words[index]
      let before = index > 0 ? words[index - 1] : ""
      guard let kind = Self.kind(of: word, after: before) else { continue }
      let after = words.indices.contains(index + 1) ? words[index + 1] : ""
      if kind == .anyKey, !after.isEmpty { continue }
      if index + 1 < words.count,
        Self.about.contains(after) || Self.about.contains(words.last ?? "")
      {
        return nil
      }
      // The name of what is stored is no secret: `tokenKey`; but `secretKey` is.
      if after == "key", word == "token" || word == "password" { return nil }
      if word == "auth" || word == "pass", !after.isEmpty {
        return nil
      }
      self = kind
      return
    }
    return nil
  }

  private static func isPublishable(_ words: [String]) -> Bool {
    !words.contains { ["secret", "private"].contains($0) || passwords.contains($0) }
  }

  private static func kind(of word: String, after before: String) -> SecretName? {
    if word == "key" {
      if kindsOfKeys.contains(before) { return .key }
      return before.isEmpty || otherKeys.contains(before) ? nil : .anyKey
    }
    if word == "phrase" { return before == "pass" || before == "seed" ? .password : nil }
    if word == "word" { return before == "pass" ? .password : nil }
    if word == "code" { return before == "pass" ? .password : nil }
    if before == "public" { return nil }
    if passwords.contains(word) { return .password }
    if word.hasSuffix("token"), otherTokens.contains(before) { return nil }
    if keys.contains(word) { return .key }
    if word.hasSuffix("pass"), ownersOfPasses.contains(String(word.dropLast(4))) {
      return .password
    }
    if word == "salt" { return kindsOfSalts.contains(before) ? .key : nil }
    if word.count > 5, passwordEnds.contains(where: word.hasSuffix) { return .password }
    if word.count > 5, keyEnds.contains(where: word.hasSuffix) { return .key }
    return nil
  }

  /// The words of a name in any style, in lower case: `dbPassword`, `DB_PASSWORD`, `db-password`.
  static func words(of name: some Collection<UInt8>) -> [String] {
    let bytes = Array(name)
    var words: [String] = []
    var word: [UInt8] = []
    func close() {
      if !word.isEmpty { words.append(String(decoding: word, as: UTF8.self).lowercased()) }
      word = []
    }
    for (index, byte) in bytes.enumerated() {
      guard byte.isAlphanumeric || byte >= 0x80 else {
        close()
        continue
      }
      let before = index > 0 ? bytes[index - 1] : 0
      let after = index + 1 < bytes.count ? bytes[index + 1] : 0
      if byte.isUpper, before.isLower || before.isDigit || before.isUpper && after.isLower {
        close()
      } else if byte.isDigit != before.isDigit, !word.isEmpty {
        close()
      }
      word.append(byte)
    }
    close()
    return words
  }
}
