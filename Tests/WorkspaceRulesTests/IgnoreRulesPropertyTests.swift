import Foundation
import TestSupport
import Testing
import WorkspaceRules

/// The same trees and rules, given to Git.
@Suite struct IgnoreRulesPropertyTests {
  private static let names = [
    "a", "b", "ab", "abc", "build", "x.md", "y.md", "a.txt", "B", "sp ace", "#hash", "!bang", "[b]",
    "é", "日本", "x*y", "back\\slash", "a.b.c", "dir", "-",
  ]

  private static let pieces = [
    "a", "b", "ab", "*", "**", "?", "[a-c]", "[!a]", "[^b]", "[]a]", "[[:alpha:]]", "[[:digit:]x]",
    "\\*", "\\#", "\\!", "\\ ", " ", ".", ".md", "*.md", "build", "é", "日", "[", "]", "-", "B", "x",
    "sp ace", "dir", "\\\\",
  ]

  private func path(_ random: inout TestSupport.SplitMix) -> [UInt8] {
    let depth = Int.random(in: 1...4, using: &random)
    var parts: [[UInt8]] = []
    for level in 1...depth {
      let name = Self.names[Int.random(in: 0..<Self.names.count, using: &random)]
      // Folders and files have names of their own, so that none is in the way of the other.
      var bytes = Array(name.utf8) + (level < depth ? [] : Array(".f".utf8))
      if Int.random(in: 0..<12, using: &random) == 0 { bytes += [0xE9] }
      parts.append(bytes)
    }
    return Array(parts.joined(separator: [UInt8(ascii: "/")]))
  }

  private func rule(_ random: inout TestSupport.SplitMix, near paths: [[UInt8]]) -> [UInt8] {
    var rule: [UInt8] = []
    if Int.random(in: 0..<4, using: &random) == 0 { rule += Array("!".utf8) }
    if Int.random(in: 0..<4, using: &random) == 0 { rule += Array("/".utf8) }
    if Int.random(in: 0..<3, using: &random) == 0, let path = paths.randomElement(using: &random) {
      // A part of a real path fits more often than letters by chance.
      let parts = path.split(separator: UInt8(ascii: "/"))
      let first = Int.random(in: 0..<parts.count, using: &random)
      let last = Int.random(in: first..<parts.count, using: &random)
      rule += parts[first...last].joined(separator: [UInt8(ascii: "/")])
    } else {
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let piece = Self.pieces[Int.random(in: 0..<Self.pieces.count, using: &random)]
        rule += Array(piece.utf8)
        if Int.random(in: 0..<4, using: &random) == 0 { rule += Array("/".utf8) }
      }
    }
    if Int.random(in: 0..<4, using: &random) == 0 { rule += Array("/".utf8) }
    if Int.random(in: 0..<8, using: &random) == 0 { rule += Array("  ".utf8) }
    return rule
  }

  private func rules(_ random: inout TestSupport.SplitMix, near paths: [[UInt8]]) -> [UInt8] {
    let ends = ["\n", "\r\n", "\n\n", "\n# note\n"]
    var text: [UInt8] = Int.random(in: 0..<6, using: &random) == 0 ? [0xEF, 0xBB, 0xBF] : []
    for _ in 0..<Int.random(in: 1...6, using: &random) {
      text += rule(&random, near: paths)
      text += Array(ends[Int.random(in: 0..<ends.count, using: &random)].utf8)
    }
    return text
  }

  @Test(arguments: 0..<40)
  func gitSaysTheSame(seed: Int) throws {
    var random = TestSupport.SplitMix(seed: UInt64(seed))
    let repository = try RulesRepository()
    let paths = Array(Set((0..<60).map { _ in path(&random) }))
    for path in paths { try repository.write([], path) }
    for path in paths.shuffled(using: &random).prefix(5) {
      let folder = path.lastIndex(of: UInt8(ascii: "/")).map { path[...$0] } ?? []
      try repository.write(
        rules(&random, near: paths), Array(folder) + Array(".gitignore".utf8))
    }
    if seed % 3 == 0 {
      try repository.write(rules(&random, near: paths), Array(".git/info/exclude".utf8))
    }
    if seed % 4 == 0 {
      let file = repository.beside("excludes")
      try Data(rules(&random, near: paths)).write(to: file)
      try repository.global(
        "[core]\n\texcludesFile = \(file.path)\n\tignoreCase = \(seed % 8 == 0)\n")
    }
    let ignored = try repository.ignored(paths)
    for path in paths {
      let refusal = repository.refusal(path)
      #expect(
        (refusal?.isIgnored == true) == ignored.contains(path),
        "\(String(decoding: path, as: UTF8.self)): \(String(describing: refusal))")
    }
  }
}
