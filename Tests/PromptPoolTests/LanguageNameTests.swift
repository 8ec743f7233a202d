import PromptPool
import Testing

@Suite struct LanguageNameTests {
  @Test(
    arguments: [
      ("sh", "shellscript"), ("Bash", "shellscript"), ("py", "python"), ("git-commit", nil),
      ("gfm", nil), ("ts", "typescript"), ("cobol", "cobol"), (nil, nil),
    ] as [(String?, String?)])
  func oneNamePerLanguage(_ name: String?, _ canonical: String?) {
    #expect(LanguageName.canonical(name) == canonical)
  }

  @Test func relativesFit() {
    #expect(LanguageName.fit("typescriptreact", "js"))
    #expect(LanguageName.fit("sh", "bash"))
    #expect(LanguageName.fit(nil, "markdown"))
    #expect(!LanguageName.fit(nil, "python"))
    #expect(!LanguageName.fit("sql", "python"))
  }
}
