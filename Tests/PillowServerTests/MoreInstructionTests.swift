import PillowServer
import Testing

@Suite struct BlockCommentTests {
  @Test(arguments: [
    ("<#\nParse a date\n#>\n|", "powershell"), ("<#\n.SYNOPSIS\nParse a date\n#>\n|", "powershell"),
    ("--[[\nParse a date\n--]]\n|", "lua"),
    ("--[==[ Parse a date ]==]\n|", "lua"), ("--[===[\nParse a date\n--]===]\n|", "lua"),
    ("%{\nParse a date\n%}\n|", "matlab"), ("#=\nParse a date\n=#\n|", "julia"),
    ("=begin\nParse a date\n=end\n|", "ruby"), ("=pod\nParse a date\n=cut\n|", "perl"),
    ("#|\nParse a date\n|#\n|", "racket"), ("(*\n * Parse a date\n *)\n|", "ocaml"),
    ("/-\nParse a date\n-/\n|", "lean"), ("{-\nParse a date\n-}\n|", "haskell"),
    ("{-| Parse a date -}\n|", "elm"), ("#[\nParse a date\n]#\n|", "nim"),
    ("###\nParse a date\n###\n|", "coffeescript"), ("{# Parse a date #}\n|", "jinja"),
    ("{{!-- Parse a date --}}\n|", "handlebars"), ("<%# Parse a date %>\n|", "erb"),
    ("/**\n * Parse a date\n **/\n|", "java"), ("/*! Parse a date */\n|", "cpp"),
    ("{/* Parse a date */}\n|", "typescriptreact"), ("/+ Parse a date +/\n|", "d"),
    ("/// <summary>\n/// Parse a date\n/// </summary>\n|", "csharp"), ("#' Parse a date\n|", "r"),
    ("//////// Parse a date\n|", "c"), ("(* Parse a date *)\n|", "applescript"),
  ])
  func closeInEachWay(marked: String, language: String) throws {
    // Some marks hold a bar: only the last one is the cursor.
    let text = String(marked.dropLast())
    try #require(marked.hasSuffix("|"))
    let found = InstructionDetector.detect(
      in: TextBuffer(text), languageID: language, at: text.utf8.count)
    #expect(found?.text == "Parse a date", "\(marked)")
  }

  @Test(arguments: [
    ("/* Parse a date /* by ISO 8601 */ strictly */\n|", "rust"),
    ("/*\n Parse a date\n /* by ISO 8601 */\n strictly\n*/\n|", "swift"),
    ("{- Parse a date {- by ISO 8601 -} strictly -}\n|", "haskell"),
    ("(* Parse a date (* by ISO 8601 *) strictly *)\n|", "ocaml"),
    ("#=\nParse a date #= by ISO 8601 =# strictly\n=#\n|", "julia"),
  ])
  func nestedCommentsAreWhole(marked: String, language: String) throws {
    let found = try #require(try detect(marked, language))
    #expect(found.text.hasPrefix("Parse a date"))
    #expect(found.text.hasSuffix("strictly"))
    #expect(found.range.lowerBound == 0)
  }

  @Test func anOpenNestedCommentIsOneToo() throws {
    let found = try #require(try detect("/* Parse /* ISO */ a date|\n", "swift"))
    #expect(found.text == "Parse /* ISO */ a date")
    #expect(found.insertion == nil)
    #expect(try detect("/* a */ b /* Parse a date */\n|", "swift") == nil)
  }

  @Test(arguments: [
    "def f():\n    R'''Parse a date.'''\n    |",
    "class A:\n    u\"\"\"\n    Parse a date.\n    \"\"\"\n    |",
    "def f(\n    x,\n):  # typed\n    \"\"\"Parse a date.\"\"\"\n    |",
    "\"\"\"Parse a date.\"\"\"\n|",
  ])
  func docstringsOfPython(marked: String) throws {
    #expect(try detect(marked, "python")?.text == "Parse a date.")
  }

  @Test(arguments: [
    "query = '''\nSelect all the users\n'''\n|",
    "run(\n    \"\"\"\n    Parse a date.\n    \"\"\"\n|",
    "x = 1\n\"\"\"Parse a date.\"\"\"\n|", "f(\"\"\"\nParse a date.\n\"\"\")\n|",
  ])
  func otherStringsAreValues(marked: String) throws {
    #expect(try detect(marked, "python") == nil)
  }

  @Test func docstringsOfElixirAndJulia() throws {
    let elixir = "  @moduledoc ~S\"\"\"\n  Parse a date.\n  \"\"\"\n  |"
    #expect(try detect(elixir, "elixir")?.text == "Parse a date.")
    #expect(try detect("x = \"\"\"\nParse a date.\n\"\"\"\n|", "elixir") == nil)
    #expect(try detect("\"\"\"\nParse a date.\n\"\"\"\n|", "julia")?.text == "Parse a date.")
  }

