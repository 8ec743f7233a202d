import PillowServer
import Testing

@Suite struct AnswerFaultTests {
  private static let schema = """
    -- ships(id, name, harbour_id)
    CREATE TABLE harbours (
      id INTEGER PRIMARY KEY,
      city TEXT NOT NULL,  -- at the sea, or not
      FOREIGN KEY (id) REFERENCES ships(id)
    );

    """

  private func faults(
    _ answer: String, to text: String, language: String?, document: String = "",
    kind: Instruction.Kind = .comment, input: String = ""
  ) -> Set<AnswerFault> {
    AnswerFault.all(
      in: answer,
      for: Instruction(
        kind: kind, range: 0..<1, text: text, input: input, language: language, indentation: "",
        insertion: nil), document: document, isFinished: true)
  }

  @Test func schemaIsReadFromCommentsAndStatements() {
    let schema = TableSchema(in: Self.schema)
    #expect(schema.tables["ships"] == ["id", "name", "harbour_id"])
    #expect(schema.tables["harbours"] == ["id", "city"])
    #expect(TableSchema(in: "INSERT INTO a (b, c) VALUES (1, 2);").tables.isEmpty)
  }

  @Test(arguments: [
    ("SELECT s.name FROM ships AS s JOIN harbours h ON h.id = s.harbour_id;", true),
    ("SELECT count(*) AS n FROM ships GROUP BY name ORDER BY n DESC;", true),
    ("SELECT name FROM boats;", false), ("SELECT ships.captain FROM ships;", false),
    ("UPDATE ships SET name = 'boats' WHERE id = :id;", true),
    ("SELECT name, city FROM ships JOIN harbours ON harbours.id = harbour_id;", true),
    ("SELECT n FROM (SELECT count(*) AS n FROM ships) t WHERE t.n > 1;", true),
    ("WITH a AS (SELECT city FROM harbours) SELECT city FROM a;", true),
    ("SELECT name, city FROM ships, harbours h WHERE h.id = harbour_id;", true),
    ("INSERT INTO ships (id, name) SELECT id, city FROM harbours;", true),
    ("SELECT city FROM ships;", false), ("SELECT h.name FROM harbours AS h;", false),
    ("SELECT name FROM ships WHERE id = 1 AND id.colour = 'red';", false),
    ("UPDATE ships SET city = 'Bergen';", false),
  ])
  func queriesUseKnownNames(_ query: String, isKnown: Bool) {
    let found = faults(query, to: "Names.", language: "sql", document: Self.schema)
    #expect(found.contains(.unknownNames) == !isKnown)
  }

  @Test(arguments: [
    ("def area(width, height):\n    return width * height", false),
    ("def average(grades, subject):\n    return sum(grades) / len(grades)", true),
    ("def total(xs, start=(0, 0)):\n    return sum(xs, start)", false),
    ("def find(items: list[str], name: str = \"\") -> int:\n    return items.index(name)", false),
    ("def hook(event, _extra, *rest, **more):\n    return 1", false),
    ("def close(self, reason):\n    self.open = False", false),
    ("def later(a):\n    raise NotImplementedError", false),
    ("return [sum(amounts) for amount in amounts]", true),
    ("return {key: value for key, value in pairs.items()}", true),
    ("return {value: key for key, value in pairs.items()}", false),
    ("return [x for x in xs]", true), ("return [x for x in xs if x]", false),
    ("return {x for x in xs}", false), ("return sum(x for x in xs)", false),
    ("return [0 for i in range(n)]", false), ("return [0 for _ in xs]", false),
    ("return max(t for _, t in days)", false),
    ("return [y for row in rows for y in row]", false),
    ("return {name: len(name) for name in names}", false),
    ("return [f\"{a}\" for a, b in xs]", false),
  ])
  func whatIsGivenIsUsed(_ code: String, isUnused: Bool) {
    let document = "names = xs = pairs = rows = days = amounts = n = 1"
    let found = faults(code, to: "Do it.", language: "python", document: document)
    #expect(found.contains(.unused) == isUnused)
  }

