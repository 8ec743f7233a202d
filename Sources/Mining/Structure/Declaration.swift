/// A function or a type that a file declares. Lines are counted from 0.
struct Declaration: Codable, Sendable, Hashable {
  enum Kind: String, Codable, Sendable { case function, method, type }

  var name: String
  var kind: Kind
  /// The type or function that it is in; empty at the top level.
  var scope = ""
  /// Where its name stands.
  var line: Int
  /// Its last line; at most a guess where the file is broken.
  var end: Int

  /// Which one it is within its file, wherever it stands.
  var symbol: String { scope.isEmpty ? name : "\(scope).\(name)" }
}

/// How blocks are written in a language.
enum BlockForm: Sendable {
  case braces, indentation, endWords

  init?(_ language: String) {
    switch language {
    case "python", "cython", "mojo": self = .indentation
    case "ruby", "lua", "elixir", "julia", "crystal": self = .endWords
    case "c", "cpp", "cuda", "objective-c", "objective-cpp", "java", "javascript",
      "javascriptreact", "typescript", "typescriptreact", "swift", "rust", "go", "csharp", "kotlin",
      "scala", "php", "shellscript", "dart", "zig", "groovy", "d", "v", "metal", "opencl":
      self = .braces
    default: return nil
    }
  }
}

/// A file that is mined, in lines.
struct SourceText: Sendable {
  let path: String
  /// A language id.
  let language: String
  let lines: [Substring]

  init(path: String, language: String, text: String) {
    self.path = path
    self.language = language
    lines = text.drop { $0 == "\u{FEFF}" }
      .split(omittingEmptySubsequences: false, whereSeparator: \.isLineEnd)
  }

  /// The width of the white space that a line begins with; nil for a blank line. A tab counts eight.
  func indentation(_ line: Int) -> Int? {
    var width = 0
    for byte in lines[line].utf8 {
      switch byte {
      case 0x20: width += 1
      case 0x09: width += 8
      case 0x0D: continue
      default: return width
      }
    }
    return nil
  }

  func isBlank(_ line: Int) -> Bool { indentation(line) == nil }

  func trimmed(_ line: Int) -> String { lines[line].trimmed }

  /// Some lines without the white space that they have in common at the start.
  func text(_ range: ClosedRange<Int>) -> String { Self.dedented(Array(lines[range])) }

  static func dedented(_ lines: [Substring]) -> String {
    func blanks(_ line: Substring) -> Substring { line.prefix { $0 == " " || $0 == "\t" } }
    let filled = lines.filter { !$0.allSatisfy(\.isWhitespace) }
    guard var common = filled.first.map(blanks) else { return "" }
    for line in filled {
      while !line.hasPrefix(common) { common.removeLast() }
    }
    return lines.map { $0.hasPrefix(common) ? $0.dropFirst(common.count).trimmingEnd : "" }
      .joined(separator: "\n")
  }
}

extension Character {
  /// A carriage return and a line feed are one character.
  var isLineEnd: Bool { self == "\n" || self == "\r\n" }
}
