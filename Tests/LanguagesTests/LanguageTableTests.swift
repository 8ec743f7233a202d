import Languages
import Testing

@Suite struct LanguageTableTests {
  @Test(arguments: [
    ("sh", "shellscript"), ("bash-ts-mode", "shellscript"), ("gitcommit", "git-commit"),
    ("Typescript-TSX", "typescriptreact"), ("tsx", "typescriptreact"), ("js", "javascript"),
    ("yaml.ansible", "yaml"), ("c++-mode", "cpp"), ("cs", "csharp"), ("gfm", "markdown"),
    ("rmd", "markdown"), ("gitrebase", "git-rebase"), ("tuareg", "ocaml"), ("plaintex", "latex"),
    ("", "plaintext"), ("Brand-New", "brand-new"),
  ])
  func idsHaveOneSpelling(id: String, normalized: String) {
    #expect(LanguageTable.normalized(id) == normalized)
  }

  @Test(arguments: [
    ("main.rs", "rust"), ("COMMIT_EDITMSG", "git-commit"), ("git-rebase-todo", "git-rebase"),
    ("editor-a1.jjdescription", "git-commit"), ("Makefile", "makefile"), ("a.b.blade.php", "blade"),
    ("README.md", "markdown"),
  ])
  func filesAreToldByTheirNames(name: String, id: String) {
    #expect(LanguageTable.language(ofFile: name)?.id == id)
  }

  @Test func otherNamesSayNothing() {
    #expect(LanguageTable.language(ofFile: "LICENSE") == nil)
    #expect(LanguageTable.language("no-such-language") == nil)
  }

  /// An id that two rows claim would depend on their order.
  @Test func eachIdBelongsToOneLanguage() {
    let ids = LanguageTable.all.flatMap { [$0.id] + $0.aliases }
    let doubled = Dictionary(grouping: ids) { $0 }.filter { $0.value.count > 1 }.keys.sorted()
    #expect(doubled == [])
    #expect(ids.allSatisfy { $0 == $0.lowercased() })
  }

  @Test func unknownLanguagesHaveNoHash() {
    #expect(!CommentSyntax.unknown.line.contains { $0.hasPrefix("#") })
  }

  @Test func marksAreLongestFirst() {
    #expect(CommentSyntax(line: ["/", "///", "//"]).leader(of: "/// x") == "///")
    let fixed = CommentSyntax(line: ["!"], firstColumn: ["C"])
    #expect(fixed.leader(of: "Cx", isIndented: false) == "C")
    #expect(fixed.leader(of: "Cx") == nil)
    #expect(fixed.leader(of: "! x", isIndented: false) == "!")
    let block = CommentSyntax.Block(["/*", "/**"], "*/")
    #expect(block.opening(of: "/** x */") == "/**")
    #expect(block.open == "/*")
    #expect(!block.isSymmetric)
  }
}
