package import Foundation

/// The vocabulary of a `tokenizer.json`, read straight from its bytes, and the file without it.
///
/// A general decoder makes a string and a number object of each of 30,000 pieces, which was a
/// quarter of the time to a first match. What this reader does not expect it leaves to one: `init`
/// fails, and nothing is guessed.
package struct VocabularyObject {
  /// By the pieces' UTF-8.
  package private(set) var pieces: [[UInt8]: Int] = [:]
  /// The same JSON with an empty vocabulary.
  package let rest: Data

  /// - Parameter json: an object whose member `model` has a member `vocab`: an object of whole
  ///   numbers.
  /// - Returns: nil where the file is no such object.
  package init?(json: Data) {
    // A slice of a file keeps its places.
    let json = Data(json)
    var scanner = Scanner(bytes: Array(json))
    guard scanner.enter(member: "model"), scanner.enter(member: "vocab") else { return nil }
    let start = scanner.position
    pieces.reserveCapacity(1 << 15)
    guard scanner.readNumbers(into: &pieces) else { return nil }
    rest = json.prefix(start) + Data("{}".utf8) + json.dropFirst(scanner.position)
  }
}

/// Goes through JSON forwards; every function gives up, rather than guess, where something is not
/// as expected.
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

  /// From the start of an object to the start of a member's value; members before it are passed
  /// over.
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

  /// Strings are read as such, so that brackets within them do not count.
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
        // The end of what the value stands in.
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

  /// Digits alone; more than nine are no token's number.
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

  /// One with escapes, which are rare: its end is looked for, and a decoder reads it.
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
