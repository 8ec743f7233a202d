import Languages
import PillowServer
import Testing

/// Finds the instruction where `|` stands.
func detect(_ marked: String, _ language: String, file: String = "") throws -> Instruction? {
  let parts = marked.split(separator: "|", maxSplits: 1, omittingEmptySubsequences: false)
  try #require(parts.count == 2, "the text has no cursor")
  return InstructionDetector.detect(
    in: TextBuffer(parts.joined()), languageID: language, at: parts[0].utf8.count, fileName: file)
}

@Suite struct CommentDetectionTests {
  private func found(_ marked: String, _ language: String = "python") throws -> Instruction {
    try #require(try detect(marked, language))
  }

  @Test func theEndOfALineComment() throws {
    let found = try found("x = 1\n  # Add two numbers.|\n")
    #expect(found.text == "Add two numbers.")
    #expect(found.language == "python")
    #expect(found.indentation == "  ")
    #expect(found.range == 8..<26)
    #expect(found.insertion == .init(replacing: 26..<26, prefix: "\n  "))
  }

  @Test func theLineBelow() throws {
    let found = try found("# Add two numbers.\n|")
    #expect(found.insertion == .init(replacing: 19..<19, prefix: ""))
    #expect(try self.found("# Add two numbers.\n\n|").text == "Add two numbers.")
    #expect(try detect("# Add two numbers.\n\n\n|", "python") == nil, "too far away")
  }

  @Test func theLineBelowGetsTheCommentsIndentation() throws {
    #expect(try found("    # Add two numbers.\n|").insertion?.prefix == "    ")
    #expect(try found("    # Add two numbers.\n  |").insertion?.prefix == "  ")
    let deeper = try found("# Add two numbers.\n    |")
    #expect(deeper.indentation == "    ")
    #expect(deeper.insertion?.prefix == "")
    let tabs = try found("  # Add two numbers.\n\t|")
    #expect(tabs.indentation == "\t", "what is there stays")
    #expect(tabs.insertion == .init(replacing: 22..<22, prefix: ""))
  }

  @Test func severalLinesAreOne() throws {
    let found = try found("# Add two\n# numbers\n#\n# and print.|")
    #expect(found.text == "Add two numbers\nand print.")
    #expect(found.range.lowerBound == 0)
  }

  @Test func anEmptyCommentLineMakesRoom() throws {
    let found = try found("  -- Add two numbers\n  -- |", "lua")
    #expect(found.text == "Add two numbers")
    #expect(found.insertion == .init(replacing: 21..<26, prefix: "\n  "))
  }

  @Test(arguments: ["# Add| two numbers.", "# Add two|\n# numbers.", "|# Add two numbers."])
  func withinACommentNothingCanBeInserted(text: String) throws {
    let found = try found(text)
    #expect(found.text == "Add two numbers.")
    #expect(found.insertion == nil)
  }

  @Test func blockComments() throws {
    let one = try found("/* Add two numbers. */|", "c")
    #expect(one.text == "Add two numbers.")
    #expect(one.insertion?.prefix == "\n")
    let doc = try found("  /**\n   * Adds two\n   * numbers.\n   */\n  |", "java")
    #expect(doc.text == "Adds two numbers.")
    #expect(doc.indentation == "  ")
    let open = try found("/* Add two numbers|\n", "c")
    #expect(open.text == "Add two numbers")
    #expect(open.insertion == nil)
    #expect(try found("<!-- Write a table. -->\n|", "html").text == "Write a table.")
    #expect(try detect("/* Add two numbers. */ int x;\n|", "c") == nil, "code ends the line")
  }

  @Test func aSignatureIsTheInput() throws {
    let found = try found("# Add two numbers.\ndef add(a, b):\n|")
    #expect(found.input == "def add(a, b):")
    #expect(found.indentation == "    ")
    #expect(found.insertion?.prefix == "    ")
    let swift = try self.found(
      "/// Adds.\n/// All numbers.\nfunc sum(\n  _ a: [Int]\n) -> Int {\n  |\n}", "swift")
    #expect(swift.text == "Adds. All numbers.")
    #expect(swift.input == "func sum(\n  _ a: [Int]\n) -> Int {")
    #expect(swift.indentation == "  ")
    #expect(try detect("# Add two numbers.\nx = 1\n|", "python") == nil, "no body is opened")
  }

