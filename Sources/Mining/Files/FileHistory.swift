import Foundation

/// Who changed files last, and when: exemplars from code are learned from in the order of time.
struct FileHistory {
  private static let window = 3000

  struct Change: Sendable {
    var author: String
    var date: Date
  }

  let git: Git
  let isPartial: Bool

  /// The last change of each file, as far as the newest commits tell it.
  ///
  /// - Parameter paths: ends the search when these were found; nil for all.
  func changes(
    _ options: MiningOptions = MiningOptions(), of paths: Set<String>?, isOver: () -> Bool
  ) throws(MiningError) -> [String: Change] {
    var found: [String: Change] = [:]
    var missing = paths
    var current: Change?
    var cutter = StreamCutter(at: 0)
    var arguments = [
      "log", "-z", "--no-merges", "--name-only", "--no-renames", "--relative",
      "--max-count=\(Self.window)", "--format=%x01%at%x02%aN",
    ]
    arguments += Git.restriction(since: options.since, author: options.author)
    arguments += ["HEAD"] + (isPartial ? ["--", "."] : ["--"])
    try git.stream(arguments) { piece in
      cutter.take(piece) { token in
        if token.first == 1 {
          let parts = token.dropFirst().split(separator: 2, maxSplits: 1)
          guard parts.count == 2, let seconds = Double(String(decoding: parts[0], as: UTF8.self))
          else { return }
          current = Change(
            author: String(decoding: parts[1], as: UTF8.self),
            date: Date(timeIntervalSince1970: seconds))
        } else if let current {
          let path = String(decoding: token.drop { $0 == UInt8(ascii: "\n") }, as: UTF8.self)
          guard !path.isEmpty, found[path] == nil else { return }
          found[path] = current
          missing?.remove(path)
        }
      }
      return !isOver() && missing?.isEmpty != true
    }
    return found
  }
}
