internal import Foundation

/// Reads a file line by line with bounded memory, whatever the lines' length.
struct LineReader {
  enum Line {
    /// Without its line end; not empty.
    case bytes([UInt8])
    case blank
    case tooLong
  }

  private let handle: FileHandle
  private let maximumLength: Int
  private let chunkSize = 1 << 16
  private var chunk: [UInt8] = []
  private var position = 0
  private var isAtStart = true
  private(set) var bytesRead = 0

  init(_ handle: FileHandle, maximumLength: Int) {
    self.handle = handle
    self.maximumLength = maximumLength
  }

  /// The next line; nil at the end. A byte-order mark and CR before LF are dropped.
  mutating func next() throws -> Line? {
    var line: [UInt8] = []
    var isTooLong = false
    var isAnything = false
    while true {
      if position == chunk.count {
        chunk = try [UInt8](handle.read(upToCount: chunkSize) ?? Data())
        position = 0
        bytesRead += chunk.count
        if chunk.isEmpty { return isAnything ? finish(line, isTooLong) : nil }
      }
      isAnything = true
      let end = chunk[position...].firstIndex(of: 0x0A)
      let piece = chunk[position..<(end ?? chunk.count)]
      if line.count + piece.count > maximumLength + 4 {
        isTooLong = true
        line = []
      } else if !isTooLong {
        line += piece
      }
      position = end.map { $0 + 1 } ?? chunk.count
      if end != nil { return finish(line, isTooLong) }
    }
  }

  private mutating func finish(_ bytes: [UInt8], _ isTooLong: Bool) -> Line {
    defer { isAtStart = false }
    var line = bytes
    if isAtStart, line.starts(with: [0xEF, 0xBB, 0xBF]) { line.removeFirst(3) }
    if line.last == 0x0D { line.removeLast() }
    if isTooLong || line.count > maximumLength { return .tooLong }
    return line.allSatisfy { $0 == 0x20 || $0 == 0x09 } ? .blank : .bytes(line)
  }
}
