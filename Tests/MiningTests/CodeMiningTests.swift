import Foundation
import Mining
import PromptPool
import Settings
import TestSupport
import Testing

@Suite struct CodeMiningTests {
  struct Sample: Sendable, CustomTestStringConvertible {
    var path: String
    var text: String
    var documentation: String
    /// How the code of the documented function begins, without its documentation.
    var code: String

    var testDescription: String { path }
  }

  static let samples = [
    Sample(
      path: "a.py",
      text: """
        import os

        def area(width, height=1):
            \"\"\"Return the area of a rectangle.

            Both sides are in metres.
            \"\"\"
            text = "def not_a_function():"
            return width * height

        print(area(2))
        """,
      documentation: "\"\"\"Return the area of a rectangle.\n\nBoth sides are in metres.\n\"\"\"",
      code: "def area(width, height=1):\n    text ="),
    Sample(
      path: "a.swift",
      text: """
        struct Shape {
          /// The area of the shape in square metres.
          @inlinable
          func area(scale: Double = 1) -> Double {
            let text = "}"
            return scale * width
          }
        }
        """,
      documentation: "/// The area of the shape in square metres.",
      code: "@inlinable\nfunc area(scale: Double = 1) -> Double {"),
    Sample(
      path: "a.ts",
      text: """
        const unit = 1;

        /**
         * Returns the area of a rectangle.
         * @param width in metres
         */
        export function area(width: number, height: number): number {
          return width * height; // }
        }
        """,
      documentation: "/**\n * Returns the area of a rectangle.\n * @param width in metres\n */",
      code: "export function area(width: number, height: number): number {"),
    Sample(
      path: "a.rs",
      text: """
        use std::fmt;

        /// Returns the area of a rectangle.
        #[inline]
        pub fn area<'a>(width: &'a f64, height: f64) -> f64 {
            let brace = '{';
            width * height
        }
        """,
      documentation: "/// Returns the area of a rectangle.", code: "#[inline]\npub fn area<'a>("),
    Sample(
      path: "a.go",
      text: """
        package shapes

        // Area returns the area of a rectangle.
        func Area(width, height float64) float64 {
        \treturn width * height
        }
        """,
      documentation: "// Area returns the area of a rectangle.", code: "func Area(width"),
    Sample(
      path: "a.c",
      text: """
        #include <stdio.h>

        /* Returns the area of a rectangle. */
        static double
        area(double width, double height)
        {
          const char *text = "{";
          return width * height;
        }
        """,
      documentation: "/* Returns the area of a rectangle. */", code: "static double\narea("),
    Sample(
      path: "a.cpp",
      text: """
        #include <vector>

        // Returns the sum of all values.
        template <typename T>
        T sum(const std::vector<T> &values) {
          T total{};
          for (auto value : values) { total += value; }
          return total;
        }
        """,
      documentation: "// Returns the sum of all values.", code: "template <typename T>\nT sum("),
    Sample(
      path: "A.java",
      text: """
        class A {
          /** Returns the area of a rectangle. */
          @Deprecated
          public static double area(double width, double height) {
            return width * height;
          }
        }
        """,
      documentation: "/** Returns the area of a rectangle. */",
      code: "@Deprecated\npublic static double area("),
    Sample(
      path: "a.rb",
      text: """
        class Shape
          # Returns the area of a rectangle.
          def area(width, height)
            return 0 if width.nil?
            width * height
          end
        end
        """,
      documentation: "# Returns the area of a rectangle.",
      code: "def area(width, height)\n  return 0"),
    Sample(
      path: "a.sh",
      text: """
        #!/bin/sh
        set -e

        # Prints the area of a rectangle.
        area() {
          echo "$(( $1 * ${2} ))"
        }
        """,
      documentation: "# Prints the area of a rectangle.", code: "area() {\n  echo"),
  ]

  @Test(arguments: samples, [true, false])
  func documentationBelongsToTheFunctionBelow(_ sample: Sample, hasCtags: Bool) throws {
    let repository = try ScratchRepository(hasGit: false)
    try repository.write(sample.text + "\n", sample.path)
    let pool = try PromptPool.inMemory()
    var environment = repository.environment
    if !hasCtags { environment["PATH"] = "/nowhere" }
    _ = try Miner(
      root: repository.root, settings: InstructionSettings(), environment: environment
    ).mine(into: pool, MiningOptions(sources: [.docs]))
    let found = try pool.exemplars(pool: "mined-docs")
    #expect(found.map(\.output) == [sample.documentation])
    #expect(found.first?.input.hasPrefix(sample.code) == true, "\(found.first?.input ?? "")")
    #expect(found.first?.instruction == "Document this function.")
    #expect(found.first?.origin.hasPrefix("file:\(sample.path)#") == true)
  }