  @Test(arguments: [
    ("(defun f (x)\n  \"Parse a date.\"\n  |", "emacs-lisp", "(defun f (x)"),
    ("(cl-defun f (x)\n  \"Parse a date.\"\n  |\n  )", "elisp", "(cl-defun f (x)"),
    ("(defmacro f (x)\n  \"Parse a\ndate.\"\n  |", "lisp", "(defmacro f (x)"),
    ("(defn f\n  \"Parse a date.\"\n  |", "clojure", "(defn f"),
    ("(defn f\n  \"Parse a date.\"\n  [x]\n  |", "clojure", "(defn f\n  [x]"),
    ("(defun f (x)\n  \"Parse a\n  date.|", "lisp", ""),
    ("  @doc \"Parse a date.\"\n  def f(x) do\n    |\n  end", "elixir", "  def f(x) do"),
    ("  @doc \"Parse a date.\"\n  |", "elixir", ""),
    (
      "  @doc \"\"\"\n  Parse a date.\n  \"\"\"\n  def f(x) do\n    |\n  end", "elixir",
      "  def f(x) do"
    ),
    (
      "\"\"\"\nParse a date.\n\"\"\"\nfunction f(x)\n    |\nend\n", "julia", "function f(x)"
    ),
    ("\"\"\"Parse a date.\"\"\"\nfunction f(x)\n    |\nend\n", "julia", "function f(x)"),
    ("# Parse a date.\ndef f(x)\n  |\nend\n", "ruby", "def f(x)"),
    ("-- Parse a date.\nlocal function f(x)\n  |\nend\n", "lua", "local function f(x)"),
    (";; Parse a date.\n(defun f (x)\n  |", "emacs-lisp", "(defun f (x)"),
  ])
  func docstringsInAndAboveDefinitions(marked: String, language: String, input: String) throws {
    let found = try detect(marked, language)
    #expect(found?.text == "Parse a date.", "\(marked)")
    #expect(found?.input == input, "\(marked)")
  }

  @Test(arguments: [
    ("(message\n  \"Parse a date.\"\n  |", "emacs-lisp"),
    ("(defvar format\n  \"Parse a date.\"\n  |", "emacs-lisp"),
    ("(setq a ?\\\"\n      b \"Parse a date\n|", "emacs-lisp"),
    ("(def format\n  \"Parse a date.\"\n  |", "clojure"),
    ("  @format \"Parse a date.\"\n  |", "elixir"), ("x = \"Parse a date.\"\n|", "elixir"),
  ])
  func stringsElsewhereAreValues(marked: String, language: String) throws {
    #expect(try detect(marked, language) == nil, "\(marked)")
  }
}

@Suite struct FenceTests {
  @Test(arguments: [
    "```python\nCODE\n```", "~~~python\nCODE\n~~~", "````python\n```\nCODE\n````",
    "```{python}\nCODE\n```",
    "```{python, echo=FALSE}\nCODE\n```", "``` {.python .numberLines}\nCODE\n```",
    "~~~~ {.python}\nCODE\n~~~~",
    "```python title=\"a.py\"\nCODE\n```", "```python:a.py\nCODE\n```",
    "```{code-cell} python\nCODE\n```",
    "- item\n  ```python\n  CODE\n  ```", "1. ```python\n   CODE\n   ```", "```PY\nCODE\n```",
    "```python\nCODE",
    "{% highlight python %}\nCODE\n{% endhighlight %}", "{{{python\nCODE\n}}}",
    "```{{python}}\nCODE\n```",
  ])
  func everyFormHoldsCode(text: String) throws {
    let marked = "Text.\n\n" + text.replacing("CODE", with: "# Add two numbers.|")
    let found = try #require(try detect(marked, "quarto"), "\(text)")
    #expect(found.text == "Add two numbers.")
    #expect(found.language == "python")
  }

  @Test(arguments: [
    ("#+begin_src python\n# Add two numbers.|\n#+end_src\n", "org"),
    ("[source,python]\n----\n# Add two numbers.|\n----\n", "asciidoc"),
    (".. code-block:: python\n\n   # Add two numbers.|\n\nText\n", "rst"),
    ("\\begin{minted}{python}\n# Add two numbers.|\n\\end{minted}\n", "latex"),
    ("<syntaxhighlight lang=\"python\">\n# Add two numbers.|\n</syntaxhighlight>\n", "mediawiki"),
  ])
  func otherMarkupHoldsCodeToo(marked: String, language: String) throws {
    #expect(try detect(marked, language)?.language == "python", "\(marked)")
  }

  @Test func aFenceEndsOnlyWithItsOwnMark() throws {
    let text = "````text\n```\n````\n\nWrite a poem.\n\n|"
    #expect(try detect(text, "markdown")?.text == "Write a poem.")
    #expect(try detect("```\nWrite a poem.\n~~~\nMore text here.|\n```\n", "markdown") == nil)
    #expect(try detect("# Write\n```python\n|", "markdown") == nil, "a heading is no comment")
  }
}

