/// JSON values that are found by their brackets, so that only one is in memory: the elements of an
/// array, also of all that an object has (`train` and `test`), or values one after another.
///
/// After a broken element it goes on with the next line that begins an object.
struct JSONValuesReader: RecordReader {
  private enum State { case beforeArray, inArray, betweenValues, done }

  private let source: ByteReader
  private let isWrapped: Bool
  private var state: State
  private var line = 1
  /// Follows the object around the lists.
  private var outer = JSONScanner()

  init(_ source: ByteReader, _ layout: JSONLayout) {
    self.source = source
    isWrapped = layout == .wrapped
    state = layout == .values ? .betweenValues : .beforeArray
  }

  let whyNothing = "it holds an empty list"

  mutating func next() throws -> RawRecord? {
    if isWrapped, state == .beforeArray {
      guard try skipToList() else { return nil }
      state = .inArray
    }
    while state != .done, let byte = try source.next() {
      if byte == 0x0A { line += 1 }
      if byte <= 0x20 { continue }
      switch (state, byte) {
      case (.beforeArray, UInt8(ascii: "[")): state = .inArray
      case (.inArray, UInt8(ascii: ",")), (.betweenValues, UInt8(ascii: ",")): continue
      case (.inArray, UInt8(ascii: "]")):
        guard isWrapped else {
          state = .done
          continue
        }
        outer.take(byte)
        guard try skipToList() else { return nil }
      case (.inArray, _), (.betweenValues, _): return try element(startingWith: byte)
      default:
        state = .done
        return RawRecord(line: line, content: .bad("the file does not begin with an array"))
      }
    }
    if state == .inArray {
      state = .done
      return RawRecord(line: line, content: .bad("the file ends before its array is closed"))
    }
    return nil
  }

  /// Leaves out what an object has before its next list of records.
  private mutating func skipToList() throws -> Bool {
    while let byte = try source.next() {
      if byte == 0x0A { line += 1 }
      outer.take(byte)
      guard outer.beginsList else { continue }
      while let next = try source.peek(), next <= 0x20 {
        if next == 0x0A { line += 1 }
        _ = try source.next()
      }
      if try source.peek() == UInt8(ascii: "{") { return true }
    }
    state = .done
    return false
  }

  private mutating func element(startingWith first: UInt8) throws -> RawRecord {
    let start = line
    var bytes = [first]
    var scanner = JSONScanner()
    scanner.take(first)
    var isTooLong = false
    while scanner.depth > 0 || scanner.isInString || !isBracket(first),
      let byte = try source.peek()
    {
      if !scanner.isInString, scanner.depth == 0,
        byte == UInt8(ascii: ",") || byte == UInt8(ascii: "]") || byte <= 0x20
      {
        break
      }
      _ = try source.next()
      if byte == 0x0A {
        line += 1
        if scanner.isInString { return try broken(from: start) }
      }
      if bytes.count < longestRecord { bytes.append(byte) } else { isTooLong = true }
      scanner.take(byte)
    }
    if isTooLong { return RawRecord(line: start, content: .bad("the record \(tooLong)")) }
    if scanner.depth > 0 || scanner.isInString {
      state = .done
      return RawRecord(line: start, content: .bad("the file ends within the record"))
    }
    return RawRecord(line: start, content: .json(bytes))
  }

  private func isBracket(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[")
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