  @Test func docstrings() throws {
    let found = try found("def add(a, b):\n    \"\"\"Add two numbers.\"\"\"\n    |")
    #expect(found.text == "Add two numbers.")
    #expect(found.input == "def add(a, b):")
    #expect(found.indentation == "    ")
    let long = try self.found("def f():\n    '''\n    Add two numbers.\n    '''\n    |")
    #expect(long.text == "Add two numbers.")
    let open = try self.found("def f():\n    \"\"\"Add two numbers|")
    #expect(open.text == "Add two numbers")
    #expect(open.insertion == nil)
  }

  @Test(arguments: [
    "#!/usr/bin/env python3|", "# -*- coding: utf-8 -*-|", "# noqa: E501 line|", "#|", "# ------|",
    "# TODO|", "# Copyright 2026 The authors|", "# SPDX-License-Identifier: MIT or so|",
    "x = 1  # add two numbers|", "x = 1\n|", "|", "\n\n|", "x = \"# add two numbers\"|",
    "# type: ignore this line|",
  ])
  func whatIsNoInstruction(text: String) throws {
    #expect(try detect(text, "python") == nil)
  }

  @Test func scriptsWithoutSpacesAreInstructionsToo() throws {
    #expect(try found("# 二つの数を足す関数|").text == "二つの数を足す関数")
  }

  @Test func theCommonLanguagesAreKnown() throws {
    let examples: [(String, [String])] = [
      (
        "// ",
        [
          "c", "cpp", "csharp", "java", "javascript", "typescript", "typescriptreact", "go",
          "rust", "swift", "kotlin", "scala", "dart", "php", "zig", "fsharp", "objective-c", "scss",
        ]
      ),
      ("/// ", ["rust", "swift", "csharp", "zig", "dart"]),
      (
        "# ",
        [
          "python", "ruby", "shellscript", "bash", "perl", "r", "julia", "yaml", "toml",
          "dockerfile", "makefile", "elixir", "cmake", "powershell", "nim", "nix", "php",
        ]
      ),
      ("-- ", ["sql", "lua", "haskell", "ada", "vhdl", "elm"]),
      ("% ", ["latex", "matlab", "erlang"]),
      (";; ", ["clojure", "lisp", "scheme", "emacs-lisp", "asm"]),
      ("' ", ["vb"]), ("! ", ["fortran"]), ("REM ", ["bat"]), ("\" ", ["vim"]), (".. ", ["rst"]),
      ("(* ", ["ocaml"]), ("<!-- ", ["html", "xml", "vue"]), ("/* ", ["css"]),
    ]
    let closings = ["(* ": " *)", "<!-- ": " -->", "/* ": " */"]
    for (leader, languages) in examples {
      for language in languages {
        let text = "\(leader)Add two numbers.\(closings[leader] ?? "")"
        for cursor in ["|", "\n|"] {
          let found = try #require(try detect(text + cursor, language), "\(language)")
          #expect(found.text == "Add two numbers.", "\(language)")
          #expect(found.insertion != nil, "\(language)")
        }
      }
    }
    #expect(examples.flatMap(\.1).allSatisfy { LanguageTable.language($0) != nil })
    #expect(LanguageTable.all.count >= 100)
  }

