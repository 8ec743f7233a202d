package import Foundation

/// Adds rules to a file of rules. What is there stays as it is, in whatever encoding.
package enum IgnoreFileEditing {
  package static func append(_ rule: String, to file: URL) throws {
    let path = BytePath(file.path)
    var before: [UInt8] = []
    switch path.kindOfTarget {
    case .missing: break
    case .file:
      guard let bytes = path.contents() else { fallthrough }
      before = bytes
    default:
      throw UndecidedRules(
        reason: "`\(path)` cannot be read, so nothing was added to it: check its permissions")
    }
    let lines = before.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    let isThere = lines.contains { line in
      Array(line.last == UInt8(ascii: "\r") ? line.dropLast() : line) == Array(rule.utf8)
    }
    guard !isThere else { return }
    let gap: [UInt8] =
      before.isEmpty || before.last == UInt8(ascii: "\n") ? [] : [UInt8(ascii: "\n")]
    // Behind the link, if it is one, so that the link stays.
    let target = path.resolved?.description ?? file.path
    try Data(before + gap + Array(rule.utf8) + [UInt8(ascii: "\n")])
      .write(to: URL(fileURLWithPath: target), options: .atomic)
  }
}
