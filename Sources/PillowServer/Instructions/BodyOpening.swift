/// Lines that a body follows, told by how they begin and end. Pure.
enum BodyOpening {
  static func opensBody(_ line: String) -> Bool {
    endings.contains { line.hasSuffix($0) } || opensWithoutMark(line)
  }

  static func opensFunction(_ line: String) -> Bool {
    guard line.contains("(") else { return false }
    if opensWithoutMark(line) || line.hasPrefix("def") && line.hasSuffix(" do") { return true }
    guard line.hasSuffix(":") || line.hasSuffix("{") else { return false }
    let first = line.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
    return !others.contains(String(first)) && !line.hasPrefix("}")
  }

  /// `(defun mean (values)`
  static func isLispFunction(_ line: String) -> Bool {
    guard line.hasPrefix("(") else { return false }
    let word = line.dropFirst().prefix { !$0.isWhitespace }
    return lispFunctions.contains(String(word.hasPrefix("cl-") ? word.dropFirst(3) : word))
  }

  private static let endings = [
    ":", "{", "(", "=", "=>", "->", " do", " then", "begin", "is", "as",
  ]

  /// `function mean(values)` of Julia and Lua, `def mean(values)` of Ruby, and Lisp's.
  private static func opensWithoutMark(_ line: String) -> Bool {
    if isLispFunction(line) { return true }
    guard line.hasSuffix(")") else { return false }
    return functions.contains { line.hasPrefix($0) }
  }

  private static let functions = [
    "function ", "local function ", "def ", "macro ", "subroutine ", "SUBROUTINE ", "FUNCTION ",
  ]

  private static let lispFunctions: Set<String> = [
    "defun", "defmacro", "defsubst", "defmethod", "defgeneric", "defn", "defn-",
  ]

  /// What opens a block that is no function's.
  private static let others: Set<String> = [
    "case", "catch", "class", "do", "elif", "else", "enum", "except", "extension", "for", "foreach",
    "guard", "if", "impl", "interface", "match", "namespace", "protocol", "repeat", "struct",
    "switch", "trait", "try", "unless", "until", "when", "while", "with",
  ]
}
