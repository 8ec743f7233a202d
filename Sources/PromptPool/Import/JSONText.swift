/// A JSON value as far as pool files need it; numbers are not read, only checked, and kept as they
/// are written.
///
/// Foundation's decoder took 8 to 25 µs for a line of 340 bytes, which is most of what an imported
/// exemplar may cost.
enum JSONText {
  case null
  case bool(Bool)
  case number(String)
  case string(String)
  case array([JSONText])
  case object([(key: String, value: JSONText)])

  struct Invalid: Error {
    let reason: String
  }

  /// - Throws: ``Invalid``.
  init(_ bytes: [UInt8]) throws(Invalid) {
    var parser = JSONTextParser(bytes)
    do throws(Invalid) { self = try parser.document() } catch {
      // Of some encodings, characters hold quotation marks and backslashes.
      guard String(validating: bytes, as: UTF8.self) == nil else { throw error }
      throw Invalid(reason: TextEncoding.problem(with: bytes))
    }
  }

  /// The last value of that key, as in most other programs; nil also for `null`.
  subscript(key: String) -> JSONText? {
    guard case .object(let members) = self else { return nil }
    let value = members.last { $0.key == key }?.value
    if case .null = value { return nil }
    return value
  }

  /// The first of some members that is there and not `null`; letter case counts only where two
  /// differ in nothing else.
  ///
  /// - Returns: its name as it was asked for.
  func member(_ names: [String]) -> (name: String, value: JSONText)? {
    guard case .object(let members) = self else { return nil }
    for name in names { if let value = self[name] { return (name, value) } }
    for name in names {
      for (key, value) in members.reversed() where key.utf8.count == name.utf8.count {
        if case .null = value { continue }
        if key.lowercased() == name { return (name, value) }
      }
    }
    return nil
  }

  var keys: [String] {
    if case .object(let members) = self { members.map(\.key) } else { [] }
  }

  var text: String? {
    if case .string(let text) = self { text } else { nil }
  }

  /// Also of a number, `true` and `false`.
  var plainText: String? {
    switch self {
    case .string(let text), .number(let text): text
    case .bool(let isTrue): isTrue ? "true" : "false"
    case .null, .array, .object: nil
    }
  }

  var isObject: Bool {
    if case .object = self { true } else { false }
  }

  var elements: [JSONText]? {
    if case .array(let elements) = self { elements } else { nil }
  }
}

/// RFC 8259, strictly.
private struct JSONTextParser {
  private static let deepest = 64
  private let bytes: [UInt8]
  private var position = 0
  private var depth = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  mutating func document() throws(JSONText.Invalid) -> JSONText {
    let value = try value()
    skipBlanks()
    guard position == bytes.count else { throw Self.syntax }
    return value
  }

  private static let syntax = JSONText.Invalid(reason: "it is not valid JSON")

