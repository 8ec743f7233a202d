extension AnswerUnit {
  /// The part of an answer that belongs to the unit.
  package struct Bounded: Sendable, Equatable {
    package var text: String
    /// Whether the unit has ended, so that nothing that follows would be kept.
    package var isComplete: Bool
  }

  /// Cuts an answer where the unit ends.
  ///
  /// - Parameters:
  ///   - answer: what there is of it; may still grow.
  ///   - language: of the answer, nil for prose.
  package func bound(_ answer: String, language: String?) -> Bounded {
    let mark = Self.commentMark(CodeFamily(language: language), language)
    let lines = Array(
      answer.lines.drop { line in
        // What a model says about its answer before it gives it.
        guard language != nil else { return AnswerCleaning.isPreambleOrBlank(line) }
        return AnswerCleaning.isPreambleOrBlank(line) || AnswerCleaning.isFence(line)
          || mark.map { line.trimmed.hasPrefix($0) && self != .open } == true
      })
    guard !lines.isEmpty else {
      // A preamble that nothing follows may be the answer.
      return Bounded(text: language == nil ? answer.trimmed : "", isComplete: false)
    }
    let end: Int?
    switch self {
    case .open: end = nil
    case .sentence:
      let end = SentenceEnds.followed(in: lines[0]).first
      return Bounded(
        text: String(lines[0][..<(end ?? lines[0].endIndex)]),
        isComplete: end != nil || lines.count > 1)
    case .paragraph: end = Self.endOfParagraph(lines)
    case .lines(let count):
      end = [Self.firstEmpty(lines), lines.count > count ? count : nil].compactMap(\.self).min()
    case .statement:
      end = Self.endOfStatement(lines, CodeFamily(language: language))
    case .body: end = Self.endOfBody(lines, CodeFamily(language: language))
    case .definition: end = Self.endOfDefinition(lines, CodeFamily(language: language))
    }
    guard let end else { return Bounded(text: lines.joined(separator: "\n"), isComplete: false) }
    return Bounded(text: lines[..<end].joined(separator: "\n"), isComplete: true)
  }

  private static func commentMark(_ family: CodeFamily, _ language: String?) -> String? {
    switch family {
    case .semicolon: "--"
    case .shell: "# "
    case .indentation: "#"
    case .braces, .endWords, .plain: nil
    }
  }

  private static func firstEmpty(_ lines: [String]) -> Int? {
    // The last line may only have begun.
    lines.indices.dropLast().first { lines[$0].trimmed.isEmpty }
  }

  /// A heading belongs to the paragraph below it.
  private static func endOfParagraph(_ lines: [String]) -> Int? {
    guard lines[0].hasPrefix("#"), lines[0].drop(while: { $0 == "#" }).first == " " else {
      return firstEmpty(lines)
    }
    let start = lines.indices.dropFirst().first { !lines[$0].trimmed.isEmpty } ?? lines.count
    return firstEmpty(Array(lines[start...])).map { start + $0 }
  }

  // MARK: Statements

  private static func endOfStatement(_ lines: [String], _ family: CodeFamily) -> Int? {
    if family == .semicolon {
      for index in lines.indices {
        let line = lines[index].trimmed
        if line.isEmpty, index < lines.count - 1 { return index }
        if line.hasPrefix("--") { return max(index, 1) }
        if line.hasSuffix(";") { return index + 1 }
      }
      return nil
    }
    var open = 0
    var document: String?
    for index in lines.indices.dropLast() {
      let line = lines[index].trimmed
      if let end = document {
        if line == end { return index + 1 }
        continue
      }
      document = hereDocument(line)
      if document != nil { continue }
      if line.isEmpty || line.hasPrefix("#") && index > 0 { return index }
      let words = line.split { $0.isWhitespace || $0 == ";" }.map(String.init)
      open += words.count { ["if", "for", "while", "until", "case", "{"].contains($0) }
      open -= words.count { ["fi", "done", "esac", "}"].contains($0) }
      let goesOn = ["\\", "|", "&&", "||", "("].contains { line.hasSuffix($0) }
      if open <= 0, !goesOn { return index + 1 }
    }
    return nil
  }

  /// What ends the text that a line of shell begins: `cat <<EOF`.
  private static func hereDocument(_ line: String) -> String? {
    guard line.contains("<<") else { return nil }
    return line.firstMatch(of: #/<<-?\s*["']?([A-Za-z_]\w*)["']?/#).map { String($0.1) }
  }

  // MARK: Blocks

  private static func endOfBody(_ lines: [String], _ family: CodeFamily) -> Int? {
    guard family == .braces || family == .shell else {
      let level = lines.first.map(Self.indentation) ?? 0
      let least =
        level == 0 ? lines.dropFirst().map(Self.indentation).filter { $0 > 0 }.min() : level
      let within = linesInStrings(lines)
      for index in lines.indices.dropFirst().dropLast()
      where !lines[index].trimmed.isEmpty && !within.contains(index) {
        let indentation = Self.indentation(lines[index])
        if indentation < least ?? 0, indentation < max(level, 1) || level == 0 {
          return withoutEmptyEnd(lines, index)
        }
        if family == .endWords, lines[index].trimmed == "end", indentation < max(level, 1) {
          return index
        }
      }
      return nil
    }
    var braces = BraceDepth(family)
    for index in lines.indices {
      braces.read(lines[index])
      if braces.hasUnderflown { return withoutEmptyEnd(lines, index) }
      if index > 0, braces.depth == 0, lines[index].trimmed.isEmpty, index < lines.count - 1 {
        return index
      }
    }
    return nil
  }

  private static func endOfDefinition(_ lines: [String], _ family: CodeFamily) -> Int? {
    let level = indentation(lines[0])
    switch family {
    case .indentation:
      var isOpen = BraceDepth(.braces)
      var hasHead = false
      let within = linesInStrings(lines)
      for index in lines.indices.dropLast() where !within.contains(index) {
        let line = lines[index].trimmed
        // A string of several lines ends where its statement does.
        if within.contains(index + 1), !hasHead, line.contains("=") || line.contains("(") {
          return (index + 1..<lines.count).first { !within.contains($0) }
        }
        if index > 0, !line.isEmpty, isOpen.depth == 0, indentation(lines[index]) <= level, hasHead
        {
          return withoutEmptyEnd(lines, index)
        }
        isOpen.readBrackets(lines[index])
        if isOpen.depth == 0, !line.isEmpty, !line.hasPrefix("@"), !line.hasPrefix("#") {
          // A constant is one statement; what opens a block has a body.
          if !hasHead, !line.hasSuffix(":") { return index + 1 }
          hasHead = true
        }
      }
      return nil
    case .braces, .shell:
      var braces = BraceDepth(family)
      for index in lines.indices {
        braces.read(lines[index])
        if braces.hasUnderflown { return max(index, 1) }
        let line = lines[index].trimmed
        if braces.depth == 0, braces.wasOpen,
          line.hasSuffix("}") || line.hasSuffix(";")
            || line.hasSuffix("},") || line.hasSuffix(")")
        {
          return index + 1
        }
        if braces.depth == 0, !braces.wasOpen, line.hasSuffix(";") { return index + 1 }
        if line.isEmpty, index > 0, braces.depth == 0, index < lines.count - 1 { return index }
      }
      return nil
    case .endWords:
      for index in lines.indices.dropFirst()
      where lines[index].trimmed == "end" && indentation(lines[index]) <= level {
        return index + 1
      }
      return nil
    case .semicolon, .plain: return firstEmpty(lines)
    }
  }

  /// Lines that begin within a string of several lines of Python's.
  private static func linesInStrings(_ lines: [String]) -> Set<Int> {
    var found: Set<Int> = []
    var open: String?
    for (index, line) in lines.enumerated() {
      if open != nil { found.insert(index) }
      var rest = line[...]
      while true {
        let marks = open.map { [$0] } ?? ["\"\"\"", "'''"]
        let next = marks.compactMap { mark in rest.firstRange(of: mark).map { (mark, $0) } }
          .min { $0.1.lowerBound < $1.1.lowerBound }
        guard let next else { break }
        open = open == nil ? next.0 : nil
        rest = rest[next.1.upperBound...]
      }
    }
    return found
  }

  private static func withoutEmptyEnd(_ lines: [String], _ end: Int) -> Int {
    var end = end
    while end > 1, lines[end - 1].trimmed.isEmpty || lines[end - 1].trimmed.hasPrefix("#") {
      end -= 1
    }
    return end
  }

  private static func indentation(_ line: String) -> Int {
    line.prefix { $0 == " " || $0 == "\t" }.count
  }
}
