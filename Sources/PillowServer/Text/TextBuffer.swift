/// A document's text as UTF-8 with an index of its lines.
///
/// An edit moves bytes and shifts the starts of the lines behind it; only the lines that it touches
/// are scanned again. It is a value: a request keeps the text as it was when it came, whatever is
/// typed meanwhile.
package struct TextBuffer: Sendable, Equatable {
  package private(set) var bytes: [UInt8]
  package var whole: String { text(of: 0..<bytes.count) }
  /// The offset of each line's first byte. Lines end with `\n`, `\r\n` or `\r`, as LSP has it.
  private var lineStarts: [Int]

  package init(_ text: String) {
    bytes = Array(text.utf8)
    lineStarts = [0]
    Self.scan(bytes, 0..<bytes.count, into: &lineStarts)
  }

  package static func == (left: TextBuffer, right: TextBuffer) -> Bool {
    left.bytes == right.bytes
  }

  package var lineCount: Int { lineStarts.count }

  package var string: String { String(decoding: bytes, as: UTF8.self) }

  /// The bytes of a line, its end excluded.
  package func line(_ index: Int) -> Range<Int> {
    let start = lineStarts[index]
    guard index + 1 < lineStarts.count else { return start..<bytes.count }
    var end = lineStarts[index + 1] - 1
    if end > start, bytes[end] == UInt8(ascii: "\n"), bytes[end - 1] == UInt8(ascii: "\r") {
      end -= 1
    }
    return start..<end
  }

  package func text(of range: Range<Int>) -> String {
    String(decoding: bytes[range.clamped(to: 0..<bytes.count)], as: UTF8.self)
  }

  /// The text of a line, without the byte order mark that the first one may begin with.
  package func lineText(_ index: Int) -> String { text(of: content(index)) }

  /// The bytes of a line, without its end and a byte order mark.
  package func content(_ index: Int) -> Range<Int> {
    let range = line(index)
    guard index == 0, bytes.starts(with: Self.byteOrderMark) else { return range }
    return min(Self.byteOrderMark.count, range.upperBound)..<range.upperBound
  }

  private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

  /// The line that holds a byte offset.
  package func lineIndex(of offset: Int) -> Int {
    var low = 0
    var high = lineStarts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if lineStarts[middle] <= offset { low = middle } else { high = middle }
    }
    return low
  }

  /// Replaces a range of bytes, which is clamped to the text.
  package mutating func replace(_ range: Range<Int>, with text: String) {
    let range = range.clamped(to: 0..<bytes.count)
    // A line more on each side, since the edit may join or part a carriage return and a line feed.
    let first = max(0, lineIndex(of: range.lowerBound) - 1)
    let next = min(lineStarts.count, lineIndex(of: range.upperBound) + 3)
    let oldEnd = next < lineStarts.count ? lineStarts[next - 1] : bytes.count
    let kept = next < lineStarts.count ? next : lineStarts.count

    let new = Array(text.utf8)
    let delta = new.count - range.count
    bytes.replaceSubrange(range, with: new)
    var starts: [Int] = []
    Self.scan(bytes, lineStarts[first]..<oldEnd + delta, into: &starts)
    if delta != 0 {
      for index in kept..<lineStarts.count { lineStarts[index] += delta }
    }
    lineStarts.replaceSubrange(first + 1..<kept, with: starts)
  }

  /// Appends the start of each line that begins within the range or at its end.
  private static func scan(_ bytes: [UInt8], _ range: Range<Int>, into starts: inout [Int]) {
    bytes.withUnsafeBufferPointer { bytes in
      var index = range.lowerBound
      while index < range.upperBound {
        let byte = bytes[index]
        index += 1
        guard byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") else { continue }
        if byte == UInt8(ascii: "\r"), index < bytes.count, bytes[index] == UInt8(ascii: "\n") {
          index += 1
        }
        starts.append(index)
      }
    }
  }
}
