/// Finds where a declaration ends, from its first line on. Pure.
struct BlockEnd {
  private static let longest = 2000

  let text: SourceText
  let form: BlockForm

  /// - Returns: the last line of the block that begins at a line; nil where there is none, as in a
  ///   declaration without a body.
  func end(from line: Int) -> Int? {
    switch form {
    case .indentation: indented(line)
    case .endWords: endWord(line)
    case .braces: braced(line)
    }
  }

  private var last: Int { text.lines.count - 1 }

  // MARK: Indentation

  /// The head may go on over several lines within parentheses.
  private func indented(_ start: Int) -> Int? {
    guard let own = text.indentation(start), let head = headEnd(start) else { return nil }
    var end = head
    var quote: String?
    for line in (head + 1)..<max(head + 1, min(text.lines.count, start + Self.longest)) {
      let wasQuoted = quote != nil
      quote = Self.quote(after: text.lines[line], within: quote)
      guard let width = text.indentation(line) else { continue }
      if !wasQuoted, width <= own { break }
      end = line
    }
    return end > head || text.trimmed(head).contains(": ") ? end : nil
  }

  /// The line whose colon opens the block.
  private func headEnd(_ start: Int) -> Int? {
    var depth = 0
    for line in start...min(last, start + 60) {
      let code = text.lines[line].prefix { $0 != "#" }
      for character in code {
        if "([{".contains(character) { depth += 1 }
        if ")]}".contains(character) { depth -= 1 }
      }
      if depth <= 0, code.trimmed.hasSuffix(":") || code.contains(": ") { return line }
    }
    return nil
  }

  /// The triple quotation mark that is still open behind a line.
  private static func quote(after line: Substring, within open: String?) -> String? {
    var open = open
    var rest = line
    if open == nil, !line.utf8.contains(where: { $0 == 0x22 || $0 == 0x27 }) { return nil }
    while !rest.isEmpty {
      if let mark = open {
        guard let end = rest.firstRange(of: mark) else { return open }
        rest = rest[end.upperBound...]
        open = nil
      } else {
        let marks = ["\"\"\"", "'''"].compactMap { mark in
          rest.firstRange(of: mark).map { (mark, $0) }
        }
        guard let first = marks.min(by: { $0.1.lowerBound < $1.1.lowerBound }) else { return nil }
        open = first.0
        rest = rest[first.1.upperBound...]
      }
    }
    return open
  }

  // MARK: End words

  private func endWord(_ start: Int) -> Int? {
    guard let own = text.indentation(start) else { return nil }
    for line in start..<min(text.lines.count, start + Self.longest) {
      let words = text.trimmed(line)
      if line == start, words.hasSuffix(" end") || words.hasSuffix("; end") { return line }
      guard line > start, let width = text.indentation(line), width <= own else { continue }
      let isEnd =
        words == "end" || words.hasPrefix("end ") || words.hasPrefix("end)")
        || words.hasPrefix("end,") || words.hasPrefix("end;")
      return width == own && isEnd ? line : nil
    }
    return nil
  }

  // MARK: Braces

  /// Whether a declaration is over without a body, as what a protocol requires is.
  private func isLastOfHead(_ line: Int, _ scanner: BraceScanner) -> Bool {
    guard !scanner.isWithinBrackets, line < last else { return false }
    let next = text.trimmed(line + 1)
    return next.isEmpty || next.hasPrefix("}") || next.hasPrefix("///") || next.hasPrefix("/**")
  }

  private func braced(_ start: Int) -> Int? {
    var scanner = BraceScanner(isShell: text.language == "shellscript")
    for line in start..<min(text.lines.count, start + Self.longest) {
      scanner.take(text.lines[line])
      if scanner.isClosed { return line }
      // `int f(int);` has no body, and a head does not go on forever.
      if !scanner.isOpen, scanner.isEnded || line - start > 40 || isLastOfHead(line, scanner) {
        return nil
      }
    }
    return nil
  }
}

/// Counts braces outside of strings and comments, line by line.
struct BraceScanner {
  private enum State { case code, block, string(UInt8) }

  let isShell: Bool
  private var state = State.code
  private var braces = 0
  private var others = 0
  /// Whether a brace was opened, and all of them closed.
  private(set) var isClosed = false
  private(set) var isOpen = false
  /// Whether a semicolon came before any brace.
  private(set) var isEnded = false
  /// Whether a parenthesis or a square bracket is open.
  var isWithinBrackets: Bool { others > 0 }

  init(isShell: Bool) { self.isShell = isShell }

  mutating func take(_ line: Substring) {
    let bytes = Array(line.utf8)
    var at = 0
    if case .string(let mark) = state, mark != UInt8(ascii: "`") { state = .code }
    while at < bytes.count, !isClosed {
      let byte = bytes[at]
      let next = at + 1 < bytes.count ? bytes[at + 1] : 0
      switch state {
      case .block:
        if byte == UInt8(ascii: "*"), next == UInt8(ascii: "/") {
          state = .code
          at += 1
        }
      case .string(let mark):
        if byte == UInt8(ascii: "\\") {
          at += 1
        } else if byte == mark {
          state = .code
        }
      case .code:
        if startsComment(byte, next, before: at > 0 ? bytes[at - 1] : 0x20) { return }
        takeCode(byte, next, bytes, &at)
      }
      at += 1
    }
  }

  private func startsComment(_ byte: UInt8, _ next: UInt8, before: UInt8) -> Bool {
    if isShell { return byte == UInt8(ascii: "#") && (before == 0x20 || before == 0x09) }
    return byte == UInt8(ascii: "/") && next == byte
  }

  private mutating func takeCode(_ byte: UInt8, _ next: UInt8, _ bytes: [UInt8], _ at: inout Int) {
    switch byte {
    case UInt8(ascii: "/") where next == UInt8(ascii: "*") && !isShell:
      state = .block
      at += 1
    case UInt8(ascii: "\""), UInt8(ascii: "`"): state = .string(byte)
    case UInt8(ascii: "'"):
      // A lifetime of Rust and an apostrophe are no strings: a character is closed nearby.
      let near = bytes[min(at + 1, bytes.count)..<min(bytes.count, at + (isShell ? 400 : 6))]
      if let close = near.firstIndex(of: byte) { at = close }
    case UInt8(ascii: "("), UInt8(ascii: "["): others += 1
    case UInt8(ascii: ")"), UInt8(ascii: "]"): others -= 1
    case UInt8(ascii: "{"):
      // `${x}` of a shell, and braces of arguments, open no body.
      if !isOpen, others > 0 { return skipBraces(bytes, &at) }
      braces += 1
      isOpen = true
    case UInt8(ascii: "}") where isOpen:
      braces -= 1
      isClosed = braces == 0
    case UInt8(ascii: ";") where !isOpen && others <= 0: isEnded = true
    default: break
    }
  }

  private func skipBraces(_ bytes: [UInt8], _ at: inout Int) {
    if let close = bytes[at...].firstIndex(of: UInt8(ascii: "}")) { at = close }
  }
}
