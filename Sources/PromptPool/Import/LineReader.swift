/// Reads a file line by line with bounded memory, whatever the lines' length.
struct LineReader {
  enum Line {
    /// Without its line end; not empty.
    case bytes([UInt8])
    case blank
    case tooLong
  }

  private let source: ByteReader
  private let maximumLength: Int

  init(_ source: ByteReader, maximumLength: Int) {
    self.source = source
    self.maximumLength = maximumLength
  }

  /// The next line; nil at the end. CR before LF is dropped.
  mutating func next() throws -> Line? {
    var line: [UInt8] = []
    var isTooLong = false
    var isAnything = false
    while let (piece, isEnd) = try source.pieceOfLine() {
      isAnything = true
      if line.count + piece.count > maximumLength + 1 {
        isTooLong = true
        line = []
      } else if !isTooLong {
        line += piece
      }
      if isEnd { break }
    }
    return isAnything ? finish(line, isTooLong) : nil
  }

  private func finish(_ bytes: [UInt8], _ isTooLong: Bool) -> Line {
    var line = bytes
    if line.last == 0x0D { line.removeLast() }
    if isTooLong || line.count > maximumLength { return .tooLong }
    return line.allSatisfy { $0 == 0x20 || $0 == 0x09 } ? .blank : .bytes(line)
  }
}
