import Foundation
import PromptPool

/// The definition that an instruction names: `Write a function area(width, height) that …`. Pure.
package struct RequestedDefinition: Sendable, Equatable {
  package var name: String
  /// Between the parentheses, as the instruction says them; nil where it says none.
  package var parameters: String?

  /// - Returns: nil where no name is given.
  package static func find(in instruction: String) -> RequestedDefinition? {
    let named =
      #/
      \b(?:[Ff]unction|[Mm]ethod|[Pp]rocedure|[Hh]elper|def|func)\s+
      (?:named\s+|called\s+)?[`"']?([A-Za-z_]\w*)
      /#
    guard let match = instruction.firstMatch(of: named) else { return nil }
    let name = String(match.1)
    guard !fillers.contains(name.lowercased()) else { return nil }
    let rest = instruction[match.range.upperBound...]
    return RequestedDefinition(name: name, parameters: parameters(rest))
  }

  /// Words that follow "function" and name nothing.
  private static let fillers: Set<String> = [
    "a", "an", "and", "at", "be", "below", "by", "can", "computing", "counting", "does", "for",
    "from", "has", "here", "if", "in", "into", "is", "it", "like", "must", "of", "on", "or",
    "printing", "returning", "returns", "should", "so", "takes", "taking", "that", "the", "this",
    "to", "using", "we", "when", "where", "which", "will", "with", "without",
  ]

  private static func parameters(_ rest: Substring) -> String? {
    guard rest.first == "(" else { return nil }
    var depth = 0
    for index in rest.indices {
      if rest[index] == "(" { depth += 1 }
      if rest[index] == ")" { depth -= 1 }
      if depth == 0 { return String(rest[rest.index(after: rest.startIndex)..<index]) }
    }
    return nil
  }

  /// How its definition starts, up to where the body begins; nil in a language whose definitions
  /// need more than name and parameters, such as types.
  package func opening(language: String?) -> String? {
    switch LanguageName.canonical(language) {
    case "python": parameters.map { "def \(name)(\($0)):" } ?? "def \(name)("
    case "javascript", "javascriptreact", "php":
      parameters.map { "function \(name)(\($0)) {" } ?? "function \(name)("
    case "shellscript": "\(name)() {"
    case "typescript", "typescriptreact": "function \(name)("
    case "ruby":
      parameters.map { $0.isEmpty ? "def \(name)" : "def \(name)(\($0))" } ?? "def \(name)"
    case "lua": parameters.map { "function \(name)(\($0))" } ?? "function \(name)("
    case "go", "swift": "func \(name)("
    case "rust": "fn \(name)("
    case "kotlin": "fun \(name)("
    default: nil
    }
  }
}
