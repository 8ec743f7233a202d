/// Files that tell users what changed, and the entries in them. Pure.
enum Changelog {
  static func isChangelog(_ path: String) -> Bool {
    let parts = path.lowercased().split(separator: "/")
    guard let name = parts.last else { return false }
    let stem = name.prefix { $0 != "." }
    let names: Set<Substring> = [
      "changelog", "changes", "history", "news", "releases", "release_notes", "release-notes",
      "releasenotes", "whatsnew", "change_log", "change-log",
    ]
    let ending = name.dropFirst(stem.count)
    guard ["", ".md", ".rst", ".txt", ".adoc", ".markdown"].contains(ending) else { return false }
    return names.contains(stem)
      || parts.dropLast().contains {
        ["changelog", "changes", "newsfragments", ".changes"].contains($0)
      }
  }

  /// The entry that a change adds: one list item with its further lines. Nil where there are several,
  /// as when a release is prepared, and where the change does more to the file than to add it: an
  /// entry that was only reworded is about an earlier change.
  static func entry(in file: Diff.File) -> String? {
    let hunks = file.hunks.map(\.lines).filter { lines in
      !lines.allSatisfy { $0.text.trimmed.isEmpty || MarkdownOutline.isLinkDefinition($0.text) }
    }
    guard hunks.count == 1, let lines = hunks.first,
      lines.allSatisfy({ $0.isAdded || $0.text.trimmed.isEmpty })
    else { return nil }
    var items: [[String]] = []
    for line in lines.filter(\.isAdded).map(\.text) {
      if isItem(line) {
        items.append([line.trimmingEnd])
      } else if line.hasPrefix("#") {
        // A release's heading: what stands below it was done before.
        if line.contains(where: \.isNumber) { return nil }
      } else if line.trimmed.isEmpty || MarkdownOutline.isLinkDefinition(line) {
        continue
      } else if let last = items.indices.last, line.hasPrefix(" ") {
        items[last].append(line.trimmingEnd)
      } else {
        return nil
      }
    }
    guard items.count == 1, let item = items.first else { return nil }
    let entry = SourceText.dedented(item.map { $0[...] })
    return entry.utf8.count >= 12 && entry.utf8.count <= 600 ? entry : nil
  }

  /// Whether a list thanks people instead of telling what changed.
  private static func isOfPeople(_ heading: String) -> Bool {
    let heading = heading.lowercased()
    return ["contributor", "thank", "credit", "acknowledg", "sponsor"].contains {
      heading.contains($0)
    }
  }

  static func isItem(_ line: String) -> Bool {
    line.hasPrefix("- ") || line.hasPrefix("* ") || line.hasPrefix("+ ") || line.hasPrefix("  - ")
  }

  /// The entries of a file below their headings, for a project whose history does not tell which
  /// change each belongs to.
  static func entries(in text: SourceText) -> [(heading: String, entry: String, line: Int)] {
    let outline = MarkdownOutline(text)
    var found: [(heading: String, entry: String, line: Int)] = []
    for list in outline.lists() where !isOfPeople(list.heading) {
      for item in list.items where (12...400).contains(item.text.utf8.count) {
        if item.text.contains("<img") { continue }
        found.append((list.heading, item.text, item.line))
      }
    }
    return found
  }
}
