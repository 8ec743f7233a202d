/// Labels that name a text which is to be written of the notes behind them: “Changelog entry: the
/// calendar can be printed, ticket 331”. People write such lines above the entries of a file that
/// has a form of its own.
enum TextLabel {
  /// Whether a line consists of such a label and of what the text is to say.
  static func namesWhatToWrite(_ line: String) -> Bool {
    guard let colon = line.firstIndex(of: ":") else { return false }
    let label = line[..<colon].lowercased().split(separator: " ").map(String.init)
    let notes = line[line.index(after: colon)...].split(separator: " ")
    guard (1...5).contains(label.count), notes.count >= 2, let kind = label.first else {
      return false
    }
    // A single “Note:” or “Subject:” heads a text that is there already.
    if label.count == 1 { return alone.contains(kind) }
    return alone.contains(kind) || label.prefix(3).contains { kinds.contains($0) }
  }

  /// Kinds of texts that need no second word.
  private static let alone: Set<String> = [
    "changelog", "headline", "haiku", "slogan", "standup", "stand-up", "tagline", "tweet",
  ]

  private static let kinds: Set<String> = [
    "announcement", "article", "bio", "blurb", "bullet", "caption", "card", "email", "entry",
    "headline", "log", "message", "minutes", "note", "notes", "post", "report", "row", "summary",
    "ticket", "title", "update",
  ]
}