  private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func skipBlanks() {
    while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
      position += 1
    }
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    skipBlanks()
    guard next == byte else { return false }
    position += 1
    return true
  }

  private mutating func value() throws(JSONText.Invalid) -> JSONText {
    skipBlanks()
    switch next {
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "{"): return try object()
    case UInt8(ascii: "["): return try array()
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    default: return try number()
    }
  }

  private mutating func word(
    _ word: StaticString, _ value: JSONText
  ) throws(JSONText.Invalid) -> JSONText {
    let length = word.utf8CodeUnitCount
    let isThere =
      position + length <= bytes.count
      && (0..<length).allSatisfy { bytes[position + $0] == word.utf8Start[$0] }
    guard isThere else { throw Self.syntax }
    position += length
    return value
  }

  private mutating func number() throws(JSONText.Invalid) -> JSONText {
    let start = position
    if next == UInt8(ascii: "-") { position += 1 }
    if next == UInt8(ascii: "0") { position += 1 } else { try digits() }
    if next == UInt8(ascii: ".") {
      position += 1
      try digits()
    }
    if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
      position += 1
      if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { position += 1 }
      try digits()
    }
    return .number(String(decoding: bytes[start..<position], as: UTF8.self))
  }

  private mutating func digits() throws(JSONText.Invalid) {
    let start = position
    while let byte = next, byte >= 0x30 && byte <= 0x39 { position += 1 }
    if position == start { throw Self.syntax }
  }

  private mutating func enter() throws(JSONText.Invalid) {
    position += 1
    depth += 1
    if depth > Self.deepest { throw JSONText.Invalid(reason: "it is nested too deeply") }
  }

  private mutating func array() throws(JSONText.Invalid) -> JSONText {
    try enter()
    defer { depth -= 1 }
    var elements: [JSONText] = []
    if take(UInt8(ascii: "]")) { return .array(elements) }
    repeat { elements.append(try value()) } while take(UInt8(ascii: ","))
    guard take(UInt8(ascii: "]")) else { throw Self.syntax }
    return .array(elements)
  }

  private mutating func object() throws(JSONText.Invalid) -> JSONText {
    try enter()
    defer { depth -= 1 }
    var members: [(key: String, value: JSONText)] = []
    if take(UInt8(ascii: "}")) { return .object(members) }
    repeat {
      skipBlanks()
      guard next == UInt8(ascii: "\"") else { throw Self.syntax }
      let key = try string()
      guard take(UInt8(ascii: ":")) else { throw Self.syntax }
      members.append((key, try value()))
    } while take(UInt8(ascii: ","))
    guard take(UInt8(ascii: "}")) else { throw Self.syntax }
    return .object(members)
  }

  private mutating func string() throws(JSONText.Invalid) -> String {
    position += 1
    let start = position
    while let byte = next, byte != 0x22, byte != 0x5C, byte >= 0x20 { position += 1 }
    if next == 0x22 {
      defer { position += 1 }
      return try text(bytes[start..<position])
    }
    var decoded = Array(bytes[start..<position])
    while let byte = next, byte >= 0x20 {
      position += 1
      switch byte {
      case 0x22: return try text(decoded[...])
      case 0x5C: try escape(into: &decoded)
      default: decoded.append(byte)
      }
    }
    throw Self.syntax
  }

  private func text(_ bytes: ArraySlice<UInt8>) throws(JSONText.Invalid) -> String {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw JSONText.Invalid(reason: TextEncoding.problem(with: self.bytes))
    }
    return text
  }

  private mutating func escape(into decoded: inout [UInt8]) throws(JSONText.Invalid) {
    guard let byte = next else { throw Self.syntax }
    position += 1
    switch byte {
    case UInt8(ascii: "n"): decoded.append(0x0A)
    case UInt8(ascii: "t"): decoded.append(0x09)
    case UInt8(ascii: "r"): decoded.append(0x0D)
    case UInt8(ascii: "b"): decoded.append(0x08)
    case UInt8(ascii: "f"): decoded.append(0x0C)
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): decoded.append(byte)
    case UInt8(ascii: "u"): decoded += try codePoint().utf8
    default: throw Self.syntax
    }
  }

  /// - Throws: also for half of a surrogate pair, as a text has that was cut within a character.
  private mutating func codePoint() throws(JSONText.Invalid) -> Character {
    let half = JSONText.Invalid(
      reason: "it holds half of a character: a surrogate such as \\ud83d without the other")
    let unit = try hexadecimal()
    guard unit >= 0xD800, unit < 0xE000 else {
      guard let scalar = Unicode.Scalar(unit) else { throw half }
      return Character(scalar)
    }
    let isPair =
      unit < 0xDC00 && position + 1 < bytes.count
      && bytes[position] == 0x5C && bytes[position + 1] == UInt8(ascii: "u")
    guard isPair else { throw half }
    position += 2
    let low = try hexadecimal()
    guard low >= 0xDC00, low < 0xE000,
      let scalar = Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00))
    else { throw half }
    return Character(scalar)
  }

  private mutating func hexadecimal() throws(JSONText.Invalid) -> UInt32 {
    guard position + 4 <= bytes.count else { throw Self.syntax }
    var unit: UInt32 = 0
    for byte in bytes[position..<position + 4] {
      guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { throw Self.syntax }
      unit = unit << 4 | UInt32(digit)
    }
    position += 4
    return unit
  }
}
