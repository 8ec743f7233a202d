import Foundation

/// The headings and lists of a Markdown document. Pure.
struct MarkdownOutline {
  struct Section {
    var level: Int
    var heading: String
    /// The last line of the heading.
    var line: Int
    /// The line behind its body, subsections left out.
    var end: Int
  }

  struct Item {
    var text: String
    var line: Int
    /// Whether nothing of it was left out.
    var isWhole = true
  }

  struct List {
    /// What introduces it: the line above that ends with a colon or is bold, or else the heading.
    var heading: String
    var items: [Item] = []
  }

  private let text: SourceText
  /// Lines of code, of front matter, and of one of several tabs.
  private let isLeftOut: [Bool]
  let sections: [Section]
  /// From the front matter, or the first heading of the first level.
  let title: String?

  init(_ text: SourceText) {
    self.text = text
    var reader = MarkdownLines()
    var isLeftOut: [Bool] = []
    var sections: [Section] = []
    func begin(_ level: Int, _ heading: String, _ line: Int, textBefore: Int) {
      if let last = sections.indices.last { sections[last].end = textBefore }
      sections.append(
        Section(level: level, heading: heading, line: line, end: text.lines.count))
    }
    for line in text.lines.indices {
      let trimmed = text.trimmed(line)
      isLeftOut.append(reader.leavesOut(trimmed, isFirst: line == 0))
      guard isLeftOut.last == false else { continue }
      if let level = Self.underlined(trimmed), line > 0, !isLeftOut[line - 1],
        text.trimmed(line - 1).first.map({ $0.isLetter || $0.isNumber }) == true,
        line == 1 || text.isBlank(line - 2)
      {
        begin(level, text.trimmed(line - 1), line, textBefore: line - 1)
      }
      let level = trimmed.prefix { $0 == "#" }.count
      let heading = trimmed.dropFirst(level)
      if (1...6).contains(level), heading.hasPrefix(" ") {
        begin(level, heading.trimmed, line, textBefore: line)
      }
    }
    self.isLeftOut = isLeftOut
    self.sections = sections
    title = reader.title ?? sections.first { $0.level == 1 }?.heading
  }

  /// The level of a heading that a line of `=` or `-` makes of the line above.
  private static func underlined(_ line: String) -> Int? {
    guard line.count >= 3, let mark = line.first, line.allSatisfy({ $0 == mark }) else {
      return nil
    }
    return mark == "=" ? 1 : mark == "-" ? 2 : nil
  }

  /// `[name]: target`, which stands at the end of a file for all of it.
  static func isLinkDefinition(_ line: some StringProtocol) -> Bool {
    line.trimmed.prefixMatch(of: #/\[[^\]]+\]: \S/#) != nil
  }

  func body(_ section: Section) -> String {
    var lines = text.lines[(section.line + 1)..<section.end]
    while let last = lines.last, last.trimmed.isEmpty || Self.isLinkDefinition(last) {
      lines.removeLast()
    }
    return lines.joined(separator: "\n").trimmed
  }

  /// Lists of the first level with at least two items, each item with its further lines. Items with
  /// code of their own are left out.
  func lists() -> [List] {
    var lists: [List] = []
    for (start, end, heading) in ranges {
      var heading = heading
      var list = List(heading: heading)
      func close() {
        list.items.removeAll { !$0.isWhole }
        if list.items.count > 1 { lists.append(list) }
        list = List(heading: heading)
      }
      for line in start..<end {
        let content = text.lines[line]
        if isLeftOut[line] {
          let last = list.items.count - 1
          if last >= 0, content.hasPrefix("  ") { list.items[last].isWhole = false }
        } else if content.hasPrefix("- ") || content.hasPrefix("* ") || content.hasPrefix("+ ") {
          list.items.append(Item(text: content.trimmingEnd, line: line))
        } else if !list.items.isEmpty, content.hasPrefix("  "), !text.isBlank(line) {
          let last = list.items.count - 1
          list.items[last].text += "\n" + content.trimmingEnd
        } else if !text.isBlank(line) {
          close()
          let words = text.trimmed(line)
          // A rule ends what the heading speaks of.
          if words.count >= 3, words.allSatisfy({ "-*_".contains($0) }) { heading = "" }
          list.heading = Self.introduction(words) ?? heading
        }
      }
      close()
    }
    return lists
  }

  /// `Fixes:` or `**Key features**`; a sentence names no list.
  private static func introduction(_ line: String) -> String? {
    let isBold = line.hasPrefix("**") && line.replacing(":", with: "").hasSuffix("**")
    guard isBold || line.hasSuffix(":"), line.split(separator: " ").count <= 4 else { return nil }
    let words = line.replacing("**", with: "").trimmed
    guard !words.hasSuffix(".") else { return nil }
    return words.hasSuffix(":") ? String(words.dropLast()) : words
  }

  private var ranges: [(Int, Int, String)] {
    let first = sections.first?.line ?? text.lines.count
    return [(0, first, "")] + sections.map { ($0.line + 1, $0.end, $0.heading) }
  }
}

/// Tells, line by line, what of a Markdown document is no running text.
private struct MarkdownLines {
  private var fence: Character?
  private var isFrontMatter = false
  private var isTab = false
  /// The front matter's.
  private(set) var title: String?

  mutating func leavesOut(_ line: String, isFirst: Bool) -> Bool {
    if isFirst, line == "---" {
      isFrontMatter = true
      return true
    }
    if isFrontMatter {
      if line == "---" || line == "..." { isFrontMatter = false }
      if line.hasPrefix("title:") {
        title = line.dropFirst(6).trimmed.trimmingCharacters(in: CharacterSet(charactersIn: "\"'"))
      }
      return true
    }
    let mark = line.hasPrefix("```") ? "`" : line.hasPrefix("~~~") ? "~" : nil as Character?
    if let mark, fence == nil || fence == mark {
      fence = fence == nil ? mark : nil
      return true
    }
    // The tab's name says what its text is about, and is seldom a part of it.
    if line.hasPrefix("<hfoption ") { isTab = true }
    defer { if line.hasPrefix("</hfoption>") { isTab = false } }
    return fence != nil || isTab
  }
}
