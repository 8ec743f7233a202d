import Mining
import PromptPool
import Testing

/// What only looks like a pair: the two sides have to belong together.
@Suite struct PairQualityTests {
  struct Sample: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var path: String
    var text: String

    init(_ description: String, _ path: String, _ text: String) {
      testDescription = description
      self.path = path
      self.text = text
    }
  }

  private func mined(
    _ source: MiningSource, _ files: [(path: String, text: String)]
  ) throws -> [Exemplar] {
    let repository = try ScratchRepository(hasGit: false)
    for file in files { try repository.write(file.text, file.path) }
    let pool = try PromptPool.inMemory()
    _ = try repository.mine(into: pool, source)
    return try pool.exemplars(pool: source.pool)
  }

  static let noDocumentation = [
    Sample(
      "code that a small model cannot read whole", "a.py",
      "def f(x):\n    \"\"\"Add many numbers to one another.\"\"\"\n"
        + (0..<90).map { "    x = x + \($0)\n" }.joined() + "    return x\n"),
    Sample(
      "an extension of a type", "a.rs",
      "use a::B;\n\n/// We need this for the first example.\nimpl B for C {\n    fn f() {}\n}\n"),
    Sample(
      "what a constructor takes, above its class", "a.js",
      "import a;\n/**\n * Makes a new client of the service.\n * @param {string} url where it is\n */\nclass Client {\n  f() { return 1; }\n}\n"
    ),
    Sample(
      "a remark for those who read the code", "a.rs",
      "use a::B;\n\n// This has to be fast whatever it costs.\nfn f() -> i32 {\n    1\n}\n"),
    Sample(
      "the last line of several comments", "a.c",
      "#include <a.h>\n/* It is called first, */\n/* and then when the thread ends. */\nint f(void)\n{\n  return 1;\n}\n"
    ),
    Sample(
      "where the code is from", "a.c",
      "#include <a.h>\n\n// taken from the other forward pass\nint f(void) {\n  return 1;\n}\n"),
    Sample(
      "a note to those who change it", "a.swift",
      "import A\n\n/// Don't add another method that returns all of it.\nfunc f() -> Int {\n  return 1\n}\n"
    ),
    Sample(
      "what another program wrote", "a.c",
      "/* A Bison parser, made by GNU Bison 3.8.2.  */\n\n/* Returns the next state of all. */\nint f(void) {\n  return 1;\n}\n"
    ),
    Sample(
      "code in a string", "a.swift",
      "let text = \"\"\"\n  /// Returns one and nothing else.\n  func f() -> Int {\n    return 1\n  }\n  \"\"\"\n"
    ),
  ]

  static let forCheckers = Sample(
    "words for a program that checks code", "a.rb",
    "require 'a'\n\n# Loads the value that is kept on disk.\n# rubocop:disable Security/MarshalLoad\ndef f(x)\n  load(x)\nend\n"
  )

  @Test(arguments: noDocumentation + [forCheckers])
  func isNoDocumentation(_ sample: Sample) throws {
    #expect(try mined(.docs, [(sample.path, sample.text)]).map(\.output) == [])
  }

  @Test func whatInheritsIsDocumentation() throws {
    let text =
      "import a;\n/**\n * Inherit the methods of one constructor into another\n * @param {Function} a\n */\nexport function inherits(a, b) {\n  const c = a.b;\n  return c;\n}\n"
    #expect(try mined(.docs, [("a.js", text)]).count == 1)
    #expect(
      try mined(.functions, [("a.js", text)]).map(\.instruction)
        == ["Inherit the methods of one constructor into another"])
  }

  static let noFunctions = [
    Sample(
      "another signature", "a.py",
      "import t\n\n@t.overload\ndef name_of(\n    x: None,\n) -> None:\n    ...\n"),
    Sample(
      "nothing but a refusal", "A.java",
      "class A {\n  /** Returns this element as a number of any size. */\n  public BigDecimal getNumber() {\n    throw new UnsupportedOperationException(getClass().getName());\n  }\n}\n"
    ),
    Sample(
      "an example in place of words", "a.rs",
      "use a::B;\n\n/// ```\n/// use http::Response;\n/// ```\nfn any_service() -> i32 {\n    let x = 1;\n    x + 2 + 3 + 4\n}\n"
    ),
  ]

  static let requirement = Sample(
    "what a protocol requires", "a.swift",
    "protocol A {\n  /// Starts the service with one plugin.\n  func start(_ plugin: URL) async\n}\n\nextension B {\n  var a: Int {\n    let b = 1\n    return b + 2 + 3\n  }\n}\n"
  )

  @Test(arguments: noFunctions + [requirement])
  func isNoFunctionToLearnFrom(_ sample: Sample) throws {
    #expect(try mined(.functions, [(sample.path, sample.text)]).map(\.instruction) == [])
  }

  @Test func anExampleIsNoPartOfTheSummary() throws {
    let text =
      "use a::B;\n\n/// Routes every request to one service.\n/// ```\n/// use http::Response;\n/// ```\nfn any_service() -> i32 {\n    let x = 1;\n    x + 2 + 3 + 4\n}\n"
    #expect(
      try mined(.functions, [("a.rs", text)]).map(\.instruction)
        == ["Routes every request to one service."])
  }

  @Test(arguments: [
    (
      "A.java",
      "class A {\n  public void closeAll() {\n    for (var stream : streams) { stream.close(); }\n  }\n}\n",
      "ATest.java",
      "class ATest {\n  @Override\n  public void closeAll() {\n    inner.closeAll();\n  }\n}\n"
    ),
    (
      "Json.java",
      "class JsonObject {\n  public JsonObject() {\n    members = new Map();\n  }\n}\n",
      "JsonTest.java",
      "class JsonTest {\n  @Test\n  public void testJsonObjectIsRead() {\n    JsonObject object = new JsonObject();\n    assertEquals(1, object.size());\n  }\n}\n"
    ),
    (
      "Built.java",
      "class Built {\n  public void register(Type type) {\n    factories.add(type);\n  }\n}\n",
      "BuiltTest.java",
      "class BuiltTest {\n  @Test\n  @Ignore\n  public void testRegister() {\n    builder.register(type);\n    fail();\n  }\n}\n"
    ),
    (
      "session.py",
      "class Context:\n    @property\n    def session(self):\n        return self.loaded(1)\n",
      "test_session.py",
      "def test_session():\n    session(\"/path\")\n    assert cookie.path == 1\n"
    ),
    (
      "select.swift",
      "struct A {\n  func select(_ many: [Int]) -> Int {\n    return many[0]\n  }\n}\n",
      "SelectTests.swift",
      "class SelectTests {\n  func testSelect() {\n    func select(_ a: Int) -> Int { a }\n    XCTAssertEqual(select(1), 1)\n  }\n}\n"
    ),
  ])
  func isNoTestOfTheFunction(
    _ path: String, _ code: String, _ testPath: String, _ test: String
  ) throws {
    #expect(
      try mined(.tests, [("src/" + path, code), ("tests/" + testPath, test)]).map(\.output) == [])
  }

  @Test func decoratorsOfSeveralLinesBelongToTheTest() throws {
    let test =
      "@mark.parametrize(\n    (\"value\", \"result\"),\n    [(1, 2), (3, 4)],\n)\n# Numbers only.\ndef test_doubled(value, result):\n    assert doubled(value) == result"
    let found = try mined(
      .tests,
      [
        ("src/a.py", "def doubled(number):\n    return 2 * number\n"),
        ("tests/test_a.py", "import a\n\n\n" + test + "\n"),
      ])
    #expect(found.map(\.output) == [test])
  }

  // MARK: Texts

  static let diffs: [(old: String, new: String, entry: String?)] = [
    ("- One\n", "- Two of them\n- One\n", "- Two of them"),
    ("- One\n", "- Two of [#12]\n- One\n\n[#12]: https://example.org/12\n", "- Two of [#12]"),
    ("- One\n", "- One\n  - Two of them\n    and all\n", "- Two of them\n  and all"),
    ("- One\n  of all\n", "- Two of them\n- One\n  of many\n", nil),
    ("## 1.0\n\n- One\n", "## 1.1 (2024)\n\n- Two of them\n\n## 1.0\n\n- One\n", nil),
  ]

  @Test(arguments: diffs)
  func anEntryIsWhatAChangeAdds(_ old: String, _ new: String, _ entry: String?) throws {
    let repository = try ScratchRepository()
    try repository.commit("Begin the change log", "# Changes\n\n" + old, in: "CHANGELOG.md")
    try repository.write("# Changes\n\n" + new, "CHANGELOG.md")
    let id = try repository.commit("Greet by name", "def greet(name): pass\n", in: "app.py")
    let pool = try PromptPool.inMemory()
    _ = try repository.mine(into: pool, .changelog)
    let found = try pool.exemplars(pool: "mined-changelog").first { $0.origin == "git:\(id)" }
    #expect(found?.output == entry)
  }

  @Test func thanksAreNoEntriesAndGroupsAreNamed() throws {
    let log = """
      # Changes

      ## 25.07

      Fixes:

      - Greets people by their names
      - Says goodbye, too
      - Prints the time, such as

        ```sh
        greet --time
        ```

      ### Contributors to this release

      - <img src="a.png"> [Ada](https://example.org/ada)
      - [Grace](https://example.org/grace) and others
      """
    #expect(
      try mined(.changelog, [("CHANGELOG.md", log)]).map(\.instruction)
        == Array(repeating: "Write a change log entry under “Fixes”.", count: 2))
  }

  @Test func whatStandsAroundASectionIsNoneOfIt() throws {
    let files = ["ink", "paper", "brush"].map { name in
      (
        path: "docs/\(name).md",
        text: """
        ---
        title: "All about \(name)"
        ---

        Contributing
        ------------

        Write to us when you know more about \(name) than we do.

        [us]: https://example.org
        [them]: https://example.org

        ## Caveats

        This stands in here twice, and nobody knows which one is meant.

        ## Caveats

        This stands in here twice, and nobody knows which one is meant.

        """
      )
    }
    let found = try mined(.prose, files)
    #expect(Set(found.map(\.instruction)) == ["Write the section “Contributing”."])
    #expect(
      Set(found.map(\.input)) == Set(files.map { "All about " + $0.path.dropFirst(5).dropLast(3) }))
    #expect(found.allSatisfy { $0.output.hasSuffix("than we do.") })
  }

  @Test func aListIsNamedByWhatIntroducesIt() throws {
    let items = ["Width", "Height", "Depth", "Weight"].map {
      "- **[\($0)](https://example.org/a)**: how much of it the drawing has in the end\n"
    }
    let names = ["- [One](https://example.org/1), [Two](https://example.org/2)\n"]
    let text =
      "# News of the week\n\n---\n\n**Key features:**\n\n" + items.joined() + "\n## Also\n\n"
      + String(repeating: names[0], count: 4)
    let found = try mined(.prose, [("README.md", text)])
    #expect(found.count == 4)
    #expect(
      found.contains {
        $0.instruction == "Write the list item about Width of “Key features”."
      })
  }
}
