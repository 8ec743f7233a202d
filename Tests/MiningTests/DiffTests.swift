import Mining
import Testing

@Suite struct DiffTests {
  private static let patch = """
    diff --git a/src/date.js b/src/date.js
    index 1111111..2222222 100644
    --- a/src/date.js
    +++ b/src/date.js
    @@ -3,3 +3,3 @@ function getMonth(date) {
       // The month from 1 on.
    -  return date.getMonth();
    +  return date.getMonth() + 1;
     }
    diff --git a/old name.py b/new.py
    similarity index 90%
    rename from old name.py
    rename to new.py
    --- a/old name.py
    +++ b/new.py
    @@ -1 +1 @@
    --- a line that looks like a heading
    +++ a line that looks like one, too
    diff --git a/logo.png b/logo.png
    new file mode 100644
    Binary files /dev/null and b/logo.png differ
    diff --git "a/\\303\\244.txt" "b/\\303\\244.txt"
    deleted file mode 100644
    --- "a/\\303\\244.txt"
    +++ /dev/null
    @@ -1,2 +0,0 @@
    -eins
    -zwei

    """

  @Test func readsWhatGitWrites() {
    let files = Diff(parsing: Self.patch).files
    #expect(files.map(\.path) == ["src/date.js", "new.py", "logo.png", "ä.txt"])
    #expect(files[0].hunks.map(\.place) == ["function getMonth(date) {"])
    #expect(files[0].hunks[0].lines.map(\.isAdded) == [false, true])
    #expect(files[1].kind == .renamed(from: "old name.py"))
    #expect(
      files[1].hunks[0].lines.map(\.text) == [
        "-- a line that looks like a heading", "++ a line that looks like one, too",
      ])
    #expect(files[2].isBinary && files[2].kind == .added)
    #expect(files[3].kind == .removed && files[3].hunks[0].lines.count == 2)
  }

  /// Subversion, Mercurial and `diff -u` have no headings of Git's.
  @Test func readsOtherDiffs() {
    let text = """
      Index: main.c
      ===================================================================
      --- main.c\t(revision 3)
      +++ main.c\t(working copy)
      @@ -1,2 +1,2 @@
      -int x;
      +int y;
       int z;
      """
    let files = Diff(parsing: text).files
    #expect(files.map(\.path) == ["main.c"])
    #expect(files[0].hunks[0].lines.map(\.text) == ["int x;", "int y;"])
  }

  /// The editor's context has three lines, that of mined commits one: the text is the same.
  @Test func textDoesNotDependOnContext() {
    func patch(_ context: String, _ count: Int) -> String {
      """
      diff --git a/a.py b/a.py
      --- a/a.py
      +++ b/a.py
      @@ -1,\(count) +1,\(count) @@ def f():
      \(context)-    return 1
      +    return 2
      """
    }
    let one = DiffText.text(of: Diff(parsing: patch(" x\n", 2)))
    let three = DiffText.text(of: Diff(parsing: patch(" a\n b\n x\n", 4)))
    #expect(one == three)
    #expect(one == "a.py +1 -1\n@ def f():\n- return 1\n+ return 2")
  }

  @Test func textKeepsWithinItsBudget() {
    let lines = (0..<400).map { Diff.Line(isAdded: true, text: "line number \($0) of this file") }
    let files = (0..<30).map { number in
      Diff.File(path: "src/file\(number).py", hunks: [Diff.Hunk(place: "", lines: lines)])
    }
    for budget in [300, 640, 2000] {
      let text = DiffText.text(of: Diff(files: files), budget: budget)
      #expect(text.utf8.count <= budget)
      #expect(text.contains("and 24 more files"))
      #expect(text.contains("+ line number 0"))
    }
  }

  @Test func textShowsNothingOfGeneratedFiles() {
    let line = Diff.Line(isAdded: true, text: "\"version\": 2")
    let lock = Diff.File(path: "web/package-lock.json", hunks: [Diff.Hunk(lines: [line])])
    let code = Diff.File(path: "web/app.js", hunks: [Diff.Hunk(lines: [line])])
    #expect(DiffText.text(of: Diff(files: [lock])).isEmpty)
    #expect(!DiffText.text(of: Diff(files: [lock, code])).contains("lock"))
  }

  @Test func secretsAreLeftOutByName() {
    let line = Diff.Line(isAdded: true, text: "TOKEN=1")
    let diff = Diff(files: [
      Diff.File(path: ".env", hunks: [Diff.Hunk(lines: [line])]), Diff.File(path: "a.py"),
    ])
    #expect(diff.withoutSecrets.files.map(\.path) == ["a.py"])
  }

  @Test(arguments: [
    ("a.py +1 -1\nb.py +2\n@ a.py\n@ def f():\n- x\n+ y", "a.py +1 -1\nb.py +2"),
    ("new a.py +1\n+ x = 1", "new a.py +1"), ("a.png (binary)", "a.png (binary)"), ("", ""),
  ])
  func headingsAreTheLinesBeforeTheExcerpts(_ text: String, _ headings: String) {
    #expect(DiffText.headings(of: text) == headings)
  }
}
