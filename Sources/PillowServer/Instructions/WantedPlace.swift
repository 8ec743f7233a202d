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

  /// Inside, or above its first line as documentation is.
  private func isInEmptyFunction(_ comment: Comments.Comment, _ cursor: Int) -> Bool {
    let (above, below) = (comment.lines.lowerBound - 1, comment.lines.upperBound + 1)
    let isInside =
      above >= comments.lines.lowerBound && BodyOpening.opensFunction(text.trimmedLine(above))
      && text.indentation(comment.lines.lowerBound).count > text.indentation(above).count
    guard cursor >= comment.lines.upperBound,
      isInside || below < cursor && BodyOpening.opensFunction(text.trimmedLine(below))
    else { return false }
    guard let next = nextLine(after: isInside ? cursor : below) else { return true }
    return text.indentation(next).count <= text.indentation(isInside ? above : below).count
  }

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
