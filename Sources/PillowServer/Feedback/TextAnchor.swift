/// A range of bytes that goes along with the edits of its document.
package struct TextAnchor: Sendable, Equatable {
  package private(set) var range: Range<Int>

  package init(_ range: Range<Int>) { self.range = range }

  /// What is inserted at its edges stays outside; what is inserted within belongs to it.
  package mutating func apply(_ edit: TextChange) {
    let delta = edit.inserted - edit.range.count
    func moved(_ offset: Int, isEnd: Bool) -> Int {
      if offset <= edit.range.lowerBound { return offset }
      if offset >= edit.range.upperBound { return offset + delta }
      return isEnd ? edit.range.lowerBound + edit.inserted : edit.range.lowerBound
    }
    var start = moved(range.lowerBound, isEnd: false)
    // An insertion right before it pushes it on.
    if edit.range.isEmpty, edit.range.lowerBound == range.lowerBound { start += edit.inserted }
    let end = max(start, moved(range.upperBound, isEnd: true))
    range = start..<end
  }
}

/// One edit, in the bytes of the text that it changes.
package struct TextChange: Sendable, Equatable {
  package var range: Range<Int>
  package var inserted: Int

  package init(range: Range<Int>, inserted: Int) {
    self.range = range
    self.inserted = inserted
  }
}
