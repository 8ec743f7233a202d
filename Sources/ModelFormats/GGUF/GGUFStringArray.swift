/// The strings of a metadata array, a view of the mapped file: tens of thousands of tokens cost
/// one pass over their lengths.
public struct GGUFStringArray: RandomAccessCollection, Sendable {
  /// The bytes of a string, UTF-8 by convention; valid as long as the array or its file lives.
  public typealias Element = UnsafeRawBufferPointer

  private let file: MappedFile
  /// The offset of each string's length.
  private let offsets: [Int]

  /// The lengths in `range` have been checked.
  init(_ file: MappedFile, _ range: Range<Int>, count: Int) {
    self.file = file
    var position = range.lowerBound
    offsets = [Int](unsafeUninitializedCapacity: count) { buffer, initializedCount in
      for index in 0..<count {
        buffer.initializeElement(at: index, to: position)
        position += 8 + Self.length(file, at: position)
      }
      initializedCount = count
    }
  }

  public var startIndex: Int { 0 }
  public var endIndex: Int { offsets.count }

  public subscript(position: Int) -> UnsafeRawBufferPointer {
    let offset = offsets[position]
    let start = offset + 8
    return UnsafeRawBufferPointer(
      rebasing: file.bytes[start..<start + Self.length(file, at: offset)])
  }

  /// The string at a position; ill-formed UTF-8 in it is repaired.
  public func string(at position: Int) -> String {
    String(decoding: self[position], as: UTF8.self)
  }

  private static func length(_ file: MappedFile, at offset: Int) -> Int {
    Int(UInt64(littleEndian: file.bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)))
  }
}
