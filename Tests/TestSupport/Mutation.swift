/// Ways in which a valid file is made invalid.
public enum Mutation: CaseIterable, Sendable {
  case flipBits, overwriteByte, truncate, extend, lieAboutNumber, repeatPart, removePart, swapParts

  /// Numbers that have broken parsers before.
  private static let lies: [UInt64] = [
    0, 1, 2, 0x7F, 0xFF, 0x100, 0xFFFF, 0x7FFF_FFFF, 0xFFFF_FFFF, 1 << 32, 1 << 60, 1 << 61,
    1 << 62, .max / 2, .max - 31, .max,
  ]

  public func apply(to bytes: inout [UInt8], using generator: inout SplitMix) {
    guard bytes.count > 16 else { return }
    let at = Int.random(in: 0..<bytes.count, using: &generator)
    let other = Int.random(in: 0..<bytes.count, using: &generator)
    let count = min(
      Int.random(in: 1...64, using: &generator), bytes.count - at, bytes.count - other)
    switch self {
    case .flipBits:
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        let position = Int.random(in: 0..<bytes.count, using: &generator)
        bytes[position] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
      }
    case .overwriteByte: bytes[at] = UInt8.random(in: 0...255, using: &generator)
    case .truncate: bytes.removeLast(bytes.count - at)
    case .extend: bytes += [UInt8](repeating: bytes[at], count: count)
    case .lieAboutNumber:
      let lie = Self.lies.randomElement(using: &generator) ?? 0
      let width = Bool.random(using: &generator) ? 4 : 8
      for index in 0..<min(width, bytes.count - at) {
        bytes[at + index] = UInt8(truncatingIfNeeded: lie >> UInt64(8 * index))
      }
    case .repeatPart: bytes.insert(contentsOf: Array(bytes[other..<other + count]), at: at)
    case .removePart: bytes.removeSubrange(at..<at + count)
    case .swapParts:
      let part = Array(bytes[at..<at + count])
      bytes.replaceSubrange(at..<at + count, with: bytes[other..<other + count])
      bytes.replaceSubrange(other..<other + count, with: part)
    }
  }
}
