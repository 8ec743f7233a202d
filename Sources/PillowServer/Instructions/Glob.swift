/// A pattern of paths: `*` and `?` within one folder, `**` across folders, `[a-z]` and `[!a-z]`.
package struct Glob: Sendable, Equatable {
  private let pattern: [Character]

  package init(_ pattern: String) { self.pattern = Array(pattern) }

  package func matches(_ path: String) -> Bool {
    var budget = 20_000
    return match(0, Array(path), 0, &budget)
  }

  /// - Parameter budget: of steps, so that no pattern can take for ever.
  private func match(_ at: Int, _ path: [Character], _ index: Int, _ budget: inout Int) -> Bool {
    budget -= 1
    guard budget > 0 else { return false }
    guard at < pattern.count else { return index == path.count }
    switch pattern[at] {
    case "*" where at + 1 < pattern.count && pattern[at + 1] == "*":
      var rest = at + 2
      // `**/` also stands for no folder at all.
      if rest < pattern.count, pattern[rest] == "/" {
        rest += 1
        if match(rest, path, index, &budget) { return true }
        for next in index..<path.count where path[next] == "/" {
          if match(rest, path, next + 1, &budget) { return true }
        }
        return false
      }
      for next in index...path.count where match(rest, path, next, &budget) { return true }
      return false
    case "*":
      var next = index
      while true {
        if match(at + 1, path, next, &budget) { return true }
        guard next < path.count, path[next] != "/" else { return false }
        next += 1
      }
    case "?":
      return index < path.count && path[index] != "/" && match(at + 1, path, index + 1, &budget)
    case "[":
      guard let end = pattern[at...].dropFirst(2).firstIndex(of: "]"), index < path.count else {
        return false
      }
      return set(at + 1..<end, holds: path[index]) && match(end + 1, path, index + 1, &budget)
    case "\\" where at + 1 < pattern.count:
      return index < path.count && path[index] == pattern[at + 1]
        && match(at + 2, path, index + 1, &budget)
    default:
      return index < path.count && path[index] == pattern[at]
        && match(at + 1, path, index + 1, &budget)
    }
  }

  private func set(_ range: Range<Int>, holds character: Character) -> Bool {
    var members = pattern[range]
    let isNegated = members.first == "!" || members.first == "^"
    if isNegated { members = members.dropFirst() }
    var found = false
    var index = members.startIndex
    while index < members.endIndex {
      if index + 2 < members.endIndex, members[index + 1] == "-" {
        found =
          found || (members[index]...max(members[index], members[index + 2])).contains(character)
        index += 3
      } else {
        found = found || members[index] == character
        index += 1
      }
    }
    return found != isNegated
  }
}