  @Test(arguments: [
    "# TODO: write this function properly\ndef f(x):\n    y = x\n    return y\n",
    "# ---------------\n# Helpers of the tests\n# ---------------\n\ndef f(x):\n    return x\n",
    "def f(x):\n    \"\"\"Short.\"\"\"\n    return x\n",
    "# Copyright 2020 by somebody else\ndef f(x):\n    return x\n",
  ])
  func otherCommentsAreNone(_ text: String) throws {
    let repository = try ScratchRepository(hasGit: false)
    try repository.write(text, "a.py")
    #expect(try repository.mine(into: .inMemory(), .docs).total == 0)
  }

  @Test(arguments: samples)
  func lineEndsOfAnotherSystemMakeNoDifference(_ sample: Sample) throws {
    let repository = try ScratchRepository(hasGit: false)
    let text = "\u{FEFF}" + sample.text.replacingOccurrences(of: "\n", with: "\r\n") + "\r\n"
    try repository.write(text, sample.path)
    let pool = try PromptPool.inMemory()
    _ = try repository.mine(into: pool, .docs)
    #expect(try pool.exemplars(pool: "mined-docs").map(\.output) == [sample.documentation])
  }

  @Test func whatACommentSaysIsTheInstructionOfTheFunction() throws {
    let repository = try ScratchRepository(hasGit: false)
    try repository.write(Self.samples[0].text, "a.py")
    let pool = try PromptPool.inMemory()
    _ = try repository.mine(into: pool, .functions)
    let found = try #require(try pool.exemplars(pool: "mined-functions").first)
    #expect(found.instruction == "Return the area of a rectangle.")
    #expect(found.input == "def area(width, height=1):")
    #expect(found.output.hasPrefix("def area(width, height=1):\n    text ="))
    #expect(!found.output.contains("metres"))
    #expect(found.language == "python")
  }

  @Test func testsAreLinkedByNameAndCall() throws {
    let repository = try ScratchRepository()
    try repository.commit(
      "Add the shapes", "def area_of(width):\n    result = width * width\n    return result\n",
      in: "src/shapes.py")
    try repository.commit(
      "Test the shapes",
      """
      from shapes import area_of

      def test_area_of_a_square():
          assert area_of(2) == 4

      def test_area_of():
          assert other(2) == 4

      """, in: "tests/test_shapes.py")
    let pool = try PromptPool.inMemory()
    _ = try repository.mine(into: pool, .tests)
    let found = try pool.exemplars(pool: "mined-tests")
    #expect(found.map(\.output) == ["def test_area_of_a_square():\n    assert area_of(2) == 4"])
    #expect(found.first?.input.hasPrefix("def area_of(width):") == true)
    #expect(found.first?.origin == "file:tests/test_shapes.py#3")
  }

  // MARK: Staying current

  @Test func changedCodeMakesAVersionAndRemovedCodeRetires() throws {
    let repository = try ScratchRepository()
    let pool = try PromptPool.inMemory()
    let text = Self.samples[0].text
    try repository.commit("Add the area of rectangles", text, in: "a.py")
    try repository.commit("Add the other file", Self.samples[1].text, in: "a.swift")
    _ = try repository.mine(into: pool, .docs)
    let before = try pool.exemplars(pool: "mined-docs", language: "python")
    try repository.commit(
      "Say more about the area", text.replacingOccurrences(of: "Both sides", with: "All sides"),
      in: "a.py")
    let changed = try repository.mine(into: pool, .docs)
    #expect(changed.changes[.docs]?.changed == 1)
    let after = try pool.exemplars(pool: "mined-docs", language: "python")
    #expect(after.map(\.id) == before.map(\.id) && after[0].version == 2)
    #expect(after[0].output.contains("All sides"))
    try FileManager.default.removeItem(at: repository.root.appending(path: "a.py"))
    try repository.git("commit", "--quiet", "--all", "-m", "Remove the area again")
    let removed = try repository.mine(into: pool, .docs)
    #expect(removed.changes[.docs]?.retired == 1 && removed.counts == [.docs: 1])
    #expect(try pool.exemplars(includingRetired: true).count == 2)
    try repository.git("checkout", "--quiet", "HEAD~1")
    #expect(try repository.mine(into: pool, .docs).counts == [.docs: 2])
  }

