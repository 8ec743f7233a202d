internal import Foundation

/// Reads a file as UTF-8 in chunks; its start can be looked at before anything is taken.
///
/// UTF-16 and UTF-32 are converted, byte-order marks are dropped, and the line ends of a file that
/// has carriage returns alone become line feeds.
final class ByteReader {
  private static let chunkSize = 1 << 16

  private let handle: FileHandle
  private var chunk: [UInt8] = []
  private var position = 0
  private var transcoder: TextTranscoder?
  private var hasCarriageReturnsOnly = false
  private var isAtEnd = false
  private(set) var bytesRead = 0

  init(_ handle: FileHandle) throws {
    self.handle = handle
    try fill()
    let (encoding, mark) = TextEncoding.recognise(chunk)
    if encoding == .utf8 {
      position = mark
    } else {
      var transcoder = TextTranscoder(encoding)
      chunk = transcoder.decode(Array(chunk[mark...]))
      self.transcoder = transcoder
    }
    hasCarriageReturnsOnly = !chunk.contains(0x0A) && chunk.dropLast().contains(0x0D)
    replaceCarriageReturns()
  }

  /// What is at hand of the file's start, at most 64 KiB.
  var start: ArraySlice<UInt8> { chunk[position...] }

  /// The next byte; nil at the end.
  @inline(__always)
  func next() throws -> UInt8? {
    if position == chunk.count {
      try fill()
      if chunk.isEmpty { return nil }
    }
    defer { position += 1 }
    return chunk[position]
  }

  /// The next byte without taking it.
  func peek() throws -> UInt8? {
    if position == chunk.count { try fill() }
    return position < chunk.count ? chunk[position] : nil
  }

  /// The bytes up to the next line feed, which is taken too, or to the end of the chunk.
  ///
  /// - Returns: nil at the end of the file.
  func pieceOfLine() throws -> (bytes: ArraySlice<UInt8>, isEnd: Bool)? {
    if position == chunk.count {
      try fill()
      if chunk.isEmpty { return nil }
    }
    let start = position
    let end = chunk.withUnsafeBytes { bytes -> Int? in
      guard let base = bytes.baseAddress,
        let found = memchr(base + start, 0x0A, bytes.count - start)
      else { return nil }
      return UnsafeRawPointer(found) - base
    }
    position = end.map { $0 + 1 } ?? chunk.count
    return (chunk[start..<(end ?? chunk.count)], end != nil)
  }

  private func fill() throws {
    position = 0
    repeat {
      chunk = isAtEnd ? [] : try [UInt8](handle.read(upToCount: Self.chunkSize) ?? Data())
      bytesRead += chunk.count
      let wasAtEnd = isAtEnd
      isAtEnd = chunk.isEmpty
      // At the end it hands out what is left of a character.
      if !wasAtEnd, let decoded = transcoder?.decode(chunk) { chunk = decoded }
    } while chunk.isEmpty && !isAtEnd
    replaceCarriageReturns()
  }

  private func replaceCarriageReturns() {
    guard hasCarriageReturnsOnly else { return }
    for index in chunk.indices where chunk[index] == 0x0D { chunk[index] = 0x0A }
  }
}
