import LanguageServerProtocol
import PillowServer
import Testing

@Suite struct TextBufferTests {
  @Test func linesEndInThreeWays() {
    let text = TextBuffer("a\nbc\r\nd\r\re")
    #expect((0..<text.lineCount).map { text.lineText($0) } == ["a", "bc", "d", "", "e"])
    #expect(TextBuffer("").lineCount == 1)
    #expect(TextBuffer("\n").lineCount == 2)
  }

  @Test(arguments: PositionEncoding.allCases)
  func positionsAndOffsetsAgree(encoding: PositionEncoding) {
    let text = TextBuffer("aé🧶漢\r\n\n🧶🧶x")
    var offset = 0
    for character in text.string.unicodeScalars {
      if character != "\n" {
        let position = text.position(of: offset, in: encoding)
        #expect(text.offset(of: position, in: encoding) == offset)
      }
      offset += String(character).utf8.count
    }
  }

  @Test(arguments: [
    (PositionEncoding.utf8, 1), (.utf8, 3), (.utf8, 7), (.utf16, 1), (.utf16, 2), (.utf16, 4),
    (.utf32, 1), (.utf32, 2), (.utf32, 3),
  ])
  func charactersCountInTheEncoding(encoding: PositionEncoding, character: Int) {
    let text = TextBuffer("aé🧶漢")
    let expected: [PositionEncoding: [Int: Int]] = [
      .utf8: [1: 1, 3: 3, 7: 7], .utf16: [1: 1, 2: 3, 4: 7], .utf32: [1: 1, 2: 3, 3: 7],
    ]
    let position = Position(line: 0, character: character)
    #expect(text.offset(of: position, in: encoding) == expected[encoding]?[character])
  }

  @Test(arguments: PositionEncoding.allCases)
  func whatIsOutsideIsClamped(encoding: PositionEncoding) {
    let text = TextBuffer("ab\r\ncd")
    func offset(_ line: Int, _ character: Int) -> Int {
      text.offset(of: Position(line: line, character: character), in: encoding)
    }
    #expect(offset(0, 99) == 2)
    #expect(offset(1, 99) == 6)
    #expect(offset(7, 0) == 6)
    #expect(offset(-1, 3) == 0)
    #expect(offset(1, -3) == 4)
    #expect(offset(.max, .max) == 6)
  }

  @Test func withinACharacterIsItsStart() {
    let text = TextBuffer("🧶x")
    #expect(text.offset(of: Position(line: 0, character: 1), in: .utf16) == 0)
    for character in 1...3 {
      #expect(text.offset(of: Position(line: 0, character: character), in: .utf8) == 0)
    }
  }

  /// Thousands of random edits, each compared with an index made from nothing.
  @Test(arguments: 0..<4) func editsKeepTheIndex(seed: UInt64) {
    var random = SplitMix(seed: seed)
    var text = TextBuffer("first\r\nsecond\nthird\r")
    let pieces = ["", "x", "\n", "\r", "\r\n", "\n\r", "ab\ncd", "\r\n\r\n", "é🧶", "long line "]
    for _ in 0..<1500 {
      let start = random.below(text.bytes.count + 1)
      let length = random.below(4) == 0 ? random.below(12) : random.below(3)
      // Whole scalars only, as positions are.
      let range = snapped(start, text)..<max(snapped(start, text), snapped(start + length, text))
      text.replace(range, with: pieces[random.below(pieces.count)])
      let fresh = TextBuffer(text.string)
      #expect(text.lineCount == fresh.lineCount)
      guard text.lineCount == fresh.lineCount else { return }
      #expect((0..<text.lineCount).allSatisfy { text.line($0) == fresh.line($0) })
      if text.bytes.count > 300 { text.replace(0..<snapped(250, text), with: "") }
    }
  }

  private func snapped(_ offset: Int, _ text: TextBuffer) -> Int {
    var offset = min(offset, text.bytes.count)
    while offset > 0, offset < text.bytes.count, text.bytes[offset] & 0xC0 == 0x80 { offset -= 1 }
    return offset
  }

  @Test func editsOfALargeTextAreCheap() {
    var text = TextBuffer(
      String(repeating: "a line of some forty characters of text\n", count: 20_000))
    let clock = ContinuousClock()
    let taken = clock.measure {
      for index in 0..<200 { text.replace(index * 7..<index * 7, with: "x\n") }
    }
    #expect(text.lineCount == 20_201)
    #expect(taken < .seconds(10), "an index that is made anew each time takes longer: \(taken)")
  }
}

/// Random numbers from a seed.
struct SplitMix {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  mutating func below(_ bound: Int) -> Int { bound <= 0 ? 0 : Int(next() % UInt64(bound)) }
}