@Suite struct RequestWordingTests {
  @Test(arguments: [
    "เขียนฟังก์ชันที่บวกเลขสองจำนวน", "សរសេរអនុគមន៍បូកលេខពីរ", "ຂຽນຟັງຊັນບວກເລກ", "ဂဏန်းနှစ်ခုပေါင်းသည့်ဖန်ရှင်ရေးပါ",
    "写一个计算两数之和的函数", "두 수를 더하는 함수를 작성하세요", "海についての俳句を書いてください", "Schreibe ein Gedicht über das Meer.",
    "Écris un poème sur la mer.", "Escribe un poema sobre el mar.", "Напиши стихотворение о море.",
    "Scrivi una poesia sul mare.", "Can you shorten this text?", "What is the capital of France?",
    "You are a poet. Write about the sea.", "For each line, give the number of words.",
    "A haiku about the sea", "- Write a list of fruit", "1. Translate it to German",
    "Please translate this.",
    "Task: summarise the text below.", "I want you to act as a critic.",
  ])
  func requestsInProse(text: String) throws {
    #expect(try detect(text + "\n\n|", "markdown")?.text.isEmpty == false, "\(text)")
  }

  @Test(arguments: [
    "Zwei Zahlen für die Summe addieren", "Returns the mean of a list", "ParseDate reads a date",
    "function that adds two numbers", "TODO(me): handle empty lists",
    "If x is empty, raise an error",
    "Using a loop, print all primes", "Let's sort the list by size", "二つの数を足します",
    "@brief Computes the mean",
    "Recursively delete a folder", "Read file line by line", "Sort numbers in ascending order",
    "First, open the file", "Could you write a test here?",
  ])
  func requestsInComments(text: String) throws {
    for language in ["c", "javascript"] {
      #expect(try detect("// \(text)\n|", language) != nil, "\(text)")
    }
  }
}

@Suite struct MoreCommitMessageTests {
  private func buffer(_ mark: String, _ message: String = "|") -> String {
    """
    \(message)
    \(mark) Lines that begin like this are ignored.
    \(mark)
    \(mark) Changes to be committed:
    \(mark)\tmodified:   cache.go
    \(mark)

    """
  }

  @Test(arguments: ["#", ";", "//", "@", "!", "%", "--", "##", "REM"])
  func theMarkIsReadOffTheFile(mark: String) throws {
    #expect(try detect(buffer(mark), "gitcommit")?.input == "modified:   cache.go")
    let body = try detect(buffer(mark, "#7 Cache more\n\n|\n"), "gitcommit")
    if mark.first != "#" { #expect(body?.text.contains("\"#7 Cache more\"") == true) }
    let scissors =
      buffer(mark) + "\(mark) ------------------------ >8 ------------------------\n+new\n"
    #expect(try detect(scissors, "gitcommit")?.input == "+new")
  }

  @Test(arguments: [
    (
      "|\nJJ: Change ID: abc\nJJ: This commit contains the following changes:\nJJ:     A cache.go\n",
      "jjdescription", "A cache.go"
    ),
    (
      "|\nHG: Enter commit message.\nHG: --\nHG: user: a\nHG: changed cache.go\n", "hgcommit",
      "changed cache.go"
    ),
    (
      "|\n--This line, and those below, will be ignored--\n\nM    cache.go\n", "svn",
      "M    cache.go"
    ),
  ])
  func otherSystemsHaveMarksToo(marked: String, language: String, input: String) throws {
    let found = try #require(try detect(marked, language))
    #expect(found.text == "Write a commit message for this change.")
    #expect(found.input == input)
  }

  @Test func aMessageThatIsThereIsFinished() throws {
    #expect(try detect(buffer("#", "Cache more\n\nIt is faster.\n|"), "gitcommit") == nil)
    #expect(try detect("Cache more\n\n|\n\nIt is faster.\n" + buffer("#", ""), "gitcommit") != nil)
  }
}

@Suite struct LongLineTests {
  private let image = "![c](data:image/png;base64,\(String(repeating: "A", count: 150_000)))"

  @Test func aLongLineIsOnlyInItsOwnWay() throws {
    for gap in ["\n\n", "\n\n" + String(repeating: "Text.\n\n", count: 30)] {
      let found = try detect(image + gap + "Write a poem.\n\n|", "markdown")
      #expect(found?.text == "Write a poem.")
    }
    #expect(try detect("x = \"\(image)\"\n# Add two numbers.|\n", "python") != nil)
    #expect(try detect("# Add \(image)\n|", "python") == nil)
    #expect(try detect(image + "|", "markdown") == nil)
  }

  @Test func aByteOrderMarkIsNoText() throws {
    #expect(try detect("\u{FEFF}# Add two numbers.\n|", "python")?.text == "Add two numbers.")
    #expect(try detect("\u{FEFF}### Instruction:\nAdd them up\n|", "markdown")?.kind == .alpaca)
  }
}
