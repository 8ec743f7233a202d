/// Reads little-endian values from mapped bytes, one after another, and never past the end.
struct ByteReader {
  let file: MappedFile
  private(set) var position = 0

  init(_ file: MappedFile) { self.file = file }

  var remaining: Int { file.bytes.count - position }

  mutating func integer<Value: FixedWidthInteger>(
    _ type: Value.Type, _ what: @autoclosure () -> String
  ) throws(ModelFormatError) -> Value {
    let start = try skip(MemoryLayout<Value>.size, what()).lowerBound
    return Value(littleEndian: file.bytes.loadUnaligned(fromByteOffset: start, as: Value.self))
  }

  /// The number of items that follow, each of which takes at least `minimumBytes`. A number that
  /// the rest of the file cannot hold is rejected before anything is allocated for it.
  mutating func count(
    ofAtLeast minimumBytes: Int, _ what: @autoclosure () -> String
  ) throws(ModelFormatError) -> Int {
    let count = try integer(UInt64.self, what())
    guard count <= UInt64(remaining / minimumBytes) else {
      throw damaged("\(what()) is \(count), more than the file can hold")
    }
    return Int(count)
  }

  /// The range of a length-prefixed string.
  mutating func string(
    _ what: @autoclosure () -> String
  ) throws(ModelFormatError) -> Range<Int> {
    let count = try count(ofAtLeast: 1, "the length of \(what())")
    return try skip(count, what())
  }

  @discardableResult
  mutating func skip(
    _ count: Int, _ what: @autoclosure () -> String
  ) throws(ModelFormatError) -> Range<Int> {
    guard count <= remaining else { throw damaged("it ends in \(what())") }
    defer { position += count }
    return position..<position + count
  }

  func damaged(_ reason: String) -> ModelFormatError {
    .damaged(path: file.path, reason: reason)
  }
}
