/// The elements of one JSON array, found by their brackets, so that only one is in memory.
///
/// After a broken element it goes on with the next line that begins an object.
struct JSONArrayReader: RecordReader {
  private enum State { case beforeArray, between, done }

  private let source: ByteReader
  private var state = State.beforeArray
  private var line = 1

  init(_ source: ByteReader) { self.source = source }

  mutating func next() throws -> RawRecord? {
    while state != .done, let byte = try source.next() {
      if byte == 0x0A { line += 1 }
      if byte <= 0x20 { continue }
      switch (state, byte) {
      case (.beforeArray, UInt8(ascii: "[")): state = .between
      case (.between, UInt8(ascii: ",")): continue
      case (.between, UInt8(ascii: "]")): state = .done
      case (.between, _): return try element(startingWith: byte)
      default:
        state = .done
        return RawRecord(line: line, content: .bad("the file does not begin with an array"))
      }
    }
    if state == .between {
      state = .done
      return RawRecord(line: line, content: .bad("the file ends before its array is closed"))
    }
    return nil
  }

  private mutating func element(startingWith first: UInt8) throws -> RawRecord {
    let start = line
    var bytes = [first]
    var depth = first == UInt8(ascii: "{") || first == UInt8(ascii: "[") ? 1 : 0
    var isInString = first == UInt8(ascii: "\"")
    var isEscaped = false
    var isTooLong = false
    while let byte = try source.peek() {
      if !isInString, depth == 0,
        byte == UInt8(ascii: ",") || byte == UInt8(ascii: "]") || byte <= 0x20
      {
        break
      }
      _ = try source.next()
      if byte == 0x0A {
        line += 1
        if isInString { return try broken(from: start) }
      }
      if bytes.count < longestRecord { bytes.append(byte) } else { isTooLong = true }
      if isInString {
        if isEscaped {
          isEscaped = false
        } else if byte == UInt8(ascii: "\\") {
          isEscaped = true
        } else if byte == UInt8(ascii: "\"") {
          isInString = false
        }
      } else {
        switch byte {
        case UInt8(ascii: "\""): isInString = true
        case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
        case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
        default: break
        }
      }
      if depth == 0, !isInString { break }
    }
    if isTooLong { return RawRecord(line: start, content: .bad("the record \(tooLong)")) }
    if depth > 0 || isInString {
      state = .done
      return RawRecord(line: start, content: .bad("the file ends within the record"))
    }
    return RawRecord(line: start, content: .json(bytes))
  }

  /// A line end within a string: the quotation marks cannot be trusted any more.
  private mutating func broken(from start: Int) throws -> RawRecord {
    let record = RawRecord(line: start, content: .bad("a line ends within a text"))
    while let byte = try source.peek() {
      if byte == UInt8(ascii: "{") { return record }
      if byte <= 0x20 {
        if byte == 0x0A { line += 1 }
        _ = try source.next()
      } else {
        while let skipped = try source.next(), skipped != 0x0A {}
        line += 1
      }
    }
    state = .done
    return record
  }
}
