import Foundation
import Settings
import Testing
import WorkspaceRules

@Suite struct IgnoreRulesTests {
  private let repository: RulesRepository

  init() throws { repository = try RulesRepository() }

  @Test func rulesBeginAtTheRepositorysRoot() throws {
    try repository.write("*.draft.md\n/apps/web/plans/\n", ".gitignore")
    try repository.write("!kept.draft.md\n", "apps/.gitignore")
    let workspace = repository.root.appending(path: "apps/web")
    #expect(repository.refusal("apps/web/x.draft.md", workspace: workspace)?.isIgnored == true)
    #expect(repository.refusal("apps/web/plans/x.md", workspace: workspace)?.isIgnored == true)
    #expect(repository.refusal("apps/web/kept.draft.md", workspace: workspace) == nil)
    #expect(repository.refusal("apps/web/x.md", workspace: workspace) == nil)
  }

  @Test func theReasonNamesTheLine() throws {
    try repository.write("# mine\n\nnotes/\n", ".gitignore")
    let refusal = try #require(repository.refusal("notes/x.md"))
    let file = repository.root.appending(path: ".gitignore").path
    #expect(refusal == .ignored(file: file, line: 3))
    #expect(refusal.sentence == "Line 3 of `\(file)` ignores the file.")
  }

  @Test func excludesOfTheUserAndTheRepositoryCount() throws {
    try repository.write("scratch.md\n", ".git/info/exclude")
    try Data("*.mine.md\n".utf8).write(to: repository.beside("rules"))
    let rules = repository.beside("rules").path
    try Data("[core]\nexcludesfile = \"\(rules)\" ; mine\n".utf8).write(
      to: repository.beside("more"))
    try repository.global("[include]\n  path = more\n")
    #expect(repository.refusal("a/scratch.md")?.isIgnored == true)
    #expect(repository.refusal("a/x.mine.md")?.isIgnored == true)
    #expect(repository.refusal("a/x.md") == nil)
  }

  @Test func aByteThatIsNoTextDropsNoRule() throws {
    try repository.write([0x2F, 0xE4, 0x0A] + Array("private/\n".utf8), Array(".gitignore".utf8))
    #expect(repository.refusal("private/x.md")?.isIgnored == true)
    #expect(repository.refusal([0xE4])?.isIgnored == true)
    #expect(repository.refusal([0xE5]) == nil)
    try repository.write([0xFF, 0x0A] + Array("mine.md\n".utf8), Array(".pillowignore".utf8))
    #expect(repository.refusal("a/mine.md")?.isIgnored == true)
  }

  @Test func rulesThatCannotBeReadRefuse() throws {
    // A pipe, since root may read everything.
    let file = repository.root.appending(path: ".gitignore").path
    try #require(mkfifo(file, 0o644) == 0)
    let refusal = repository.refusal("x.md")
    #expect(refusal == .undecided("`\(file)` cannot be read"))
    #expect(repository.refusal("x.md") { $0.respectGitignore = false } == nil)
  }

  @Test func linksAreFollowed() throws {
    try repository.write("private/\n", ".gitignore")
    try repository.write("", "private/plan.md")
    try repository.write("", ".env")
    let files = FileManager.default
    func link(_ name: String, _ target: String) throws {
      try files.createSymbolicLink(
        atPath: repository.root.appending(path: name).path, withDestinationPath: target)
    }
    try link("plan.md", "private/plan.md")
    try link("config.md", ".env")
    try link("folder", "private")
    try link("circle", "circle")
    try link("new.md", "private/not-there-yet.md")
    #expect(repository.refusal("plan.md")?.isIgnored == true)
    #expect(repository.refusal("config.md") == .secret)
    #expect(repository.refusal("folder/plan.md")?.isIgnored == true)
    #expect(repository.refusal("new.md")?.isIgnored == true)
    guard case .undecided = repository.refusal("circle/x.md") else {
      Issue.record("a link in a circle leads nowhere")
      return
    }
    // The workspace itself may have been opened by a link.
    let other = repository.beside("other")
    try files.createSymbolicLink(at: other, withDestinationURL: repository.root)
    let uri = other.appending(path: "private/x.md").absoluteString
    #expect(repository.refusal(uri: uri, workspace: other)?.isIgnored == true)
    #expect(repository.refusal(uri: uri)?.isIgnored == true)
  }

  @Test(arguments: ["COMMIT_EDITMSG", "MERGE_MSG", "TAG_EDITMSG", "worktrees/w/COMMIT_EDITMSG"])
  func messagesAreServedWhateverIsIgnored(name: String) throws {
    try repository.write("*\n", ".gitignore")
    #expect(repository.refusal(".git/\(name)") == nil)
    #expect(repository.refusal("x.md")?.isIgnored == true)
    #expect(repository.refusal(".git/config") == .internals)
    try repository.write("*\n", ".pillowignore")
    #expect(repository.refusal(".git/\(name)")?.isIgnored == true)
  }

  @Test func nestedRepositoriesHaveRulesOfTheirOwn() throws {
    try repository.write("vendor/\n", ".gitignore")
    try repository.write("ref: refs/heads/main\n", "vendor/x/.git/HEAD")
    try repository.write("local.md\n", "vendor/x/.gitignore")
    let inner = repository.root.appending(path: "vendor/x")
    #expect(repository.refusal("vendor/x/a.md", workspace: inner) == nil)
    #expect(repository.refusal("vendor/x/local.md", workspace: inner)?.isIgnored == true)
    // Whoever opens the outer one has its rules.
    #expect(repository.refusal("vendor/x/a.md")?.isIgnored == true)
  }

