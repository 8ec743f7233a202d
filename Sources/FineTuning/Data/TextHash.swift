/// FNV-1a of 64 bits (Fowler, Noll and Vo): the same on every machine.
struct TextHash {
  private var state: UInt64 = 0xcbf2_9ce4_8422_2325

  mutating func add(_ text: String) {
    for byte in text.utf8 { state = (state ^ UInt64(byte)) &* 0x100_0000_01b3 }
  }

  var text: String { String(state, radix: 16) }
}
