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
    if start[first] == UInt8(ascii: "[") { return ofLists(start[first...]) }
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

  /// One list of records, or lists of messages, one after another.
  private static func ofLists(_ start: ArraySlice<UInt8>) -> JSONLayout {
    var scanner = JSONScanner()
    var hasLineEnds = false
    for index in start.indices {
      scanner.take(start[index])
      if start[index] == 0x0A { hasLineEnds = true }
      guard scanner.depth == 0 else { continue }
      let rest = start[(index + 1)...].first { $0 > 0x20 && $0 != UInt8(ascii: ",") }
      if rest == UInt8(ascii: "[") { return hasLineEnds ? .values : .lines }
      let isConversation =
        rest == nil && (try? JSONText(Array(start[...index]))).map(Conversation.isOne) == true
      return isConversation ? .values : .array
    }
    return .array
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
  /// The last text of the outermost object and of one within it, and whether a colon came after it.
  private var keys: [[UInt8]] = [[], []]
  private var isAfterColon = false
  /// The last byte began a list of records, by its name in the outermost object or in one within
  /// it: `{"data": {"train": […`.
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
      beginsList = byte == UInt8(ascii: "[") && isAfterColon && isNamedAsList
      open.append(byte)
      isAfterColon = false
    case UInt8(ascii: "}"), UInt8(ascii: "]"):
      _ = open.popLast()
    case UInt8(ascii: ":"):
      isAfterColon = isInOuterObject
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
      if isInOuterObject, !isAfterColon { keys[depth - 1] = text }
      return
    }
    if isInOuterObject, text.count < 64 { text.append(byte) }
  }

  /// In the outermost object, or in one that is a member of it.
  private var isInOuterObject: Bool {
    (depth == 1 || depth == 2 && open[0] == UInt8(ascii: "{")) && isInObject
  }

  private var isNamedAsList: Bool {
    isInOuterObject
      && keys[..<depth].allSatisfy {
        FieldNames.lists.contains(String(decoding: $0, as: UTF8.self).lowercased())
      }
  }
}
