// What the detections read in a text.

extension TextBuffer {
  /// Whether a line has nothing but whitespace.
  func isBlank(_ line: Int) -> Bool { isBlank(content(line)) }

  func isBlank(_ range: Range<Int>) -> Bool {
    bytes[range].allSatisfy { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
  }

  /// The whitespace at the beginning of a line.
  func indentation(_ line: Int) -> String {
    let range = content(line)
    let end = bytes[range].firstIndex { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t") }
    return text(of: range.lowerBound..<(end ?? range.upperBound))
  }

  func isIndented(_ line: Int) -> Bool {
    bytes[content(line)].first.map { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") } ?? false
  }

  /// The first byte of a line that is no whitespace; tells most lines apart without making strings.
  func firstByte(_ line: Int) -> UInt8? {
    bytes[content(line)].first { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t") }
  }

  /// Where a text stands in a range, without overlaps.
  func occurrences(of text: String, in range: Range<Int>) -> [Int] {
    let wanted = Array(text.utf8)
    var found: [Int] = []
    bytes.withUnsafeBufferPointer { bytes in
      var index = range.lowerBound
      while index + wanted.count <= range.upperBound {
        if bytes[index] == wanted[0],
          wanted.indices.allSatisfy({ bytes[index + $0] == wanted[$0] })
        {
          found.append(index)
          index += wanted.count
        } else {
          index += 1
        }
      }
    }
    return found
  }

  /// A longer line holds data, such as an image, and nothing that a person asks for.
  static let longestLine = 20_000

  func isEndless(_ line: Int) -> Bool { self.line(line).count > Self.longestLine }

  /// A line without whitespace at both ends; of an endless one only as much as tells what it is.
  func trimmedLine(_ line: Int) -> String {
    let range = content(line)
    guard range.count > Self.longestLine else { return text(of: range).trimmed }
    return text(of: range.lowerBound..<range.lowerBound + 200).trimmed
  }

  /// The whitespace before the cursor, on a line that has nothing else there.
  func blanks(before cursor: Cursor) -> String {
    text(of: line(cursor.line).lowerBound..<cursor.offset)
  }

  /// Where an answer goes that begins on the cursor's own line, after the whitespace that is there.
  func insertion(onOwnLine cursor: Cursor, indentation: String, before: String = "")
    -> Instruction.Insertion
  {
    let present = before.isEmpty ? blanks(before: cursor) : ""
    let lacking = indentation.hasPrefix(present) ? indentation.dropFirst(present.count) : ""
    return .init(replacing: cursor.offset..<cursor.offset, prefix: before + lacking)
  }
}

extension StringProtocol {
  /// Without whitespace at both ends.
  var trimmed: String {
    guard let first = firstIndex(where: { !$0.isWhitespace }),
      let last = lastIndex(where: { !$0.isWhitespace })
    else { return "" }
    return String(self[first...last])
  }
}

/// Puts wrapped lines together: one line a paragraph, list items on lines of their own.
func unwrapped(_ lines: [String]) -> String {
  var result = ""
  for line in lines.map(\.trimmed) {
    let isItem = line.hasPrefix("- ") || line.hasPrefix("* ") || line.hasPrefix("@")
    if line.isEmpty {
      if !result.isEmpty, !result.hasSuffix("\n") { result += "\n" }
    } else if result.isEmpty || result.hasSuffix("\n") {
      result += line
    } else {
      result += (isItem ? "\n" : " ") + line
    }
  }
  return result.trimmed
}
