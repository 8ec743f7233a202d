/// How deep in braces a piece of code is, read line by line; strings and comments do not count.
struct BraceDepth {
  private(set) var depth = 0
  /// Whether any brace was opened so far.
  private(set) var wasOpen = false
  /// Whether more was closed than opened.
  private(set) var hasUnderflown = false
  private let commentMarks: [String]

  init(_ family: CodeFamily) {
    commentMarks = family == .shell || family == .indentation ? ["#"] : ["//"]
  }

  mutating func read(_ line: String) { read(line, opening: "{", closing: "}") }

  /// The same for brackets of all kinds.
  mutating func readBrackets(_ line: String) { read(line, opening: "([{", closing: ")]}") }

  private mutating func read(_ line: String, opening: String, closing: String) {
    var quote: Character?
    var isEscaped = false
    var rest = Substring(line)
    var previous: Character = " "
    while let character = rest.first {
      defer {
        rest = rest.dropFirst()
        previous = character
      }
      if isEscaped {
        isEscaped = false
      } else if character == "\\" {
        isEscaped = true
      } else if let open = quote {
        if character == open { quote = nil }
      } else if character == "\"" || character == "'" || character == "`" {
        // An apostrophe in prose closes nothing; the line's end does.
        quote = character
      } else if previous.isWhitespace, commentMarks.contains(where: rest.hasPrefix) {
        // `$#` in a shell script begins no comment.
        return
      } else if opening.contains(character) {
        depth += 1
        wasOpen = true
      } else if closing.contains(character) {
        depth -= 1
        if depth < 0 { hasUnderflown = true }
      }
    }
  }
}
