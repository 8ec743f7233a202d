import Languages

/// Instructions in Markdown and plain text: the paragraph that ends at the cursor, or stands above
/// it.
struct ProseDetection {
  private let text: TextBuffer
  private let cursor: Cursor
  private let language: Language?
  private let id: String
  private let lines: ProseLines
  private let openings: InstructionOpenings

  private static let longestParagraph = 60
  private static let longestBlock = 200

  init(
    text: TextBuffer, cursor: Cursor, language: Language?, id: String,
    openings: InstructionOpenings
  ) {
    self.openings = openings
    self.text = text
    self.cursor = cursor
    self.language = language
    self.id = id
    lines = ProseLines(text, language: language?.id ?? "", near: cursor.line)
  }

  func detect() throws(NoInstruction) -> Instruction {
    if cursor.line <= lines.frontMatterEnd { throw .frontMatter }
    if let region = lines.regions.region(at: cursor.line), region.last != cursor.line {
      return try inRegion(region)
    }
    if let found = try inMarkupComment() { return found }
    return text.isBlank(cursor.line) ? try belowParagraph() : try onParagraph()
  }

  // MARK: Code

  /// In a code block, its own language's comments are what asks.
  private func inRegion(_ region: CodeRegions.Region) throws(NoInstruction) -> Instruction {
    guard region.isCode, !region.language.isEmpty, cursor.line > region.first else { throw .markup }
    let known = LanguageTable.language(region.language)
    guard known?.form ?? .code == .code else { throw .markup }
    let end = region.last ?? text.lineCount
    guard region.first + 1 < end else { throw .markup }
    return try CommentDetection(
      text: text, cursor: cursor, id: known?.id ?? region.language, language: known,
      lines: region.first + 1..<end, openings: openings
    ).detect()
  }

  /// - Returns: `nil` where there is no comment.
  private func inMarkupComment() throws(NoInstruction) -> Instruction? {
    guard let language, language.comments != .init() else { return nil }
    do throws(NoInstruction) {
      var found = try CommentDetection(
        text: text, cursor: cursor, id: id, language: language, lines: 0..<text.lineCount,
        openings: openings
      ).detect()
      // What a comment in LaTeX asks for is LaTeX; of the others it is prose.
      if language.id != "latex" { found.language = nil }
      return found
    } catch {
      if error == .nothingHere { return nil }
      throw error
    }
  }

  // MARK: Paragraphs

  private func onParagraph() throws(NoInstruction) -> Instruction {
    if let reason = lines.reason(cursor.line) { throw reason }
    var last = cursor.line
    while last + 1 < text.lineCount, last - cursor.line < Self.longestParagraph,
      lines.isProse(last + 1)
    {
      last += 1
    }
    let end = text.line(cursor.line).upperBound
    let isAtEnd = last == cursor.line && text.isBlank(min(cursor.offset, end)..<end)
    let insertion = Instruction.Insertion(
      replacing: cursor.offset..<cursor.offset, prefix: "\n\n")
    return try instruction(endingAt: last, input: nil, insertion: isAtEnd ? insertion : nil)
  }

  private func belowParagraph() throws(NoInstruction) -> Instruction {
    var above = cursor.line - 1
    if above > 0, text.isBlank(above) { above -= 1 }
    guard above >= 0, !text.isBlank(above) else { throw .nothingHere }
    // A new paragraph needs an empty line between it and the one above.
    let separator = above == cursor.line - 1 ? "\n" : ""
    let insertion = text.insertion(onOwnLine: cursor, indentation: "", before: separator)
    guard let reason = lines.reason(above) else {
      return try instruction(endingAt: above, input: nil, insertion: insertion)
    }
    guard let (input, first) = block(endingAt: above), first > 0 else { throw reason }
    var last = first - 1
    if last > 0, text.isBlank(last) { last -= 1 }
    guard lines.isProse(last) else { throw reason }
    return try instruction(endingAt: last, input: input, insertion: insertion)
  }

  private func instruction(
    endingAt last: Int, input: String?, insertion: Instruction.Insertion?
  ) throws(NoInstruction) -> Instruction {
    let first = firstLine(ofParagraphEndingAt: last)
    guard !(first...last).contains(where: { text.isEndless($0) }) else { throw .tooLong }
    let contents = (first...last).map { text.lineText($0) }
    let said = unwrapped(contents)
    if let refusal = judgement.refusal(said, lines: contents) {
      guard refusal == .statement, input == nil,
        let found = askedAbove(first, last, said, insertion)
      else { throw refusal }
      return found
    }
    var about = input ?? ""
    if input == nil, first > 1, text.isBlank(first - 1), let above = block(endingAt: first - 2) {
      about = above.content
    }
    let start = text.content(first).lowerBound + text.indentation(first).utf8.count
    return Instruction(
      kind: .paragraph, range: start..<text.line(last).upperBound, text: said, input: about,
      language: nil, indentation: "", insertion: insertion)
  }

  private var judgement: InstructionJudgement {
    InstructionJudgement(language: language, place: .paragraph, openings: openings)
  }

  private func firstLine(ofParagraphEndingAt last: Int) -> Int {
    var first = last
    while first > 0, last - first < Self.longestParagraph, lines.isProse(first - 1) { first -= 1 }
    return first
  }

  /// “Rewrite this politely:” above a paragraph asks for something to be done with it.
  private func askedAbove(
    _ first: Int, _ last: Int, _ said: String, _ insertion: Instruction.Insertion?
  ) -> Instruction? {
    guard first > 1, text.isBlank(first - 1), lines.isProse(first - 2),
      text.trimmedLine(first - 2).hasSuffix(":")
    else { return nil }
    let above = firstLine(ofParagraphEndingAt: first - 2)
    let contents = (above...first - 2).map { text.lineText($0) }
    guard !contents.contains(where: { $0.utf8.count > TextBuffer.longestLine }),
      judgement.refusal(unwrapped(contents), lines: contents) == nil
    else { return nil }
    let start = text.content(above).lowerBound + text.indentation(above).utf8.count
    return Instruction(
      kind: .paragraph, range: start..<text.line(last).upperBound, text: unwrapped(contents),
      input: said, language: nil, indentation: "", insertion: insertion)
  }

  // MARK: Blocks that a paragraph is about

  /// The fenced or quoted block whose last line this is, and its first line.
  private func block(endingAt last: Int) -> (content: String, first: Int)? {
    if let region = lines.regions.region(at: last), region.last == last, region.isCode {
      guard last - region.first < Self.longestBlock, region.first + 1 <= last else { return nil }
      let contents = (region.first + 1..<last).map { text.lineText($0) }
      return (contents.joined(separator: "\n"), region.first)
    }
    guard text.trimmedLine(last).hasPrefix(">") else { return nil }
    var first = last
    while first > 0, last - first < Self.longestBlock, text.trimmedLine(first - 1).hasPrefix(">") {
      first -= 1
    }
    let contents = (first...last).map { text.trimmedLine($0).drop { $0 == ">" }.trimmed }
    return (contents.joined(separator: "\n"), first)
  }
}
