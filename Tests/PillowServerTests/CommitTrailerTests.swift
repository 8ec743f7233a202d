import PillowServer
import Testing

/// Commit buffers as Git prepares them.
@Suite struct CommitTrailerTests {
  private let files = "# Changes to be committed:\n#\tmodified:   app.py\n#\n"

  /// `git commit -s` writes them before anybody writes anything.
  @Test(arguments: [
    "Signed-off-by: Bo <b@x.org>", "Co-authored-by: Bo <b@x.org>", "Change-Id: I8f",
  ])
  func trailersAreNoMessage(trailer: String) throws {
    let found = try detect("|\n\n\(trailer)\n\(files)", "git-commit")
    #expect(found?.text == "Write a commit message for this change.")
    #expect(found?.input.contains("app.py") == true)
  }

  /// What a commit leaves out is no reason for a message.
  @Test func whatIsNotCommittedIsNotDescribed() throws {
    #expect(try detect("|\n# Untracked files:\n#\tnotes.txt\n", "git-commit") == nil)
    let both = try detect(
      "|\n\(files)# Changes not staged for commit:\n#\tmodified:   other.py\n#\n# Untracked files:\n#\tn.txt\n",
      "git-commit")
    #expect(both?.input == "modified:   app.py")
  }

  @Test(arguments: ["fixup! Add it", "squash! Add it", "amend! Add it"])
  func aSubjectThatGitReadsHasNoBody(subject: String) throws {
    #expect(try detect("\(subject)\n\n|\n\(files)", "git-commit") == nil)
    #expect(try detect("Add it\n\n|\n\(files)", "git-commit") != nil)
  }

  /// A diff that only the buffer has, as `git commit --amend -v` writes it, is judged file by file.
  @Test func hunksOfIgnoredFilesAreLeftOut() throws {
    func hunk(_ file: String) -> String {
      "diff --git a/\(file) b/\(file)\n--- a/\(file)\n+++ b/\(file)\n@@ -1 +1 @@\n-old\n+words of \(file)\n"
    }
    let text =
      "\n# ------------------------ >8 ------------------------\n" + hunk("hush.txt")
      + hunk("open.txt")
    func input(_ allows: (String) -> Bool) -> String? {
      try? InstructionDetector.instruction(
        in: TextBuffer(text), languageID: "git-commit", at: 0, allows: allows
      ).input
    }
    #expect(input { $0 != "hush.txt" }?.contains("words of open.txt") == true)
    #expect(input { $0 != "hush.txt" }?.contains("hush") == false)
    // Nothing is left to describe.
    #expect(input { _ in false } == nil)
  }
}
