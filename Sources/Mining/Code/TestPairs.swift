import Foundation
import PromptPool

/// Finds the tests of functions by their names: a test that is named after a function and calls it.
/// Pure.
struct TestPairs {
  /// One function or test of the project.
  struct Place: Sendable, Hashable {
    var path: String
    var language: String
    var declaration: Declaration
  }

  struct Pair: Sendable, Hashable {
    var function: Place
    var test: Place
  }

  private var functions: [String: [Place]] = [:]
  private var tests: [Place] = []

  init(_ places: [Place]) {
    for place in places where place.declaration.kind != .type {
      if Self.isTest(place) {
        tests.append(place)
      } else if FileRole(place.path) != .test, place.declaration.name.count >= 4 {
        let key = Self.family(place.language) + " " + Self.folded(place.declaration.name)
        functions[key, default: []].append(place)
      }
    }
  }

  /// One function may have any number of tests; a few show how it is tested.
  static let mostPerFunction = 4

  /// The candidates; whether the test really calls the function has still to be looked at.
  func pairs() -> [Pair] {
    tests.compactMap { test in
      function(of: test).map { Pair(function: $0, test: test) }
    }
  }

  private static func isTest(_ place: Place) -> Bool {
    let name = place.declaration.name
    let isNamed =
      name.hasPrefix("test_") || name.hasPrefix("test") || name.hasPrefix("Test")
      || name.hasSuffix("_test") || name.hasSuffix("Test")
    return FileRole(place.path) == .test
      ? isNamed || place.language == "swift" || place.language == "java"
      : place.language == "rust" && name.hasPrefix("test_")
  }

  private static func family(_ language: String) -> String {
    switch language {
    case "typescript", "typescriptreact", "javascript", "javascriptreact": "script"
    case "c", "cpp", "cuda": "c"
    default: language
    }
  }

  private static func folded(_ name: some StringProtocol) -> String {
    String(name).filter { $0 != "_" }.lowercased()
  }

  /// The words of a test's name without the one that says that it is a test.
  private static func words(_ name: String) -> [String] {
    var words: [String] = []
    for part in name.split(separator: "_") {
      var word = ""
      for character in part {
        if character.isUppercase, let last = word.last, !last.isUppercase {
          words.append(word)
          word = ""
        }
        word.append(character)
      }
      words.append(word)
    }
    words = words.map { $0.lowercased() }.filter { !$0.isEmpty }
    if words.first == "test" { words.removeFirst() }
    if words.last == "test" { words.removeLast() }
    return words
  }

  /// The function with the longest name that the test's name begins with, if there is only one of
  /// that name, or one beside the test's file.
  private func function(of test: Place) -> Place? {
    let words = Self.words(test.declaration.name)
    guard !words.isEmpty else { return nil }
    for count in stride(from: words.count, through: 1, by: -1) {
      let key = Self.family(test.language) + " " + words[..<count].joined()
      guard let found = functions[key] else { continue }
      // A single common word needs the whole name.
      if count == 1, words.count > 1, words[0].count < 6 { continue }
      if found.count == 1 { return found[0] }
      let stem = Self.stem(test.path)
      let near = found.filter { Self.stem($0.path) == stem }
      return near.count == 1 ? near[0] : nil
    }
    return nil
  }

  /// `tests/test_date.py` and `src/date.py` have the same.
  private static func stem(_ path: String) -> String {
    let name = path.split(separator: "/").last?.prefix { $0 != "." } ?? ""
    return words(String(name)).filter { $0 != "tests" && $0 != "spec" }.joined()
  }

  /// Whether a text calls a function by its name.
  static func calls(_ name: String, in code: String) -> Bool {
    var rest = code[...]
    while let range = rest.firstRange(of: name) {
      let before =
        range.lowerBound > code.startIndex ? code[code.index(before: range.lowerBound)] : " "
      let after = code[range.upperBound...].first { $0 != " " && $0 != "\n" } ?? " "
      let isWord = before.isLetter || before.isNumber || before == "_"
      if !isWord, "(<[!".contains(after) { return true }
      rest = rest[range.upperBound...]
    }
    return false
  }

  /// Whether a test has something of its own that is called like the function.
  private static func declares(_ name: String, _ code: String, _ language: String) -> Bool {
    let reader = DeclaringLine(language: language, isWithinType: false)
    return code.split(separator: "\n").contains { reader.find($0.trimmed)?.name == name }
  }

  /// The exemplar; nil when the test does not call the function, or one of them is too long.
  static func draft(function: CodePair, test: CodePair) -> ExemplarDraft? {
    let body = test.code
    // A definition of the same name is no call.
    let inner = body.split(separator: "\n", omittingEmptySubsequences: false).dropFirst()
      .joined(separator: "\n")
    let name = function.declaration.name
    guard calls(name, in: inner), body.utf8.count <= 1600,
      (2...60).contains(test.declaration.end - test.declaration.line + 1),
      test.marks.isTest(named: test.declaration.name), !declares(name, inner, test.text.language)
    else { return nil }
    // A constructor is called wherever there is an object, and a property is read.
    let type = function.declaration.scope.split { $0 == "." || $0 == ":" }.last
    guard let input = function.wholeInput, input != body, type != Substring(name),
      !function.marks.isProperty, !function.marks.isMarkedTest
    else { return nil }
    return ExemplarDraft(
      instruction: MinedInstruction.test, input: input, output: body, tags: ["mined", "test"],
      language: test.text.language)
  }
}
