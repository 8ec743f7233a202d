import Mining
import Testing

@Suite struct CommitStyleTests {
  private static func subjects(_ forms: String...) -> [String] {
    (0..<30).map { number in "\(forms[number % forms.count]) part \(number)" }
  }

  static let samples: [(subjects: [String], answer: String, styled: String)] = [
    (subjects("Add a", "Fix the"), "Update the reader.", "Update the reader"),
    (subjects("Add a", "Fix the"), "update the reader", "Update the reader"),
    (subjects("Add a", "Fix the"), "fix: the reader", "Fix the reader"),
    (subjects("Add a", "Fix the"), "npmrc2 is read", "npmrc2 is read"),
    (subjects("Add a", "Fix the"), "Read more …", "Read more …"),
    (subjects("Add a", "Fix the"), "Wait for it...", "Wait for it..."),
    (subjects("FIX Keep", "ENH Add", "FIX Read"), "Fix the reader", "FIX The reader"),
    (subjects("FIX Keep", "ENH Add", "FIX Read"), "FEAT: Keep more.", "FEAT Keep more"),
    (subjects("fix: keep", "feat: add", "docs(api): say"), "Fix keep it", "fix: keep it"),
    (subjects("fix: keep", "feat: add", "docs(api): say"), "feat: Add it", "feat: add it"),
    (
      subjects("fix: keep", "feat: add", "docs(api): say"), "docs(cli): Say it", "docs(cli): say it"
    ),
    (
      subjects("fix: keep", "feat: add", "docs(api): say"), "feat: NEON kernels",
      "feat: NEON kernels"
    ),
    (subjects("fix: keep", "Keep", "Keep a").map { $0 + "." }, "Keep it", "Keep it."),
    (subjects("keep", "Keep"), "Keep it", "Keep it"),
    (Array(subjects("Add a").prefix(10)), "update it.", "update it."),
    ([], "update it.", "update it."), (subjects("Add a"), "", ""), (subjects("Add a"), ".", ""),
    (subjects("Add a"), "(parser) keep it", "(parser) keep it"),
    (subjects("Add a"), "Read v1.2 files. This is new. It works", "Read v1.2 files"),
    (subjects("Add a").map { $0 + "." }, "Keep it. Go on", "Keep it. Go on."),
    (
      subjects("Add a").map { $0 + " (#12)\n\nBody." }, "add it. (#3)\n\nbody.",
      "Add it (#3)\n\nbody."
    ),
  ]

  @Test(arguments: samples)
  func spellsAsMostSubjectsDo(_ subjects: [String], _ answer: String, _ styled: String) {
    let style = CommitStyle(messages: subjects)
    #expect(style.applied(to: answer) == styled)
    #expect(style.applied(to: styled) == styled, "once is enough")
  }
}