  /// The old names count no more.
  @Test func renamedFilesKeepTheirExemplars() throws {
    let repository = try ScratchRepository()
    for sample in Self.samples.prefix(3) { try repository.write(sample.text, "d/\(sample.path)") }
    try repository.commit("Add them")
    let pool = try PromptPool.inMemory()
    let counts = try repository.mine(into: pool, .docs).counts
    let texts = try pool.outputs(.docs)
    for (old, new) in [("d", "e"), ("e", "f"), ("f", "d"), ("d", "e")] {
      try repository.git("mv", old, new)
      #expect(try repository.mine(into: pool, .docs).counts == counts)
      #expect(try Set(pool.outputs(.docs)) == Set(texts))
      #expect(
        try pool.exemplars(pool: "mined-docs").allSatisfy { $0.origin.hasPrefix("file:\(new)/") })
    }
  }

  /// Of two that are the same, one is in the pool; when that goes, the other comes.
  @Test func theTwinOfWhatIsGoneComes() throws {
    let repository = try ScratchRepository()
    try repository.write(Self.samples[0].text, "a.py")
    try repository.commit("Have it twice", Self.samples[0].text, in: "b.py")
    let pool = try PromptPool.inMemory()
    #expect(try repository.mine(into: pool, .docs).counts == [.docs: 1])
    let path = try #require(try pool.exemplars(pool: "mined-docs").first?.origin).contains("a.py")
    try repository.git("rm", "--quiet", path ? "a.py" : "b.py")
    #expect(try repository.mine(into: pool, .docs).counts == [.docs: 1])
    let left = try #require(try pool.exemplars(pool: "mined-docs").first)
    #expect(left.origin.hasPrefix(path ? "file:b.py#" : "file:a.py#"))
  }

  /// What became the same as another exemplar is not kept as it was.
  @Test func whatBecomesATwinIsNoLongerThere() throws {
    let repository = try ScratchRepository()
    let other = Self.samples[0].text.replacing("return ", with: "total = 7\n    return total * ")
    try repository.write(Self.samples[0].text, "a.py")
    try repository.commit("Have two", other, in: "b.py")
    let pool = try PromptPool.inMemory()
    #expect(try repository.mine(into: pool, .docs).counts == [.docs: 2])
    try repository.commit("Make both alike", Self.samples[0].text, in: "b.py")
    let report = try repository.mine(into: pool, .docs)
    #expect(report.counts == [.docs: 1] && report.changes[.docs]?.retired == 1)
    #expect(try pool.exemplars(pool: "mined-docs").allSatisfy { !$0.input.contains("total = 7") })
  }

  /// Half of what a branch has left the pool with the last switch and comes back with this one.
  @Test func switchingBranchesKeepsTheCap() throws {
    let repository = try ScratchRepository()
    var generator = SplitMix(seed: 7)
    let letters = Array("abcdefghijklmnopqrstuvwxyz")
    func functions() -> String {
      (0..<300).map { _ in
        let words = (0..<8).map { _ in
          String((0..<6).map { _ in letters[Int.random(in: 0..<26, using: &generator)] })
        }
        let (name, argument, summary) = (words[0], words[1], words[2...].joined(separator: " "))
        return """
          def \(name)(\(argument)):
              \"\"\"Return the \(summary).\"\"\"
              return \(argument) + \(words[2])



          """
      }.joined()
    }
    let (one, other) = (functions(), functions())
    let pool = try PromptPool.inMemory()
    for (text, path) in [(one, "one.py"), (other, "other.py")] {
      try repository.commit("Write \(path)", text, in: path)
      let report = try repository.mine(into: pool, .docs)
      #expect(report.counts[.docs] ?? 0 >= 300)
      try FileManager.default.removeItem(at: repository.root.appending(path: path))
      _ = try repository.mine(into: pool, .docs)
    }
    try repository.git("checkout", "--quiet", "--", ".")
    try repository.commit("Have both", one, in: "one.py")
    let report = try repository.mine(into: pool, .docs)
    #expect(report.counts == [.docs: MiningSource.docs.cap])
  }

  @Test func authorsAndLicenceAreKept() throws {
    let repository = try ScratchRepository()
    try repository.write("Permission is hereby granted, free of charge, to any person", "LICENSE")
    try repository.commit("Add the area", Self.samples[0].text, in: "a.py", author: "Grace")
    let pool = try PromptPool.inMemory()
    _ = try repository.mine(into: pool, .docs, .commits)
    for source in [MiningSource.docs, .commits] {
      let entries = try pool.minedEntries(source: source.rawValue)
      #expect(entries.values.map(\.author) == ["Grace"])
      #expect(entries.values.map(\.licence) == ["MIT"])
    }
  }
}

@Suite struct FunctionAtLineTests {
  @Test func findsTheFunctionOfALine() throws {
    let text = CodeMiningTests.samples[1].text
    let found = try #require(
      FunctionAtLine(text: text, path: "a.swift", languageID: "swift", line: 4))
    #expect(found.name == "area" && found.noun == "function" && found.isDocumented)
    #expect(found.documentationLine == 2 && found.indentation == "  " && found.end == 6)
    let outer = try #require(
      FunctionAtLine(text: text, path: "a.swift", languageID: "swift", line: 0))
    #expect(outer.name == "Shape" && outer.noun == "type" && !outer.isDocumented)
  }

  @Test func pythonsDocumentationGoesInside() throws {
    let text = "class A:\n    def f(self, x):\n        return x\n"
    let found = try #require(
      FunctionAtLine(text: text, path: "a.py", languageID: "python", line: 2))
    #expect(found.name == "f" && found.documentationLine == 2)
    #expect(found.indentation == "        ")
  }

  @Test func nothingWhereThereIsNoFunction() {
    #expect(FunctionAtLine(text: "x = 1\n", path: "a.py", languageID: "python", line: 0) == nil)
    #expect(FunctionAtLine(text: "", path: "a", languageID: "plaintext", line: 0) == nil)
    #expect(FunctionAtLine(text: "def f(:\n", path: "a.py", languageID: "python", line: 9) == nil)
  }
}