  /// Each way to write a comment, of each language that is known: at its end, below it, and within
  /// it.
  @Test func everyMarkerOfEveryLanguageIsKnown() throws {
    for language in LanguageTable.all.filter({ $0.form == .code }) {
      let syntax = language.comments
      #expect(!syntax.line.isEmpty || !syntax.block.isEmpty, "\(language.id)")
      let lines = syntax.line.map { ($0.hasSuffix(" ") ? $0 : $0 + " ", "") }
      let blocks = syntax.block.flatMap { block in
        block.openings.map { ($0 + " ", " " + block.close) }
      }
      for (open, close) in lines + blocks {
        let comment = "\(open)Add two numbers.\(close)"
        func found(_ below: String, _ cursor: Int) -> Instruction? {
          InstructionDetector.detect(
            in: TextBuffer(comment + below), languageID: language.id, at: cursor)
        }
        let end = comment.utf8.count
        for (below, cursor) in [("", end), ("\n", end + 1), ("\n  \nx", end + 3)] {
          #expect(found(below, cursor)?.text == "Add two numbers.", "\(language.id): \(comment)")
          #expect(found(below, cursor)?.insertion != nil, "\(language.id): \(comment)")
        }
        let within = found("", open.utf8.count + 3)
        #expect(
          within?.text == "Add two numbers." && within?.insertion == nil,
          "\(language.id): \(comment)")
      }
    }
  }

  @Test func unknownLanguagesAreGuessed() throws {
    #expect(try found("// Add two numbers.|", "brand-new").text == "Add two numbers.")
  }
}

@Suite struct ProseDetectionTests {
  @Test func theParagraphThatEnds() throws {
    let found = try #require(try detect("# Title\n\nWrite a\npoem.|", "markdown"))
    #expect(found.text == "Write a poem.")
    #expect(found.kind == .paragraph)
    #expect(found.language == nil)
    #expect(found.insertion?.prefix == "\n\n")
  }

  @Test func theParagraphAbove() throws {
    for language in ["markdown", "plaintext"] {
      let next = try #require(try detect("Write a poem.\n\n|", language))
      #expect(next.insertion?.prefix == "")
      let adjacent = try #require(try detect("Write a poem.\n|", language))
      #expect(adjacent.insertion?.prefix == "\n", "a paragraph needs an empty line before it")
    }
  }

  @Test func aBlockIsTheInput() throws {
    let below = try #require(
      try detect("Translate this.\n\n```text\nHallo\nWelt\n```\n\n|", "markdown"))
    #expect(below.text == "Translate this.")
    #expect(below.input == "Hallo\nWelt")
    let above = try #require(try detect("> Hallo\n> Welt\n\nTranslate this.|", "markdown"))
    #expect(above.input == "Hallo\nWelt")
  }

  @Test(arguments: [
    "# A long heading|", "| a | table row|", "Word|", "Write| a poem.\n\nMore.", "---\n|",
    "```\nwrite a poem|\n```",
  ])
  func whereNothingCanBeInserted(text: String) throws {
    #expect(try detect(text, "markdown")?.insertion == nil)
  }

  @Test func commentsInCodeBlocksAreOfTheirLanguage() throws {
    let found = try #require(try detect("Text\n\n```py\n# Add two numbers.|\n```\n", "markdown"))
    #expect(found.language == "python")
    #expect(found.text == "Add two numbers.")
  }

  @Test func markupCommentsInMarkdown() throws {
    let found = try #require(try detect("<!-- Write a poem. -->\n|", "markdown"))
    #expect(found.text == "Write a poem.")
    #expect(found.language == nil)
  }
}

@Suite struct AlpacaDetectionTests {
  private let file = """
    ### Instruction:
    Translate to German,
    politely.

    ### Input:
    Hello

    ### Response:

    """

  @Test func theResponseIsWanted() throws {
    let found = try #require(try detect(file + "|", "plaintext"))
    #expect(found.kind == .alpaca)
    #expect(found.text == "Translate to German,\npolitely.")
    #expect(found.input == "Hello")
    #expect(found.insertion?.prefix == "")
    let heading = try #require(try detect(file.dropLast() + "|", "markdown"))
    #expect(heading.insertion?.prefix == "\n")
  }

  @Test func aFilledResponseIsNot() throws {
    #expect(try detect(file + "Hallo|", "plaintext")?.insertion == nil)
  }

  @Test func withinTheInstructionNothingCanBeInserted() throws {
    let found = try #require(try detect("### Instruction:\nWrite a poem|\n", "plaintext"))
    #expect(found.text == "Write a poem")
    #expect(found.insertion == nil)
  }

  @Test func theNearestExampleCounts() throws {
    let two = file + "Hallo\n\n### Instruction\nCount to three.\n\n### Response\n|"
    let found = try #require(try detect(two, "markdown"))
    #expect(found.text == "Count to three.")
    #expect(found.input == "")
  }

