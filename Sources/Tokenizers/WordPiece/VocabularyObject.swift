package import Foundation

/// The vocabulary of a `tokenizer.json`, read directly from its bytes, and the rest of the file.
///
/// A general decoder creates a string and a number object for each of 30,000 pieces, which was a
/// quarter of the time to a first match. If this reader meets something unexpected, `init` fails,
/// and a general decoder takes over; nothing is guessed.
package struct VocabularyObject {
  /// The pieces, by their UTF-8.
  package private(set) var pieces: [[UInt8]: Int] = [:]
  /// The same JSON with an empty vocabulary.
  package let rest: Data

  /// - Parameter json: an object whose member `model` has a member `vocab`: an object of whole
  ///   numbers.
  /// - Returns: nil if the file is not such an object.
  package init?(json: Data) {
    // A slice of a file keeps its indices.
    let json = Data(json)
    var scanner = Scanner(bytes: Array(json))
    guard scanner.enter(member: "model"), scanner.enter(member: "vocab") else { return nil }
    let start = scanner.position
    pieces.reserveCapacity(1 << 15)
    guard scanner.readNumbers(into: &pieces) else { return nil }
    rest = json.prefix(start) + Data("{}".utf8) + json.dropFirst(scanner.position)
  }
}

/// Reads JSON forwards; every function gives up instead of guessing when something is unexpected.
private struct Scanner {
  let bytes: [UInt8]
  var position = 0

  private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func skipSpace() {
    while let byte = next, byte == 0x20 || (0x09...0x0D).contains(byte) { position += 1 }
  }

  private mutating func take(_ character: UInt8) -> Bool {
    skipSpace()
    guard next == character else { return false }
    position += 1
    return true
  }

  /// Moves from the start of an object to the start of a member's value and skips the members
  /// before it.
  mutating func enter(member name: String) -> Bool {
    guard take(UInt8(ascii: "{")) else { return false }
    repeat {
      guard let key = readString(), take(UInt8(ascii: ":")) else { return false }
      skipSpace()
      if key.elementsEqual(name.utf8) { return true }
      guard skipValue() else { return false }
    } while take(UInt8(ascii: ","))
    return false
  }

  /// Strings are recognised, so that brackets within them do not count.
  private mutating func skipValue() -> Bool {
    var depth = 0
    while let byte = next {
      switch byte {
      case UInt8(ascii: "\""):
        guard readString() != nil else { return false }
        if depth == 0 { return true }
        continue
      case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        // The end of the enclosing value.
        if depth == 0 { return true }
        depth -= 1
        if depth == 0 {
          position += 1
          return true
        }
      case UInt8(ascii: ",") where depth == 0: return true
      default: break
      }
      position += 1
    }
    return false
  }

  mutating func readNumbers(into numbers: inout [[UInt8]: Int]) -> Bool {
    guard take(UInt8(ascii: "{")) else { return false }
    if take(UInt8(ascii: "}")) { return true }
    repeat {
      guard let key = readString(), take(UInt8(ascii: ":")), let value = readNumber() else {
        return false
      }
      numbers[key] = value
    } while take(UInt8(ascii: ","))
    return take(UInt8(ascii: "}"))
  }

  /// Digits only; no token number has more than nine.
  private mutating func readNumber() -> Int? {
    skipSpace()
    let start = position
    var value = 0
    while let byte = next, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) {
      value = value * 10 + Int(byte - UInt8(ascii: "0"))
      position += 1
      if position - start > 9 { return nil }
    }
    return position > start ? value : nil
  }

  private mutating func readString() -> [UInt8]? {
    guard take(UInt8(ascii: "\"")) else { return nil }
    let start = position
    while let byte = next, byte != UInt8(ascii: "\"") {
      if byte == UInt8(ascii: "\\") { return readEscapedString(from: start) }
      position += 1
    }
    guard next != nil else { return nil }
    position += 1
    return Array(bytes[start..<position - 1])
  }

  /// A string with escapes, which are rare: a decoder reads it once its end is found.
  private mutating func readEscapedString(from start: Int) -> [UInt8]? {
    while let byte = next, byte != UInt8(ascii: "\"") {
      position += byte == UInt8(ascii: "\\") ? 2 : 1
    }
    guard next != nil else { return nil }
    position += 1
    let text = try? JSONDecoder().decode(String.self, from: Data(bytes[(start - 1)..<position]))
    return text.map { Array($0.utf8) }
  }
}
