/// The rules of a `.gitignore` or `.pillowignore`, of which the last that fits counts. They are
/// bytes: a name in Latin-1 is a rule like any other.
package struct IgnoreFile: Sendable {
  package struct Rule: Sendable {
    fileprivate var glob: Glob
    /// Whether it is matched with the name alone, since no slash binds it to the file's folder.
    fileprivate var isOfName: Bool
    fileprivate var isFolderOnly: Bool
    package var isNegated: Bool
    /// Counted from 1.
    package var line: Int
  }

  package private(set) var rules: [Rule] = []

  package init(_ text: String) { self.init(bytes: Array(text.utf8)) }

  /// - Parameters:
  ///   - ignoresCase: `core.ignoreCase`.
  ///   - negations: whether rules that take others back count.
  package init(bytes: [UInt8], ignoresCase: Bool = false, negations: Bool = true) {
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    let bytes = Self.utf8(ofUTF16: bytes) ?? bytes
    let content = bytes.starts(with: mark) ? bytes[mark.count...] : bytes[...]
    let lines = content.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() {
      guard let rule = Self.rule(line, line: index + 1, ignoresCase), negations || !rule.isNegated
      else { continue }
      rules.append(rule)
    }
  }

  /// What Windows PowerShell 5 writes has a byte order mark; Git reads no rule of it, but what a
  /// person wanted to keep back must not be served.
  private static func utf8(ofUTF16 bytes: [UInt8]) -> [UInt8]? {
    guard bytes.count >= 2 else { return nil }
    let isLittle = bytes[0] == 0xFF && bytes[1] == 0xFE
    guard isLittle || bytes[0] == 0xFE && bytes[1] == 0xFF else { return nil }
    let units = stride(from: 2, to: bytes.count - 1, by: 2).map { place in
      let (first, second) = (UInt16(bytes[place]), UInt16(bytes[place + 1]))
      return isLittle ? second << 8 | first : first << 8 | second
    }
    return Array(String(decoding: units, as: UTF16.self).utf8)
  }

  private static func rule(_ line: ArraySlice<UInt8>, line number: Int, _ ignoresCase: Bool)
    -> Rule?
  {
    var pattern = line
    if pattern.last == UInt8(ascii: "\r") { pattern.removeLast() }
    guard pattern.first != UInt8(ascii: "#") else { return nil }
    pattern = withoutTrailingSpaces(pattern)
    let isNegated = pattern.first == UInt8(ascii: "!")
    if isNegated { pattern.removeFirst() }
    let isFolderOnly = pattern.last == UInt8(ascii: "/")
    if isFolderOnly { pattern.removeLast() }
    let isOfName = !pattern.contains(UInt8(ascii: "/"))
    if pattern.first == UInt8(ascii: "/") { pattern.removeFirst() }
    guard !pattern.isEmpty else { return nil }
    return Rule(
      glob: Glob(bytes: Array(pattern), ignoresCase: ignoresCase), isOfName: isOfName,
      isFolderOnly: isFolderOnly, isNegated: isNegated, line: number)
  }

  /// A space at the end counts only behind a backslash.
  private static func withoutTrailingSpaces(_ pattern: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var end = pattern.startIndex
    var index = pattern.startIndex
    while index < pattern.endIndex {
      if pattern[index] == UInt8(ascii: "\\"), index + 1 < pattern.endIndex { index += 1 }
      if pattern[index] != UInt8(ascii: " ")
        || index > pattern.startIndex && pattern[index - 1] == UInt8(ascii: "\\") && index > end
      {
        end = index + 1
      }
      index += 1
    }
    return pattern[..<end]
  }

  /// The last rule about one path.
  ///
  /// - Parameters:
  ///   - path: from the folder of the file on.
  ///   - isFolder: whether it is a folder.
  func rule(for path: ArraySlice<[UInt8]>, isFolder: Bool) -> Rule? {
    guard let name = path.last else { return nil }
    let whole = Array(path.joined(separator: CollectionOfOne(UInt8(ascii: "/"))))
    return rules.last { rule in
      (isFolder || !rule.isFolderOnly) && rule.glob.matches(bytes: rule.isOfName ? name : whole)
    }
  }

  /// - Parameter path: from the folder of the file on.
  /// - Returns: `nil` when no rule is about it.
  package func ignores(_ path: String) -> Bool? {
    let parts = path.split(separator: "/").map { Array($0.utf8) }
    // A folder that is ignored takes all below it along.
    for count in 1..<max(1, parts.count) {
      if rule(for: parts[..<count], isFolder: true)?.isNegated == false { return true }
    }
    return rule(for: parts[...], isFolder: false).map { !$0.isNegated }
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
