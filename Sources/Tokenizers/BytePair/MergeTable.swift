/// Two neighbouring tokens that become one.
struct Merge: Equatable {
  /// Smaller ranks are merged first.
  var priority: UInt32
  var id: TokenID

  /// The two are not merged.
  static let none = Merge(priority: .max, id: -1)
}

/// The merges of byte-pair encoding by their two tokens: open addressing with linear probing.
struct MergeTable: Sendable {
  private struct Slot {
    var pair: UInt64 = .max
    var priority: UInt32 = .max
    var id: TokenID = -1
  }

  private var slots: [Slot]
  private let mask: Int

  /// - Parameter count: The most merges that will be inserted.
  init(capacity count: Int) {
    var size = 16
    while size < count * 2 { size *= 2 }
    slots = Array(repeating: Slot(), count: size)
    mask = size - 1
  }

  @inline(__always)
  private static func pair(_ left: TokenID, _ right: TokenID) -> UInt64 {
    UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
  }

  /// If a pair is inserted twice, the last one counts, as in Hugging Face `tokenizers`.
  mutating func insert(_ left: TokenID, _ right: TokenID, _ merge: Merge) {
    let pair = Self.pair(left, right)
    var slot = Int(truncatingIfNeeded: ByteHash.hash(pair)) & mask
    while slots[slot].pair != .max, slots[slot].pair != pair { slot = (slot + 1) & mask }
    slots[slot] = Slot(pair: pair, priority: merge.priority, id: merge.id)
  }

  @inline(__always)
  func merge(_ left: TokenID, _ right: TokenID) -> Merge {
    let pair = Self.pair(left, right)
    var slot = Int(truncatingIfNeeded: ByteHash.hash(pair)) & mask
    while true {
      let found = slots[slot]
      if found.pair == pair { return Merge(priority: found.priority, id: found.id) }
      if found.pair == .max { return .none }
      slot = (slot + 1) & mask
    }
  }
}
