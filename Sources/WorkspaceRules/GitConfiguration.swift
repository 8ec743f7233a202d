import Foundation

/// What of Git's configuration the ignore rules depend on: `core.excludesFile` and
/// `core.ignoreCase`.
struct GitConfiguration: Sendable {
  /// The files of rules for all repositories of a user. More than one where it depends on what is
  /// not looked at, such as the branch: then each of them counts.
  private(set) var excludesFiles: [String] = []
  private(set) var ignoresCase = false
  private let environment: [String: String]
  private let repository: GitRepository?

  /// - Throws: when a file of the configuration is there and cannot be read.
  init(of repository: GitRepository?, environment: [String: String]) throws(UndecidedRules) {
    self.environment = environment
    self.repository = repository
    let home = environment["HOME"] ?? ""
    let folder =
      environment["XDG_CONFIG_HOME"].flatMap { $0.isEmpty ? nil : $0 } ?? home + "/.config"
    excludesFiles = [folder + "/git/ignore"]
    if environment["GIT_CONFIG_NOSYSTEM"] == nil {
      try read(environment["GIT_CONFIG_SYSTEM"] ?? "/etc/gitconfig")
    }
    if let global = environment["GIT_CONFIG_GLOBAL"] {
      try read(global)
    } else {
      try read(folder + "/git/config")
      try read(home + "/.gitconfig")
    }
    guard let repository else { return }
    try read(repository.common.appending("config").description)
    try read(repository.gitFolder.appending("config.worktree").description)
  }

  private mutating func read(
    _ path: String, depth: Int = 0, isCertain: Bool = true
  ) throws(UndecidedRules) {
    let file = BytePath(path)
    guard path.hasPrefix("/"), depth < 10 else { return }
    switch file.kindOfTarget {
    case .missing, .folder, .other, .link: return
    case .hidden: throw UndecidedRules(reason: "`\(file)` cannot be looked at")
    case .file: break
    }
    guard let bytes = file.contents() else {
      throw UndecidedRules(reason: "`\(file)` cannot be read")
    }
    for entry in ConfigurationEntry.all(in: String(decoding: bytes, as: UTF8.self)) {
      switch (entry.section, entry.key) {
      case ("core", "excludesfile"):
        let value = expanded(entry.value, from: repository?.root ?? file.parent)
        if isCertain { excludesFiles = [value] } else { excludesFiles.append(value) }
      case ("core", "ignorecase"):
        ignoresCase = ["", "true", "yes", "on", "1"].contains(entry.value.lowercased())
      case ("include", "path"):
        try read(expanded(entry.value, from: file.parent), depth: depth + 1, isCertain: isCertain)
      case ("includeif", "path"):
        let applies = applies(entry.subsection, from: file.parent)
        guard applies != false else { continue }
        try read(
          expanded(entry.value, from: file.parent), depth: depth + 1,
          isCertain: isCertain && applies == true)
      default: break
      }
    }
  }

  private func expanded(_ path: String, from folder: BytePath) -> String {
    if path.hasPrefix("~/") { return (environment["HOME"] ?? "") + path.dropFirst() }
    return path.hasPrefix("/") ? path : "\(folder)/\(path)"
  }

  /// Whether a condition of `includeIf` holds; `nil` where that is not looked at.
  private func applies(_ condition: String, from folder: BytePath) -> Bool? {
    guard let colon = condition.firstIndex(of: ":") else { return false }
    let kind = condition[..<colon]
    guard kind == "gitdir" || kind == "gitdir/i" else { return nil }
    guard let repository else { return false }
    var pattern = String(condition[condition.index(after: colon)...])
    if pattern.hasPrefix("~/") { pattern = expanded(pattern, from: folder) }
    if pattern.hasPrefix("./") { pattern = "\(folder)/\(pattern.dropFirst(2))" }
    if !pattern.hasPrefix("/") { pattern = "**/" + pattern }
    if pattern.hasSuffix("/") { pattern += "**" }
    let glob = Glob(bytes: Array(pattern.utf8), ignoresCase: kind == "gitdir/i")
    let folders = [repository.gitFolder, repository.gitFolder.resolved].compactMap(\.self)
    return folders.contains { glob.matches(bytes: $0.bytes) }
  }
}

/// One `key = value` of a file of Git's configuration.
struct ConfigurationEntry: Equatable {
  var section: String
  var subsection: String
  var key: String
  var value: String

  static func all(in text: String) -> [ConfigurationEntry] {
    var found: [ConfigurationEntry] = []
    var (section, subsection) = ("", "")
    var pending = ""
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      var line = pending + line.trimmed
      pending = ""
      if line.hasSuffix("\\"), !line.hasSuffix("\\\\") {
        pending = String(line.dropLast())
        continue
      }
      if line.hasPrefix("["), let end = headingEnd(line) {
        let heading = line[line.index(after: line.startIndex)..<end]
        section = heading.prefix { $0 != " " && $0 != "\"" && $0 != "." }.lowercased()
        subsection = String(heading.drop { $0 != "\"" }.dropFirst().dropLast())
          .replacing("\\", with: "")
        line = line[line.index(after: end)...].trimmed
      }
      let key = line.prefix { $0.isLetter || $0.isNumber || $0 == "-" }
      guard !key.isEmpty else { continue }
      let rest = line.dropFirst(key.count).trimmed
      guard rest.isEmpty || rest.hasPrefix("=") || rest.hasPrefix("#") || rest.hasPrefix(";") else {
        continue
      }
      found.append(
        ConfigurationEntry(
          section: section, subsection: subsection, key: key.lowercased(),
          value: rest.hasPrefix("=") ? value(rest.dropFirst()) : ""))
    }
    return found
  }

  /// The bracket that ends a heading, which may hold brackets between quotes.
  private static func headingEnd(_ line: String) -> String.Index? {
    var isQuoted = false
    for index in line.indices {
      if line[index] == "\"" { isQuoted.toggle() }
      if line[index] == "]", !isQuoted { return index }
    }
    return nil
  }

  private static func value(_ text: Substring) -> String {
    var result = ""
    var isQuoted = false
    var isEscaped = false
    for character in text.trimmed {
      if isEscaped {
        result.append(["n": "\n", "t": "\t", "b": "\u{8}"][character] ?? character)
        isEscaped = false
      } else if character == "\\" {
        isEscaped = true
      } else if character == "\"" {
        isQuoted.toggle()
      } else if !isQuoted, character == "#" || character == ";" {
        break
      } else {
        result.append(character)
      }
    }
    return isQuoted ? result : result.trimmed
  }
}

extension StringProtocol {
  /// Without whitespace at both ends.
  fileprivate var trimmed: String {
    guard let first = firstIndex(where: { !$0.isWhitespace }),
      let last = lastIndex(where: { !$0.isWhitespace })
    else { return "" }
    return String(self[first...last])
  }
}
