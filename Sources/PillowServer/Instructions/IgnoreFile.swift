/// The rules of a `.gitignore` or `.pillowignore`, of which the last that fits counts.
package struct IgnoreFile: Sendable {
  private struct Rule {
    var glob: Glob
    var isNegated: Bool
    var isFolderOnly: Bool
  }

  private let rules: [Rule]

  package init(_ text: String) {
    rules = text.split(whereSeparator: \.isNewline).compactMap { line in
      var pattern = Substring(line)
      while pattern.last == " ", !pattern.hasSuffix("\\ ") { pattern = pattern.dropLast() }
      guard !pattern.isEmpty, pattern.first != "#" else { return nil }
      let isNegated = pattern.first == "!"
      if isNegated { pattern = pattern.dropFirst() }
      let isFolderOnly = pattern.last == "/"
      if isFolderOnly { pattern = pattern.dropLast() }
      // A slash within the pattern binds it to the file's folder.
      let isBound = pattern.contains("/")
      if pattern.first == "/" { pattern = pattern.dropFirst() }
      guard !pattern.isEmpty else { return nil }
      return Rule(
        glob: Glob((isBound ? "" : "**/") + pattern), isNegated: isNegated,
        isFolderOnly: isFolderOnly)
    }
  }

  /// - Parameter path: from the folder of the file on.
  /// - Returns: `nil` when no rule is about it.
  package func ignores(_ path: String) -> Bool? {
    let parts = path.split(separator: "/")
    var verdict: Bool?
    // A folder that is ignored takes all below it along.
    for count in 1...max(1, parts.count) {
      let part = parts.prefix(count).joined(separator: "/")
      let isFolder = count < parts.count
      for rule in rules where (isFolder || !rule.isFolderOnly) && rule.glob.matches(part) {
        verdict = !rule.isNegated
      }
      if isFolder, verdict == true { return true }
    }
    return verdict
  }

  /// A path as a pattern that stands for nothing else.
  package static func escaped(_ path: String) -> String {
    var pattern = ""
    for character in path {
      if "*?[]\\!# ".contains(character) { pattern += "\\" }
      pattern.append(character)
    }
    return pattern
  }
}
