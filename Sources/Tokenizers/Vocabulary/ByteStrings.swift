/// Many short byte strings in one piece of memory: a vocabulary without an object a token.
public struct ByteStrings: Sendable {
  private var bytes: [UInt8] = []
  /// Where each string ends; it starts where the one before ends.
  private var ends: [UInt32] = []

  public init() {}

  /// Number of strings.
  public var count: Int { ends.count }

  /// Bytes of all strings together.
  public var byteCount: Int { bytes.count }

  public mutating func reserve(strings: Int, bytes: Int) {
    ends.reserveCapacity(strings)
    self.bytes.reserveCapacity(bytes)
  }

  /// Adds a string at the end; all strings together have at most 4 GiB.
  public mutating func append(_ string: some Sequence<UInt8>) {
    bytes.append(contentsOf: string)
    ends.append(UInt32(bytes.count))
  }

  /// Adds a string that a closure writes byte by byte.
  mutating func append(writing write: (inout [UInt8]) -> Void) {
    write(&bytes)
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
