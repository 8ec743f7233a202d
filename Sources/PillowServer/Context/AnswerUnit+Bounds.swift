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
        guard language != nil else { return line.trimmed.isEmpty }
        return AnswerCleaning.isPreambleOrBlank(line) || line.trimmed.hasPrefix("```")
          || mark.map { line.trimmed.hasPrefix($0) && self != .open } == true
      })
    guard !lines.isEmpty else { return Bounded(text: "", isComplete: false) }
    let end: Int?
    switch self {
    case .open: end = nil
    case .sentence:
      let end = SentenceEnds.followed(in: lines[0]).first
      return Bounded(
        text: String(lines[0][..<(end ?? lines[0].endIndex)]),
        isComplete: end != nil || lines.count > 1)
    case .paragraph: end = Self.firstEmpty(lines)
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

  // MARK: Prose

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
    for index in lines.indices.dropLast() {
      let line = lines[index].trimmed
      if line.isEmpty || line.hasPrefix("#") && index > 0 { return index }
      let words = line.split { $0.isWhitespace || $0 == ";" }.map(String.init)
      open += words.count { ["if", "for", "while", "until", "case", "{"].contains($0) }
      open -= words.count { ["fi", "done", "esac", "}"].contains($0) }
      let goesOn = ["\\", "|", "&&", "||", "("].contains { line.hasSuffix($0) }
      if open <= 0, !goesOn { return index + 1 }
    }
    return nil
  }

  // MARK: Blocks

  private static func endOfBody(_ lines: [String], _ family: CodeFamily) -> Int? {
    guard family == .braces || family == .shell else {
      let level = lines.first.map(Self.indentation) ?? 0
      let least =
        level == 0 ? lines.dropFirst().map(Self.indentation).filter { $0 > 0 }.min() : level
      for index in lines.indices.dropFirst().dropLast() where !lines[index].trimmed.isEmpty {
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
      for index in lines.indices.dropLast() {
        let line = lines[index].trimmed
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
