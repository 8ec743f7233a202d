/// How a JSON file keeps its records.
enum JSONLayout: Equatable {
  /// One list.
  case array
  /// One value a line.
  case lines
  /// Values over several lines, one after another.
  case values
  /// One object, in which a list has the records.
  case wrapped

  /// Tells it from a file's start, of which the first object may be all there is.
  static func recognise(_ start: ArraySlice<UInt8>) -> JSONLayout {
    guard let first = start.firstIndex(where: { $0 > 0x20 }) else { return .lines }
    if start[first] == UInt8(ascii: "[") { return .array }
    guard start[first] == UInt8(ascii: "{") else { return .lines }
    var scanner = JSONScanner()
    var hasLineEnds = false
    var isWrapped = false
    for index in first..<start.endIndex {
      let byte = start[index]
      if byte == 0x0A {
        // No text goes over a line end, so this line is broken; so is an object that another
        // begins in, at the start of a line.
        if scanner.isInString { return .lines }
        if scanner.isInObject, start[(index + 1)...].first == UInt8(ascii: "{") { return .lines }
        hasLineEnds = true
      }
      scanner.take(byte)
      if scanner.beginsList, beginsObject(start[(index + 1)...]) { isWrapped = true }
      guard scanner.depth == 0 else { continue }
      let rest = start[(index + 1)...].drop { $0 <= 0x20 || $0 == UInt8(ascii: ",") }
      if rest.first == UInt8(ascii: "{") { isWrapped = false }
      if isWrapped { return .wrapped }
      return hasLineEnds ? .values : .lines
    }
    return isWrapped ? .wrapped : hasLineEnds ? .values : .lines
  }

  private static func beginsObject(_ bytes: ArraySlice<UInt8>) -> Bool {
    bytes.first { $0 > 0x20 } == UInt8(ascii: "{")
  }
}

/// Follows the brackets of JSON text, byte by byte.
struct JSONScanner {
  private(set) var isInString = false
  /// The open brackets.
  private var open: [UInt8] = []
  private var isEscaped = false
  private var text: [UInt8] = []
  /// The last text of the outermost object, and whether a colon came after it.
  private var key: [UInt8]?
  private var isAfterColon = false
  /// The last byte began a list of records, by its name in the outermost object.
  private(set) var beginsList = false

  var depth: Int { open.count }
  var isInObject: Bool { open.last == UInt8(ascii: "{") }

  mutating func take(_ byte: UInt8) {
    beginsList = false
    if isInString {
      takeInString(byte)
      return
    }
    switch byte {
    case UInt8(ascii: "\""):
      isInString = true
      text = []
    case UInt8(ascii: "{"), UInt8(ascii: "["):
      beginsList =
        byte == UInt8(ascii: "[") && depth == 1 && isAfterColon
        && key.map { FieldNames.lists.contains(String(decoding: $0, as: UTF8.self).lowercased()) }
          == true
      open.append(byte)
      isAfterColon = false
    case UInt8(ascii: "}"), UInt8(ascii: "]"):
      _ = open.popLast()
    case UInt8(ascii: ":"):
      isAfterColon = depth == 1 && isInObject
    case UInt8(ascii: ","):
      isAfterColon = false
    default: break
    }
  }

  private mutating func takeInString(_ byte: UInt8) {
    if isEscaped {
      isEscaped = false
    } else if byte == UInt8(ascii: "\\") {
      isEscaped = true
    } else if byte == UInt8(ascii: "\"") {
      isInString = false
      if depth == 1, !isAfterColon { key = text }
      return
    }
    if depth == 1, text.count < 64 { text.append(byte) }
  }
}
