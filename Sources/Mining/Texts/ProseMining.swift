import Foundation
import PromptPool

/// Finds what repeats in the texts of a project: sections that several documents have, and lists
/// whose items have one form. Pure.
struct ProseMining {
  static let language = "markdown"
  private static let longest = 900
  private static let shortest = 40

  /// A heading with what stands below it.
  private struct Section {
    var path: String
    var title: String
    var heading: String
    var body: String
    var line: Int
  }

  private var sections: [Section] = []
  private var items: [MinedDraft] = []

  mutating func take(_ text: SourceText) {
    guard text.language == Self.language, !Changelog.isChangelog(text.path) else { return }
    let document = MarkdownOutline(text)
    let title = document.title ?? text.path
    func name(_ heading: String) -> String { heading.lowercased().filter(\.isLetter) }
    let counts = Dictionary(document.sections.map { (name($0.heading), 1) }, uniquingKeysWith: +)
    // Of a heading that a document has several times, nobody knows which one is meant.
    for section in document.sections where section.level > 1 && counts[name(section.heading)] == 1 {
      let body = document.body(section)
      // What a colon announces stands below another heading.
      if (Self.shortest...Self.longest).contains(body.utf8.count), !body.hasSuffix(":"),
        Self.isProse(body)
      {
        sections.append(
          Section(
            path: text.path, title: title, heading: section.heading, body: body,
            line: section.line))
      }
    }
    for list in document.lists() { takeList(list, document.title ?? "", text.path) }
  }

  /// A form repeats in many documents; that many of them show it.
  private static let mostPerHeading = 12

  /// Sentences and lists, no markup, quotation or code alone.
  private static func isProse(_ body: String) -> Bool {
    let lines = body.split(separator: "\n").map { $0.trimmed }.filter { !$0.isEmpty }
    let other = lines.count { line in
      ["<", "@", "```", "|", "![", "[!"].contains(where: line.hasPrefix) || line.hasSuffix("},")
    }
    return other * 2 <= lines.count && !body.contains("@article") && !body.contains("@misc")
  }

  /// Lists of `**term**: what it is`, where nearly all items have the form.
  private mutating func takeList(_ list: MarkdownOutline.List, _ title: String, _ path: String) {
    let terms = list.items.map { Self.term($0.text) }
    guard list.items.count >= 4, terms.count(where: { $0 != nil }) * 10 >= list.items.count * 9
    else { return }
    for (item, term) in zip(list.items, terms) {
      guard let term, item.text.utf8.count <= Self.longest,
        Self.withoutLinks(item.text).utf8.count >= term.utf8.count + 20
      else { continue }
      let place = list.heading.isEmpty ? "" : " of “\(list.heading)”"
      items.append(
        draft(
          "Write the list item about \(term)\(place).", title, item.text, path, item.line,
          key: "item \(list.heading) \(term)"))
    }
  }

  /// What an item is about: bold, code or a link, with a colon or a dash behind it.
  static func term(_ item: String) -> String? {
    guard
      let match = item.prefixMatch(
        of:
          #/[-*+] +(?:\*\*([^*]{2,60})\*\*|`([^`]{2,60})`|\[([^\]]{2,60})\]\([^)]*\)) ?(?::|-|–|—|,|\*\*:)/#
      )
        ?? item.prefixMatch(
          of: #/[-*+] +(?:\*\*([^*]{2,60}:)\*\*|`([^`]{2,60}:)`|\[([^\]]{2,60}:)\]) /#)
    else { return nil }
    let term = withoutLinks(match.output.1 ?? match.output.2 ?? match.output.3 ?? "")
    return term.hasSuffix(":") ? String(term.dropLast()) : term
  }

  /// With the words of links in place of the links.
  private static func withoutLinks(_ text: some StringProtocol) -> String {
    String(text).replacing(#/\[([^\]]*)\]\([^)]*\)/#) { $0.output.1 }
  }

  /// Sections whose heading at least three documents have, and the items of lists.
  func drafts() -> [MinedDraft] {
    let byHeading = Dictionary(grouping: sections) { $0.heading.lowercased() }
    let repeated = byHeading.values.filter { Set($0.map(\.path)).count >= 3 }
      .flatMap { $0.prefix(Self.mostPerHeading) }
    let found = repeated.map { section in
      draft(
        "Write the section “\(section.heading)”.", section.title, section.body, section.path,
        section.line, key: "section \(section.heading)")
    }
    return found + items
  }

  private func draft(
    _ instruction: String, _ input: String, _ output: String, _ path: String, _ line: Int,
    key: String
  ) -> MinedDraft {
    let bytes = Double(output.utf8.count)
    return MinedDraft(
      source: .prose, key: "\(path) \(key)",
      draft: ExemplarDraft(
        instruction: instruction, input: input, output: output, tags: ["mined", "prose"]),
      origin: "file:\(path)#\(line + 1)", path: path, author: nil, date: .distantPast,
      score: bytes < 400 ? 1 : 400 / bytes)
  }
}
