internal import Foundation

/// Reads a file in chunks; its start can be looked at before anything is taken.
final class ByteReader {
  private static let chunkSize = 1 << 16

  private let handle: FileHandle
  private var chunk: [UInt8] = []
  private var position = 0
  private(set) var bytesRead = 0

  /// A byte-order mark at the start is dropped.
  init(_ handle: FileHandle) throws {
    self.handle = handle
    try fill()
    if chunk.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
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
    chunk = try [UInt8](handle.read(upToCount: Self.chunkSize) ?? Data())
    position = 0
    bytesRead += chunk.count
  }
}
