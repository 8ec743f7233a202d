import PillowServer
import Testing

/// Marks around a comment's words, as they are in use.
@Suite struct CommentMarkTests {
  private let words = "Write a function that adds two numbers."

  private func expect(
    _ text: String, _ language: String, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let text = text.replacing("W", with: words, maxReplacements: 1)
    #expect(
      found(text, language)?.text == words, "\(language): \(text)", sourceLocation: sourceLocation)
  }

  /// Finds the instruction where `¦` stands.
  private func found(_ marked: String, _ language: String) -> Instruction? {
    let parts = marked.split(separator: "¦", maxSplits: 1, omittingEmptySubsequences: false)
    return InstructionDetector.detect(
      in: TextBuffer(parts.joined()), languageID: language, at: parts[0].utf8.count)
  }

  @Test func blocksEndInEveryUsualWay() {
    expect("--[[ W ]]--\n¦", "lua")
    expect("--[[\nW\n]] --\n¦", "lua")
    expect("--[==[\nW\n]==]\n¦", "lua")
    expect("#{\nW\n#}\n¦", "octave")
    expect("%{\nW\n%}\n¦", "matlab")
    expect("##[\nW\n]##\n¦", "nim")
    expect("##[ W ]##\n¦", "nim")
    expect("#[[ W ]]\n¦", "cmake")
    expect("#[==[\nW\n]==]\n¦", "cmake")
    expect("\"\"\"\nW\n\"\"\"\n¦", "graphql")
    expect("def add():\n    '''\n    W\n    '''  # noqa\n    ¦", "python")
    expect("=begin comment\n\nW\n\n=end comment\n\n=cut\n¦", "perl")
  }

  @Test func marksAreNoWords() {
    expect("/* W **/\n¦", "c")
    expect("/**\n * W\n **/\n¦", "c")
    expect("/***********\n * W *\n ***********/\n¦", "c")
    expect("{#- W -#}\n¦", "jinja")
    expect("(***\nW\n***)\n¦", "ocaml")
    expect("{-\n - W\n -}\n¦", "haskell")
    expect("--[[\n-- W\n--]]\n¦", "lua")
    expect("%{\n% W\n%}\n¦", "matlab")
    expect("<##\nW\n##>\n¦", "powershell")
    expect("###*\n# W\n###\n¦", "coffeescript")
    expect("//- W\n¦", "pug")
    expect("# W\n¦", "mysql")
    expect("! W\n¦", "properties")
  }

  /// They stand between an instruction and what it is about, and say nothing of it.
  @Test func whatSpeaksToAToolIsLeftOut() {
    expect("# -*- coding: utf-8 -*-\n# W\n¦", "python")
    expect("// eslint-disable-next-line no-console\n// W\n¦", "javascript")
    expect("# noqa\n# W\n¦", "python")
    expect("#| echo: false\n# W\n¦", "r")
    expect("# W  # noqa: E501\n¦", "python")
    expect("// W\n//nolint\n¦", "go")
    expect("// W\n// @ts-ignore\n¦", "typescript")
    #expect(found("# noqa\n# type: ignore\n¦", "python") == nil)
  }

  @Test(arguments: [
    ("sql", "-- SELECT * FROM users;"),
    ("sql", "-- SELECT id, name\n--   FROM users\n--  WHERE age > 3;"),
    ("sql", "-- show tables"), ("sql", "-- order by name"), ("dockerfile", "# RUN apt-get update"),
    ("dockerfile", "# COPY src dst"), ("ruby", "# require 'json'"), ("ruby", "# puts total"),
    ("ruby", "# validates :name, presence: true"), ("ruby", "# include Comparable"),
    ("go", "// return nil, err"), ("go", "// return a == b"), ("python", "#return x, y"),
    ("python", "# return a + b"), ("javascript", "// delete obj[key]"),
    ("javascript", "// export default App"), ("typescript", "// import type { A } from 'b'"),
    ("typescript", "// let x: number"), ("javascriptreact", "// return <Foo />"),
    ("elixir", "# use GenServer"), ("ocaml", "(* open Printf *)"),
    ("haskell", "-- add :: Int -> Int -> Int"), ("vim", "\" set number"),
    ("vim", "\" call plug#begin()"), ("bat", "REM copy a.txt b.txt"),
    ("matlab", "% close all; clear all"),
    ("fortran", "! call add(a, b)"), ("fortran", "! print *, x"), ("asm", "; add eax, ebx"),
    ("asm", "; push rbp"), ("vb", "' Exit Sub"), ("cobol", "* MOVE A TO B."),
    ("shellscript", "# sort a | uniq"), ("shellscript", "# cut -d, -f1 names.csv"),
    ("shellscript", "# make install"), ("makefile", "# install: build"),
  ])
  func commentedOutCodeAsksForNothing(language: String, text: String) {
    #expect(found(text + "\n¦", language) == nil, "\(text)")
  }

  /// Words that begin code, too, begin instructions.
  @Test(arguments: [
    ("sql", "-- Show the names of all users."),
    ("sql", "-- Select the users that are older than 30."),
    ("sql", "-- Order the books by price."), ("dockerfile", "# Copy the sources and build them."),
    ("ruby", "# Include the totals in the report."), ("ruby", "# Print the total."),
    ("go", "// Return the longer of two strings."), ("python", "# Return a list of primes."),
    ("vim", "\" Set the number of columns to 80."),
    ("bat", "REM Copy all text files to the backup."),
    ("matlab", "% Close all figures, then clear the workspace."),
    ("asm", "; Add two numbers in registers."),
    ("vb", "' Set the title of the window."), ("makefile", "# Install the program and its manual."),
    ("shellscript", "# Make a backup of the folder."),
    ("javascript", "// Delete the user with this id."),
    ("fortran", "! Write the matrix to a file."), ("cobol", "* Move the totals to the report."),
    ("haskell", "-- Add a function that sums a list."),
    ("elixir", "# Use the cache to look up users."),
  ])
  func instructionsAsk(language: String, text: String) {
    #expect(found(text + "\n¦", language) != nil, "\(text)")
  }
}