  @Test func aFolderWithoutARepositoryHasRulesToo() throws {
    let folder = repository.beside("plain")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try Data("private/\n".utf8).write(to: folder.appending(path: ".gitignore"))
    let uri = folder.appending(path: "private/x.md").absoluteString
    #expect(repository.refusal(uri: uri, workspace: folder)?.isIgnored == true)
  }

  @Test func workTreesShareTheirExcludes() throws {
    try repository.write("", "tracked.md")
    for arguments in [
      ["add", "."], ["-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "-qm", "x"],
      ["worktree", "add", "-q", repository.beside("tree").path],
    ] { try repository.git(arguments) }
    try repository.write("scratch.md\n", ".git/info/exclude")
    let tree = repository.beside("tree")
    let uri = tree.appending(path: "scratch.md").absoluteString
    #expect(repository.refusal(uri: uri, workspace: tree)?.isIgnored == true)
  }

  /// `.pillowignore` counts wherever `.gitignore` does.
  @Test func filesOutsideTheWorkspaceHaveRulesToo() throws {
    try repository.write("hush.md\n", ".pillowignore")
    let elsewhere = repository.beside("elsewhere")
    try FileManager.default.createDirectory(at: elsewhere, withIntermediateDirectories: true)
    let hush = repository.root.appending(path: "hush.md").absoluteString
    #expect(repository.refusal(uri: hush, workspace: elsewhere)?.isIgnored == true)
    let inner = repository.root.appending(path: "a/b")
    try FileManager.default.createDirectory(at: inner, withIntermediateDirectories: true)
    #expect(repository.refusal(uri: hush, workspace: inner)?.isIgnored == true)
    // Also where nothing is a repository.
    try Data("y.md\n".utf8).write(to: elsewhere.appending(path: ".pillowignore"))
    let other = elsewhere.appending(path: "y.md").absoluteString
    #expect(repository.refusal(uri: other, workspace: inner)?.isIgnored == true)
  }

  // MARK: Schemes

  @Test(arguments: [
    ("git:ROOT/private/a.md?%7B%22ref%22%3A%22HEAD%22%7D", "ignored"),
    ("git:ROOT/a.md.git?%7B%22path%22%3A%22ROOT/private/a.md%22%7D", "ignored"),
    ("fugitive://ROOT/.git//0/private/a.md", "ignored"),
    ("fugitive://ROOT/.git//8a7b6c5/notes.md", "served"),
    ("gitsigns://ROOT/.git/:0:private/a.md", "ignored"),
    ("gitsigns://ROOT/.git//HEAD:private/a.md", "ignored"),
    ("gitsigns://ROOT/.git//HEAD~1:notes.md", "served"),
    ("fugitive://ROOT/.git/worktrees/w//0/a.md", "undecided"),
    ("diffview://ROOT/.git/modules/lib/:0:/a.md", "undecided"),
    ("vscode-remote://wsl%2Bubuntu/home/u/x/.git/config", "other"),
    ("vscode-remote://wsl%2Bubuntu/home/u/x/.git/COMMIT_EDITMSG", "served"),
    ("diffview://ROOT/.git/:1:/private/a.md", "ignored"),
    ("vscode-notebook-cell:ROOT/private/a.ipynb#W0sZmlsZQ", "ignored"),
    ("vscode-notebook-cell:ROOT/a.ipynb#W0sZmlsZQ", "served"),
    ("untitled:ROOT/private/a.md", "ignored"), ("untitled:Untitled-1", "served"),
    ("untitled:.env", "secret"), ("inmemory://model/1", "served"),
    ("vscode-remote://ssh-remote%2Bh/home/u/.ssh/config", "secret"),
    ("vscode-remote://ssh-remote%2Bh/home/u/notes.md", "served"),
    ("file://server/share/.env", "secret"), ("file:///", "served"), ("file://", "served"),
    ("ROOT/private/a.md", "ignored"), ("gitlens://abc/private/a.md", "undecided"),
    ("output:extension-output", "undecided"), ("fugitive://ROOT/.git//", "undecided"),
    ("file:///a%00b.md", "undecided"), ("", "undecided"),
  ])
  func everySchemeIsJudgedByItsFile(uri: String, verdict: String) throws {
    try repository.write("private/\n", ".gitignore")
    let refusal = repository.refusal(uri: uri.replacing("ROOT", with: repository.root.path))
    let found =
      switch refusal {
      case nil: "served"
      case .ignored: "ignored"
      case .secret: "secret"
      case .undecided: "undecided"
      case .language, .glob, .internals: "other"
      }
    #expect(found == verdict, "\(uri): \(String(describing: refusal))")
  }

  @Test func languagesAreSwitchedByEachOfTheirNames() {
    func refusal(_ id: String, _ languages: [String: Bool]) -> DocumentRules.Refusal? {
      var settings = InstructionSettings()
      settings.languages = languages
      return DocumentRules(settings).refusal(
        uri: "untitled:x", languageID: id, root: repository.root)
    }
    #expect(refusal("shellscript", ["sh": false]) == .language("shellscript"))
    #expect(refusal("gfm", ["markdown": false]) == .language("gfm"))
    #expect(refusal("gfm", ["markdown": false, "gfm": true]) == nil)
    #expect(refusal("rust", ["*": false, "rs": true]) == nil)
  }
}
