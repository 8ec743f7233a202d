import Foundation
import Settings
import Testing
import WorkspaceRules

@Suite struct GlobTests {
  @Test(arguments: [
    ("*.py", "a.py", true), ("*.py", "a/b.py", false), ("**/*.py", "a/b.py", true),
    ("**/*.py", "b.py", true), ("a/**", "a/b/c", true), ("a/**", "b/a/c", false),
    ("a?c", "abc", true), ("a?c", "a/c", false), ("[a-c]x", "bx", true), ("[!a-c]x", "bx", false),
    ("\\*", "*", true), ("\\*", "x", false), ("**", "any/thing", true), ("a/**/b", "a/b", true),
    ("", "", true), ("[", "[", false),
  ])
  func pathsAreMatched(pattern: String, path: String, matches: Bool) {
    #expect(Glob(pattern).matches(path) == matches)
  }

  @Test func noPatternTakesForEver() {
    let evil = String(repeating: "*a", count: 40)
    #expect(!Glob(evil).matches(String(repeating: "a", count: 200) + "b"))
  }
}

@Suite struct IgnoreFileTests {
  @Test(
    arguments: [
      ("build/\n", "build/x.py", true), ("build/\n", "build", nil), ("*.log", "a/b.log", true),
      ("/a.py", "a.py", true), ("/a.py", "b/a.py", nil), ("*.log\n!keep.log", "keep.log", false),
      ("# comment\n\n", "comment", nil), ("doc/*.txt", "doc/a.txt", true),
      ("doc/*.txt", "x/doc/a.txt", nil), ("build\n!build/x", "build/x", true),
    ] as [(String, String, Bool?)])
  func theLastRuleCounts(rules: String, path: String, verdict: Bool?) {
    #expect(IgnoreFile(rules).ignores(path) == verdict)
  }

  /// As Windows PowerShell 5 writes them.
  @Test(arguments: [true, false]) func rulesInUTF16Count(isLittle: Bool) {
    let bytes = Array("\u{FEFF}*.py\r\n".utf16).flatMap { unit in
      let (high, low) = (UInt8(unit >> 8), UInt8(unit & 0xFF))
      return isLittle ? [low, high] : [high, low]
    }
    #expect(IgnoreFile(bytes: bytes).ignores("a/b.py") == true)
    #expect(IgnoreFile(bytes: bytes).ignores("a/b.c") == nil)
  }
}

@Suite struct DocumentRulesTests {
  private let root = FileManager.default.temporaryDirectory.appending(path: "rules-\(UUID())")
    .standardizedFileURL

  init() throws {
    try FileManager.default.createDirectory(
      at: root.appending(path: "a/b"), withIntermediateDirectories: true)
    try Data("*.gen.py\n".utf8).write(to: root.appending(path: ".gitignore"))
    try Data("!good.gen.py\nprivate/\n".utf8).write(to: root.appending(path: "a/.gitignore"))
    try Data("never.py\n".utf8).write(to: root.appending(path: ".pillowignore"))
  }

  private func refusal(
    _ path: String, _ language: String = "python",
    _ change: (inout InstructionSettings) -> Void = { _ in }
  ) -> DocumentRules.Refusal? {
    var settings = InstructionSettings()
    change(&settings)
    return DocumentRules(settings).refusal(
      uri: root.appending(path: path).absoluteString, languageID: language, root: root)
  }

  @Test func filesAreServedUnlessARuleForbids() {
    #expect(refusal("a/b/main.py") == nil)
    #expect(refusal("x.gen.py")?.isIgnored == true)
    #expect(refusal("a/good.gen.py") == nil, "the inner file's rule comes before")
    #expect(refusal("a/private/x.py")?.isIgnored == true)
    #expect(refusal("a/never.py")?.isIgnored == true)
    #expect(refusal("x.gen.py") { $0.respectGitignore = false } == nil)
    #expect(refusal("a/never.py") { $0.respectGitignore = false }?.isIgnored == true)
    #expect(refusal(".env") == .secret)
    #expect(refusal("a/b/main.py") { $0.exclude = ["a/**"] } == .glob("a/**"))
    #expect(refusal("a.yaml", "yaml") { $0.languages = ["yaml": false] } == .language("yaml"))
    #expect(refusal("a.py") { $0.languages = ["*": false, "python": true] } == nil)
    #expect(refusal("a.c", "c") { $0.languages = ["*": false, "python": true] } == .language("c"))
    try? FileManager.default.removeItem(at: root)
  }

  @Test func cellsBelongToTheirNotebook() {
    #expect(DocumentPath.path(of: "vscode-notebook-cell:/a/b.ipynb#X1") == "/a/b.ipynb")
    #expect(DocumentPath.path(of: "untitled:1") == nil)
  }
}
