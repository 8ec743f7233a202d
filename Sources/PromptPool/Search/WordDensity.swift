/// How densely a text contains some words: first how many of them it contains, then their share of
/// the text.
package struct WordDensity {
  /// Lower-case.
  private let wanted: [[UInt8]]

  package init(of words: [String]) { wanted = words.map { Array($0.utf8) } }

  /// The number of words of all texts together.
  package func of(_ texts: [String]) -> Double {
    var count = 0
    var hits = [Int](repeating: 0, count: wanted.count)
    func add(_ word: some Collection<UInt8>) {
      count += 1
      let place = wanted.firstIndex { $0.count == word.count && $0.elementsEqual(word) }
      if let place { hits[place] += 1 }
    }
    for var text in texts {
      let isDone = text.withUTF8 { bytes in
        guard bytes.allSatisfy({ $0 < 0x80 }) else { return false }
        Self.words(of: bytes, add)
        return true
      }
      guard !isDone else { continue }
      for word in text.lowercased().split(whereSeparator: { !$0.isLetter && !$0.isNumber }) {
        add(Array(word.utf8))
      }
    }
    let (found, all) = (hits.count { $0 > 0 }, hits.reduce(0, +))
    return Double(found) + Double(all) / Double(count + 1)
  }

  /// The words of an ASCII text, lower-case; the general method takes twenty times as long.
  private static func words(of bytes: UnsafeBufferPointer<UInt8>, _ body: ([UInt8]) -> Void) {
    var word: [UInt8] = []
    for byte in bytes {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"):
        word.append(byte)
      case UInt8(ascii: "A")...UInt8(ascii: "Z"): word.append(byte | 0x20)
      default:
        guard !word.isEmpty else { continue }
        body(word)
        word.removeAll(keepingCapacity: true)
      }
    }
    if !word.isEmpty { body(word) }
  }
}
