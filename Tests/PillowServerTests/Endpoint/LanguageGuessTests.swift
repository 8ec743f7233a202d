import PillowServer
import Testing

struct LanguageGuessTests {
  @Test(arguments: [
    ("import os\n\n# List the files.\ndef files(path):\n", "python"),
    ("# Return the larger number.\n", "python"),
    ("use std::io;\n\n// Read a line.\nfn read() -> String {\n", "rust"),
    ("package main\n\n// Sum the numbers.\nfunc sum(a []int) int {\n", "go"),
    ("import Foundation\n\n// Sum the numbers.\nfunc sum(_ a: [Int]) -> Int {\n", "swift"),
    ("#include <stdio.h>\n\n// Print it.\nvoid show(int a) {\n", "c"),
    ("#include <vector>\nusing namespace std;\n// Sum it.\n", "cpp"),
    ("public class A {\n  // Sum it.\n  public int sum(int[] a) {\n", "java"),
    ("interface User {\n  name: string\n}\n// Sort the users.\n", "typescript"),
    ("const a = require('fs');\n// Sort the lines.\n", "javascript"),
    ("// Sort the lines.\n", "javascript"),
    ("require 'json'\n# Parse it.\ndef parse(text)\n  JSON.parse(text)\nend\n", "ruby"),
    ("<?php\n// Sum it.\n$a = 1;\n", "php"),
    ("#!/bin/bash\nset -e\n# List the files.\n", "shellscript"),
    ("CREATE TABLE a (b int);\n-- Count the rows per day.\n", "sql"),
    ("## Release notes\n\n- Write a paragraph about it.\n", "markdown"),
  ])
  func findsTheLanguage(_ text: String, _ expected: String) {
    #expect(LanguageGuess.candidates(text).first == expected)
  }

  @Test func hasAnAnswerForEverything() {
    for text in ["", "\n\n", "hello", "\u{0}", String(repeating: "x", count: 100_000)] {
      #expect(!LanguageGuess.candidates(text).isEmpty)
    }
  }
}