  @Test(arguments: ["### Response:\n|", "### Instruction:\n\n### Response:\n|"])
  func withoutAnInstructionThereIsNothing(text: String) throws {
    #expect(try detect(text, "plaintext") == nil)
  }
}

@Suite struct CommitMessageDetectionTests {
  private let comments = """

    # Please enter the commit message for your changes.
    # Changes to be committed:
    #\tmodified:   a.txt
    #
    """
  private let diff = """

    # ------------------------ >8 ------------------------
    # Do not modify or remove the line above.
    diff --git a/a.txt b/a.txt
    -old
    +new
    """

  @Test func theMessageIsAskedForByTheEmptyFile() throws {
    let found = try #require(try detect("|" + comments + diff, "gitcommit"))
    #expect(found.kind == .commitMessage)
    #expect(found.text == "Write a commit message for this change.")
    #expect(found.input.hasPrefix("diff --git"))
    #expect(found.input.contains("+new"))
  }

  @Test func withoutADiffTheFilesAreTheInput() throws {
    let found = try #require(try detect("|" + comments, "", file: "COMMIT_EDITMSG"))
    #expect(found.input == "modified:   a.txt")
  }

  @Test func theBodyIsAskedForBelowTheSubject() throws {
    let found = try #require(try detect("Fix a\n\n|" + comments + diff, "git-commit"))
    #expect(found.text.contains("\"Fix a\""))
  }

  @Test(arguments: ["Fix|", "Fix a\n|"])
  func elsewhereNothingIsAsked(text: String) throws {
    #expect(try detect(text + comments + diff, "gitcommit") == nil)
  }
}

@Suite struct MoreKindsOfFilesTests {
  @Test(arguments: [
    ("% Write a table of primes.\n|", "latex", "Write a table of primes."),
    ("Write an abstract.|", "latex", "Write an abstract."),
    ("= Title\n\nWrite an introduction.\n\n|", "asciidoc", "Write an introduction."),
    ("Title\n=====\n\nWrite an introduction.|", "restructuredtext", "Write an introduction."),
    (".. Write a table of primes.|", "rst", "Write a table of primes."),
    ("* Title\nWrite an introduction.|", "org", "Write an introduction."),
    ("---\nmodel: x\n---\nWrite a haiku.|", "markdown", "Write a haiku."),
    ("%%sql\n-- Count the orders.\n|", "python", "Count the orders."),
    ("# %% Cell one\n# Add two numbers.\n|", "python", "Add two numbers."),
  ])
  func instructionsAreFound(marked: String, language: String, text: String) throws {
    #expect(try detect(marked, language)?.text == text)
  }

  @Test(arguments: [
    ("\\section{Write it}|", "latex"), ("= Write a title|", "asciidoc"), ("* Write it|", "org"),
    ("---\nname: write it|\n---\n", "markdown"), ("# %% Write it\n|", "python"),
  ])
  func markupIsNoInstruction(marked: String, language: String) throws {
    #expect(try detect(marked, language) == nil)
  }

  @Test func rolesOfPromptFiles() throws {
    let text = "system:\nYou are terse.\n\nuser:\nWrite a haiku.\n\nassistant:\n|"
    let found = try #require(try detect(text, "prompt"))
    #expect(found.text == "Write a haiku.")
    #expect(found.insertion != nil)
    #expect(try detect(text, "plaintext", file: "a.prompt.txt")?.text == "Write a haiku.")
    #expect(try detect(text, "python")?.kind != .alpaca)
  }

}

@Suite struct SurroundingTextTests {
  @Test func tokensAreEstimated() {
    #expect(SurroundingText.estimatedTokens("") == 0)
    #expect(SurroundingText.estimatedTokens("def add(a, b):") == 8)
  }

  @Test func whatDoesNotFitIsCutAtALine() {
    let text = (1...50).map { "line number \($0)" }.joined(separator: "\n")
    let fitted = SurroundingText.fitted(text, tokens: 20)
    #expect(text.hasPrefix(fitted + "\n"))
    #expect(SurroundingText.estimatedTokens(fitted) <= 20)
    #expect(SurroundingText.fitted("short", tokens: 20) == "short")
  }
}
