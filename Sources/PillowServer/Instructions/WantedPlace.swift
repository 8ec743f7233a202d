import Languages

/// Whether the place of a comment asks for code, whatever its words say. Pure.
///
/// A noun phrase above code describes it: `# The mean of a list.` Where no code follows, it says what
/// is to be written: a docstring in an empty function, or a line among queries that each stand below
/// their comment.
struct WantedPlace {
  let text: TextBuffer
  let comments: Comments
  let language: Language?

  /// - Parameter place: the cursor's line.
  func asks(_ comment: Comments.Comment, cursor place: Int) -> Bool {
    let words = Words(comment.text).rest.filter { $0.text.contains(where: \.isLetter) }
    guard words.count >= 2, let last = words.last, !Self.goesOn.contains(last.plain) else {
      return false
    }
    return isInEmptyFunction(comment, place) || isWithoutQuery(comment, place)
  }

  /// Words that no phrase ends with.
  private static let goesOn = Verbs.words(
    "a an and as at by for from in into is of on or than that the their to where which whose with")

  // MARK: Functions

  private func isInEmptyFunction(_ comment: Comments.Comment, _ cursor: Int) -> Bool {
    let head = comment.lines.lowerBound - 1
    guard head >= comments.lines.lowerBound, cursor >= comment.lines.upperBound,
      Self.opensFunction(text.trimmedLine(head))
    else { return false }
    let outside = text.indentation(head).count
    guard text.indentation(comment.lines.lowerBound).count > outside else { return false }
    guard let next = nextLine(after: cursor) else { return true }
    return text.indentation(next).count <= outside
  }

  private static func opensFunction(_ line: String) -> Bool {
    guard line.hasSuffix(":") || line.hasSuffix("{"), line.contains("(") else { return false }
    let first = line.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
    return !others.contains(String(first)) && !line.hasPrefix("}")
  }

  /// What opens a block that is no function's.
  private static let others: Set<String> = [
    "case", "catch", "class", "do", "elif", "else", "enum", "except", "extension", "for", "foreach",
    "guard", "if", "impl", "interface", "match", "namespace", "protocol", "repeat", "struct",
    "switch", "trait", "try", "unless", "until", "when", "while", "with",
  ]

  // MARK: Queries

  private func isWithoutQuery(_ comment: Comments.Comment, _ cursor: Int) -> Bool {
    guard language?.id == "sql" else { return false }
    let (first, last) = (comment.lines.lowerBound, comment.lines.upperBound)
    guard cursor >= last, first == comments.lines.lowerBound || text.isBlank(first - 1) else {
      return false
    }
    // A heading stands above all of a section, and its first comment follows at a distance as well,
    // so another comment of the file has to stand right above its query.
    if let next = nextLine(after: cursor), !isComment(next) { return false }
    return comments.lines.dropLast().contains { line in
      isComment(line) && !comment.lines.contains(line) && !text.isBlank(line + 1)
        && !isComment(line + 1)
    }
  }

  private func isComment(_ line: Int) -> Bool {
    comments.leader(of: line) != nil || text.trimmedLine(line).hasPrefix("/*")
  }

  private func nextLine(after line: Int) -> Int? {
    (line + 1..<max(line + 1, comments.lines.upperBound)).first { !text.isBlank($0) }
  }
}
