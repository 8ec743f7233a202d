package import LanguageServerProtocol

extension TextBuffer {
  /// The byte offset of a position. What lies beyond the end of a line is its end, what lies beyond
  /// the last line is the end of the text, and what lies within a character is its start.
  package func offset(of position: Position, in encoding: PositionEncoding) -> Int {
    guard position.line >= 0 else { return 0 }
    guard position.line < lineCount else { return bytes.count }
    let line = line(position.line)
    guard position.character > 0 else { return line.lowerBound }
    if encoding == .utf8 {
      var offset = line.lowerBound + min(position.character, line.count)
      while offset > line.lowerBound, offset < line.upperBound, bytes[offset] & 0xC0 == 0x80 {
        offset -= 1
      }
      return offset
    }
    var remaining = position.character
    var offset = line.lowerBound
    while offset < line.upperBound {
      let width = Self.width(bytes[offset])
      let units = encoding == .utf16 && width == 4 ? 2 : 1
      guard remaining >= units else { break }
      remaining -= units
      offset = min(offset + width, line.upperBound)
    }
    return offset
  }

  /// The position of a byte offset.
  package func position(of offset: Int, in encoding: PositionEncoding) -> Position {
    let offset = min(max(offset, 0), bytes.count)
    let index = lineIndex(of: offset)
    let line = line(index)
    let end = min(offset, line.upperBound)
    guard encoding != .utf8 else {
      return Position(line: index, character: end - line.lowerBound)
    }
    var units = 0
    var at = line.lowerBound
    while at < end {
      let width = Self.width(bytes[at])
      units += encoding == .utf16 && width == 4 ? 2 : 1
      at += width
    }
    return Position(line: index, character: units)
  }

  package func range(_ range: Range<Int>, in encoding: PositionEncoding) -> DocumentRange {
    DocumentRange(
      start: position(of: range.lowerBound, in: encoding),
      end: position(of: range.upperBound, in: encoding))
  }

  /// The bytes of the scalar that begins with this one. The text is valid UTF-8, since it came as a
  /// `String`.
  private static func width(_ lead: UInt8) -> Int {
    switch lead {
    case ..<0xC0: 1
    case ..<0xE0: 2
    case ..<0xF0: 3
    default: 4
    }
  }
}
