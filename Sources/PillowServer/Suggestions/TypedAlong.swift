/// What has been typed of an answer since it was asked for. Pure.
struct TypedAlong {
  /// The instruction as it was before.
  var instruction: Instruction
  /// The text without what was typed, and the typed text that came after.
  var before: TextBuffer
  var typed: String

  /// Takes away what stands between the place of an answer and the cursor, and looks for the
  /// instruction there.
  ///
  /// - Returns: `nil` when nothing was typed, or the request is not the same any more.
  static func find(
    _ key: AnswerCache.Key, from offset: Int, to cursor: Int, in document: Document,
    instruction: (Document, Int) -> Instruction?
  ) -> TypedAlong? {
    guard offset < cursor, cursor - offset < 4000, cursor <= document.text.bytes.count else {
      return nil
    }
    var before = document
    before.text.replace(offset..<cursor, with: "")
    guard let found = instruction(before, offset), found.request == key.request,
      found.insertion?.replacing.upperBound == offset
    else { return nil }
    return TypedAlong(
      instruction: found, before: before.text, typed: document.text.text(of: offset..<cursor))
  }

  /// The rest of an answer after what was typed; `nil` when that does not agree.
  func rest(of answer: String) -> PlacedText? {
    guard let placed = Placement.place(answer, for: instruction, in: before),
      placed.text.hasPrefix(typed), placed.text != typed, placed.replacing.isEmpty
    else { return nil }
    let cursor = placed.replacing.upperBound + typed.utf8.count
    return PlacedText(replacing: cursor..<cursor, text: String(placed.text.dropFirst(typed.count)))
  }

  /// Whether what is there of an answer so far agrees as far as both go.
  func fits(partial answer: String) -> Bool {
    guard !answer.isEmpty else {
      // Nothing is known but how it begins: below an instruction, for one, with the end of the
      // line.
      let prefix = instruction.insertion?.prefix ?? ""
      return prefix.hasPrefix(typed) || typed.hasPrefix(prefix)
    }
    guard let placed = Placement.place(answer, for: instruction, in: before) else { return true }
    return placed.text.hasPrefix(typed) || typed.hasPrefix(placed.text)
  }
}