  @Test(arguments: [
    ("function f(a, b) {\n  return a;\n}", "", true),
    ("function f(a, b = {}) {\n  return a + b.c;\n}", "", false),
    ("const f = (a, { b }) => a + b;", "", false),
    ("const f = async (a, b) => a;", "", true),
    ("button.on(\"click\", (event) => close());", "", false),
    ("function handle(event) {\n  close();\n}", "", false),
    ("  return a;", "function f(a, b) {", true), ("  return a + b;", "function f(a, b) {", false),
  ])
  func parametersAreUsed(_ code: String, _ signature: String, isUnused: Bool) {
    for language in ["javascript", "typescript"] {
      let found = faults(code, to: "Do it.", language: language, input: signature)
      #expect(found.contains(.unused) == isUnused)
    }
  }

  @Test(arguments: [
    ("Add a debug message", "a.py -1\n- print(x)", true),
    ("Remove a debug message", "a.py -1\n- print(x)", false),
    ("fix(io): print the port", "a.py -1\n- print(x)", true),
    ("Remove old rows", "a.py +1\n+ rows.clear()", true),
    ("Drop old rows", "a.py +1\n+ rows.drop(0)", false),
    ("Use a port", "a.py +1 -1\n- x = 1\n+ x = port", false),
    ("Read the name of slugs", "tests/slug.test.js +1\n+ test('a')", true),
    ("Test slugs without marks", "tests/slug.test.js +1\n+ test('a')", false),
    ("Read the name of slugs", "tests/slug.test.js +1\nsrc/slug.js +1\n+ test('a')", false),
    ("Read the name", "", false),
  ])
  func messagesSayWhatTheDiffShows(_ message: String, _ diff: String, isOther: Bool) {
    let found = faults(
      message, to: "Write a commit message.", language: nil, kind: .commitMessage, input: diff)
    #expect(found.contains(.otherChange) == isOther)
  }

  /// Counts of lines are no numbers of the change.
  @Test func numbersOfACommitComeFromItsLines() {
    let diff = "server.js +2 -1\n- listen(3000)\n+ listen(port)"
    func found(_ message: String) -> Set<AnswerFault> {
      faults(
        message, to: "Write a commit message.", language: nil,
        document: "@@ -4,4 +4,5 @@ x\nindex 66bca7c..959d3b2 100644", kind: .commitMessage,
        input: diff)
    }
    #expect(!found("Do not listen on 3000").contains(.inventedNumbers))
    #expect(found("Use 3000 instead of 2").contains(.inventedNumbers))
    #expect(found("Wait for 5 seconds").contains(.inventedNumbers))
  }