/// Before Fortran 90, a letter or a star in the first column made a comment of a line.
@Suite struct FixedFormTests {
  @Test(arguments: ["C", "c", "*", "!"])
  func commentsBeginInTheFirstColumn(mark: String) throws {
    for (language, file) in [
      ("fortran", "a.f"), ("fortran", "A.FOR"), ("fortran", "a.f77"), ("fortran-fixed", ""),
      ("FortranFixedForm", ""), ("", "a.f"),
    ] {
      for gap in ["", " ", "\t", "     "] {
        let text = "\(mark)\(gap)Add two\n\(mark)\(gap)numbers.\n|"
        let found = try detect(text, language, file: file)
        #expect(found?.text == "Add two numbers.", "\(language) \(file): \(text)")
      }
    }
    let subroutine = "\(mark)  Add two numbers.\n      SUBROUTINE ADD(A, B)\n|"
    #expect(try detect(subroutine, "fortran-fixed")?.input == "      SUBROUTINE ADD(A, B)")
  }

  @Test(arguments: [
    ("      c = add(two, numbers)\n|", "fortran", "a.f"), ("      c add two\n|", "fortran", "a.f"),
    ("C Add two numbers.\n|", "fortran", "a.f90"), ("C Add two numbers.\n|", "fortran", ""),
    ("C     CALL ADD(TWO, NUMBERS)\n|", "fortran", "a.f"),
  ])
  func otherLinesAreCode(marked: String, language: String, file: String) throws {
    #expect(try detect(marked, language, file: file) == nil, "\(marked)")
  }
}

/// Requests in other words and languages.
@Suite struct OtherWordingTests {
  private func asks(_ text: String) throws -> Bool { try detect(text + "|", "markdown") != nil }

  @Test(arguments: [
    "Viết hàm cộng hai số", "Tulis fungsi yang menjumlahkan dua bilangan",
    "Napiš funkci, která sečte dvě čísla", "Scrie o funcție care adună două numere",
    "Come up with a slogan for a bakery.", "I need a short text about tea.",
    "Write a text about access to water.", "Explain how plans are made.",
    "Create a list of apps that are free.", "List the books that were sold.",
  ])
  func theseAsk(text: String) throws { #expect(try asks(text)) }

  @Test(arguments: [
    "Write access is restricted to admins.", "Create React App is deprecated.",
    "Explain plans are printed on request.", "Build numbers have four digits.",
  ])
  func theseState(text: String) throws { #expect(try !asks(text)) }
}
