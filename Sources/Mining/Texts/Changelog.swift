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
  /// as when a release is prepared.
  static func entry(in file: Diff.File) -> String? {
    let added = file.hunks.flatMap(\.lines).filter(\.isAdded).map(\.text)
    let removed = file.hunks.flatMap(\.lines).filter { !$0.isAdded }
    var items: [[String]] = []
    for line in added {
      if isItem(line) {
        items.append([line.trimmingEnd])
      } else if line.trimmed.isEmpty || line.hasPrefix("#") {
        continue
      } else if let last = items.indices.last, line.hasPrefix(" ") {
        items[last].append(line.trimmingEnd)
      } else {
        return nil
      }
    }
    // An entry that was only reworded is about an earlier change.
    guard items.count == 1, let item = items.first,
      !removed.contains(where: { isItem($0.text) && !$0.text.trimmed.isEmpty })
    else { return nil }
    let entry = item.joined(separator: "\n")
    return entry.utf8.count >= 12 && entry.utf8.count <= 600 ? entry : nil
  }

  static func isItem(_ line: String) -> Bool {
    line.hasPrefix("- ") || line.hasPrefix("* ") || line.hasPrefix("+ ") || line.hasPrefix("  - ")
  }

  /// The entries of a file below their headings, for a project whose history does not tell which
  /// change each belongs to.
  static func entries(in text: SourceText) -> [(heading: String, entry: String, line: Int)] {
    let outline = MarkdownOutline(text)
    var found: [(heading: String, entry: String, line: Int)] = []
    for list in outline.lists() {
      for item in list.items where (12...400).contains(item.text.utf8.count) {
        found.append((list.heading, item.text, item.line))
      }
    }
    return found
  }
}
