/// What the first lines of a declaration say of it besides its name: attributes, decorators, modifiers.
/// Pure.
struct DeclarationMarks {
  /// From the first attribute to the line with the name.
  let lines: [String]
  let language: String

  private var attributes: ArraySlice<String> { lines.dropLast() }

  /// Whether it adds to a type that is declared elsewhere.
  var isExtension: Bool {
    let words = lines.last?.split { !$0.isLetter } ?? []
    return words.prefix(3).contains { $0 == "impl" || $0 == "extension" }
  }

  /// Whether it only gives another signature.
  var isOverload: Bool { attributes.contains { $0.hasPrefix("@") && $0.contains("overload") } }

  var isProperty: Bool { attributes.contains { $0.hasPrefix("@") && $0.contains("property") } }

  /// Whether an attribute makes a test of it.
  var isMarkedTest: Bool {
    lines.contains { line in
      ["@Test", "#[test", "::test]", "::test(", "#[rstest", "@ParameterizedTest"].contains {
        line.contains($0)
      }
    }
  }

  /// Whether it is a test that does not run.
  private var isSkipped: Bool {
    attributes.contains { line in
      ["@Ignore", "@Disabled", "#[ignore", "mark.skip", "mark.xfail", "unittest.skip"].contains {
        line.contains($0)
      }
    }
  }

  /// Whether a function with tests around it is a test that runs, and no helper or stand-in of one.
  func isTest(named name: String) -> Bool {
    guard !isSkipped else { return false }
    let first = lines.last ?? ""
    return switch language {
    case "java", "kotlin": isMarkedTest || name.hasPrefix("test") && first.contains("void ")
    case "swift": isMarkedTest || name.hasPrefix("test") && first.contains("\(name)()")
    case "rust": isMarkedTest
    case "go": name.hasPrefix("Test") && first.contains("testing.")
    case "python": name.hasPrefix("test")
    default: true
    }
  }
}