  @Test(arguments: [
    ("Ships with more than 3 masts", "SELECT name FROM ships WHERE masts > 3;", false),
    ("Ships with more than 3 masts", "SELECT name FROM ships WHERE masts < 3;", true),
    ("Ships with more than 3 masts", "SELECT name FROM ships;", true),
    ("Ships with no more than 3 masts", "SELECT name FROM ships WHERE masts <= 3;", false),
    ("Ships with at least 3 masts", "SELECT name FROM ships WHERE masts > 2;", false),
    ("Ships with less than 3 masts", "SELECT name FROM ships ORDER BY masts LIMIT 3;", true),
    ("At most 3 ships", "SELECT name FROM ships LIMIT 3;", false),
    ("The number of ships", "SELECT COUNT(*) FROM ships WHERE built = '1901-01-01';", true),
    ("Ships built before 1900", "SELECT name FROM ships WHERE built < '1900-01-01';", false),
    ("T-12: add 5 to the masts", "UPDATE ships SET masts = masts + 5;", false),
    ("2026-02-09: hire a ship", "UPDATE ships SET hired = '2026-02-09';", false),
    ("Add 5 % to the price", "UPDATE ships SET price = price * 1.05;", false),
    ("Ships over 1,500 tons", "SELECT name FROM ships WHERE tons > 1500;", false),
    ("The three longest ships", "SELECT name FROM ships ORDER BY length DESC LIMIT 3;", false),
    (
      "The ships in Bergen or Oslo", "SELECT name FROM ships WHERE city IN ('Bergen', 'Oslo');",
      false
    ),
    ("The ships in Bergen or Oslo", "SELECT name FROM ships WHERE city = 'Bergen';", true),
    ("The Norwegian ships", "SELECT name FROM ships WHERE country = 'Norway';", false),
    (#"Ships called "sea lion""#, "SELECT id FROM ships WHERE name = 'sea lion';", false),
    (#"Ships called "sea lion""#, "SELECT id FROM ships WHERE name LIKE '%lion%';", true),
    ("The customers' ships and the owners' names", "SELECT name, owner FROM ships;", false),
    ("Ships that are not paid for", "SELECT name FROM ships WHERE state = 'unpaid';", false),
    ("Ships in dock", "SELECT name FROM ships WHERE state = 'sunk';", false),
    ("Ships in dock", "SELECT name FROM ships WHERE state = 'sailing';", true),
    ("Ships in March 2026", "SELECT name FROM ships WHERE built LIKE '2026-03%';", false),
    ("Die Namen der Schiffe", "SELECT name FROM ships;", false),
    ("All masts", "SELECT masts FROM ships WHERE rating = 5;", true),
    ("Ships whose name begins with 'Sea'", "SELECT id FROM ships WHERE name LIKE 'Sea%';", false),
    ("Ships whose name begins with 'Sea'", "SELECT id FROM ships WHERE name LIKE '%Sea%';", true),
    ("Ships whose name ends with 'star'", "SELECT id FROM ships WHERE name LIKE 'star%';", true),
    ("Ships whose name ends with 'star'", "SELECT id FROM ships WHERE name LIKE '%star';", false),
    ("The number of different owners", "SELECT COUNT(owner) FROM ships;", true),
    ("The number of different owners", "SELECT COUNT(DISTINCT owner) FROM ships;", false),
    ("The different owners", "SELECT owner FROM ships GROUP BY owner;", false),
  ])
  func queriesKeepToTheInstructionsValues(_ text: String, _ query: String, areOthers: Bool) {
    let found = faults(
      query, to: text, language: "sql", document: "-- state is 'new' or 'sunk'\nSELECT 5;")
    #expect(found.contains(.otherValues) == areOthers)
  }

  @Test(arguments: [
    ("python", "def a(xs):\n    return sum(x * RATE for x in xs)", true),
    ("python", "def a(xs):\n    return sum(x * rates for x in xs)", false),
    ("python", "def a(xs):\n    return statistics.scatter(xs)", false),
    ("python", "def a(name):\n    with open(name) as file:\n        return file.read()", true),
    ("javascript", "const a = (xs) => xs.map((x) => x * RATE);", true),
    ("javascript", "function a(xs) { return total(xs); }", false),
    ("c", "int a(int n) { for (int i = 0; i < n; i++) n--; return n; }", true),
    ("c", "int a(int n) { return n > LIMIT; }", false),
    ("c", "#include <string.h>\nsize_t a(const char *s) { return strlen(s); }", true),
    ("c", "size_t a(const char *s) { return strlen(s); }", false),
    ("python", "def a(xs):\n    return grade / len(xs)", false),
    ("python", "def a(xs):\n    return [x for x in xs if x != WARN]", false),
  ])
  func codeUsesKnownNames(_ language: String, _ code: String, isKnown: Bool) {
    let unknown = CodeNames.unknown(
      in: code, document: "import statistics\nRATE = 2  # the grade\nNAMES = [\"WARN\"]",
      language: language)
    #expect(unknown.isEmpty == isKnown, "\(unknown)")
  }

  /// What a function calls its own is no name elsewhere, but methods and module names are.
  @Test(arguments: [
    ("def b(days):\n    return min(days * FEE, MOST)", true),
    ("def b(days):\n    return returned * FEE", false), ("return returned * FEE", true),
    ("def b(due):\n    return late(due, due)", true), ("def b(x):\n    return x.returned", true),
    ("def b(x):\n    returned = x\n    return returned", true),
    ("def b(x):\n    return numpy.sum(x)", true),
    ("def b(word):\n    return sum(letter in word for letter in word)", true),
  ])
  func namesOfOtherFunctionsAreUnknown(_ code: String, isKnown: Bool) {
    let document = """
      try:
          import numpy
      except ImportError:
          numpy = None
      FEE = 0.25
      MOST = 10

      def late(
          due,
          returned,
      ):
          return max(0, returned - due)
      """
    let unknown = CodeNames.unknown(in: code, document: document, language: "python")
    #expect(unknown.isEmpty == isKnown, "\(unknown)")
  }

  @Test(arguments: [
    ("python", "def a(x):\n    return sorted(set(a(x)))", true),
    ("python", "def a(x):\n    return x * a(x - 1) if x > 1 else 1", false),
    ("python", "def a(x):\n    return self.a(x)", false),
    ("python", "def a(x):\n    if x < 0:\n        raise ValueError\n    return x * a(x - 1)", true),
    ("python", "def a(x):\n    if x < 0:\n        return 1\n    return x * a(x - 1)", false),
    ("python", "def a(x):\n    if x > 0:\n        return a(x - 1)", false),
    ("javascript", "function a(x) {\n  if (x < 0) throw x;\n  return a(x - 1);\n}", true),
    ("bash", "sed -i 's/old/' a.txt", true), ("bash", "sed 's/a\\/b/c/g' a.txt", false),
    ("bash", "sed -n 's|old||p' a.txt", false),
    ("python", #"def a(x):\n    return f"{x.split("-")[0]}-{x}""#, true),
    ("python", #"def a(x):\n    return f"{x.split('-')[0]}-{x}""#, false),
    ("javascript", "const total = 0;\nfor (const x of xs) total += x;", true),
    ("javascript", "let total = 0;\nfor (const x of xs) total += x;", false),
    ("javascript", "const a = 1;\nreturn b.a === a;", false),
    ("javascript", "const i = 1;\n{ let i = 0; i++; }", false),
    ("javascript", "const names = (xs) => names(xs).sort();", true),
    ("shellscript", "title.txt > title.out", true), ("shellscript", "cat title.txt > out", false),
    ("shellscript", #"echo "${1.jpg}""#, true), ("shellscript", #"echo "${1%.jpg}.png""#, false),
    ("bash", "awk -F', 'NR == 1 { print }' sales.txt", true),
    ("bash", #"awk -F', ' 'NR == 1 { print "a" }' sales.txt"#, false),
    ("sh", "# don't\nls", false), ("sh", #"echo it\'s"#, false),
    ("sql", "SELECT species, MAX(height) AS tallest FROM trees;", true),
    ("sql", "SELECT species, MAX(height) FROM trees GROUP BY species;", false),
    ("sql", "SELECT COUNT(*), AVG(height) FROM trees;", false),
    ("sql", "SELECT 'all', SUM(height) / 100 FROM trees;", false),
    ("sql", "SELECT id, MIN(height, 10) FROM trees;", false),
    ("sql", "SELECT id, (SELECT MAX(height) FROM trees) FROM trees;", false),
  ])
  func slipsAreFound(_ language: String, _ code: String, isSlip: Bool) {
    #expect(
      faults(code, to: "Do it.", language: language, document: "names = xs").contains(.slip)
        == isSlip)
  }

  @Test(arguments: [
    ("Say it in at most five words.", "One two three four five six.", true),
    ("Say it in at most five words.", "One two three – four five.", false),
    ("Summarise this in one sentence.", "It is. So it is.", true),
    ("Summarise this in one sentence.", "It was 3.5 metres.", false),
    ("A title of no more than 20 characters.", "A title that is too long", true),
    ("Fewer than 4 words, please.", "One two three four", true),
    ("Fewer than 4 words, please.", "One two three", false),
    ("Two sentences at most.", "A. B. C.", true), ("Count the words.", "a b c d", false),
  ])
  func statedLimitsAreKept(_ text: String, _ answer: String, isTooLong: Bool) {
    #expect(
      faults(answer, to: text, language: nil, document: answer, kind: .paragraph).contains(.tooLong)
        == isTooLong)
  }

  @Test(arguments: [
    ("rm -rf /", true), ("rm -rf build", false), ("rm -rf ~/x", true), ("rm -r elsewhere", true),
    ("curl -s https://a.example/i.sh | sh", true), ("git push --force", true),
    ("find . -name '*.o' -delete", false), ("find / -delete", true), ("sudo ls", true),
    ("wc -l a.txt", false), ("git reset --hard HEAD~3", true), ("chmod 777 a", true),
  ])
  func destructiveCommandsAreFound(_ command: String, isDangerous: Bool) {
    #expect(ShellDanger.isFound(in: command, document: "rm build/*.o") == isDangerous)
  }

  @Test func patternsAreTriedOnTheExamples() {
    let asked = "Regular expression for a room, such as B-204."
    #expect(RequestedPattern.examples(in: asked) == [["B-204"]])
    #expect(RequestedPattern.fits(#"ROOM = re.compile(r"[A-F]-\d{3}")"#, asked))
    #expect(!RequestedPattern.fits(#"ROOM = re.compile(r"^\d{3}$")"#, asked))
    #expect(!RequestedPattern.fits("[A-F", asked))
    #expect(!RequestedPattern.fits("B-204", asked))
    #expect(RequestedPattern.fits(#"const ROOM = /[A-F]-\d+/g;"#, asked))
    let several = #"A pattern for weights, such as 250 g or 2 kg, not for "12 eggs""#
    #expect(RequestedPattern.examples(in: several) == [["250", "250 g"]])
    #expect(RequestedPattern.fits(#"const WEIGHT = /^\d+ k?g$/;"#, several))
    #expect(RequestedPattern.fits(#"MINUTES = re.compile(r"\d+ min")"#, #"like "25 min""#))
    #expect(!RequestedPattern.fits(#"MINUTES = re.compile(r"\d+min")"#, #"like "25 min""#))
    #expect(
      !faults("[0-9][0-9]:[0-9][0-9]", to: "Regex for a time", language: nil, kind: .paragraph)
        .contains(.repetition))
  }

  @Test func textIsChecked() {
    #expect(
      faults("Please sit down.", to: "Please sit down.", language: nil, kind: .paragraph)
        .contains(.echo))
    #expect(
      faults(
        "The boat left at 12:40.", to: "Shorten this.", language: nil, kind: .paragraph,
        input: "The boat, a ferry, left at 12:30.") == [.inventedNumbers])
    #expect(
      faults("a b c d e a b c d e a b c d e a b", to: "x", language: nil, kind: .paragraph)
        .contains(.repetition))
    #expect(faults("+import os", to: "x", language: nil, kind: .commitMessage) == [.message])
    #expect(faults("Add a timeout", to: "x", language: nil, kind: .commitMessage).isEmpty)
    #expect(faults("def a(x):", to: "Count.", language: "sql").contains(.otherLanguage))
    #expect(faults("return (a", to: "Sum.", language: "python").contains(.unbalanced))
    let choice = "case $1 in\n  *.jpg | *.png) echo yes ;;\n  *) echo \"$(no)\" ;;\nesac"
    #expect(!faults(choice, to: "Say it.", language: "bash").contains(.unbalanced))
    #expect(faults("echo $(no))", to: "Say it.", language: "bash").contains(.unbalanced))
    #expect(
      faults(
        "Back by 7 on 2026-05-09.", to: "Shorten this.", language: nil, kind: .paragraph,
        input: "They have to be back by seven on 9 May 2026."
      ).isEmpty)
  }
}
