/// Many short byte strings in one block of memory: a vocabulary without one object per token.
public struct ByteStrings: Sendable {
  private var bytes: [UInt8] = []
  /// The end of each string, which is the start of the next.
  private var ends: [UInt32] = []

  public init() {}

  /// Creates strings with a closure that writes into memory with room for all remaining ones and
  /// returns the length.
  init(
    count: Int, byteCapacity: Int, _ write: (Int, UnsafeMutableBufferPointer<UInt8>) -> Int
  ) {
    ends.reserveCapacity(count)
    bytes = Array(unsafeUninitializedCapacity: byteCapacity) { buffer, used in
      for index in 0..<count {
        used += write(index, UnsafeMutableBufferPointer(rebasing: buffer[used...]))
        ends.append(UInt32(used))
      }
    }
  }

  /// Number of strings.
  public var count: Int { ends.count }

  /// Bytes of all strings together.
  public var byteCount: Int { bytes.count }

  /// Adds a string at the end; all strings together have at most 4 GiB.
  public mutating func append(_ string: some Sequence<UInt8>) {
    bytes.append(contentsOf: string)
    ends.append(UInt32(bytes.count))
  }

  public subscript(index: Int) -> ArraySlice<UInt8> { bytes[range(index)] }

  /// Number of bytes of a string.
  func length(_ index: Int) -> Int { range(index).count }

  @inline(__always)
  func withBytes<Result>(
    of index: Int, _ body: (UnsafeBufferPointer<UInt8>) -> Result
  ) -> Result {
    bytes.withUnsafeBufferPointer { body(UnsafeBufferPointer(rebasing: $0[range(index)])) }
  }

  /// The bytes of neighbouring strings, one after another.
  @inline(__always)
  func withBytes<Result>(
    of indices: ClosedRange<Int>, _ body: (UnsafeBufferPointer<UInt8>) -> Result
  ) -> Result {
    let range = range(indices.lowerBound).lowerBound..<range(indices.upperBound).upperBound
    return bytes.withUnsafeBufferPointer { body(UnsafeBufferPointer(rebasing: $0[range])) }
  }

  /// Whether a string has these bytes.
  @inline(__always)
  func equals(_ index: Int, _ other: UnsafeBufferPointer<UInt8>) -> Bool {
    withBytes(of: index) { string in
      guard string.count == other.count else { return false }
      for position in 0..<string.count where string[position] != other[position] { return false }
      return true
    }
  }

  @inline(__always)
  private func range(_ index: Int) -> Range<Int> {
    (index == 0 ? 0 : Int(ends[index - 1]))..<Int(ends[index])
  }
}

extension ByteStrings: ExpressibleByArrayLiteral {
  public init(arrayLiteral elements: String...) {
    for element in elements { append(element.utf8) }
  }
}
