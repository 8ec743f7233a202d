/// Finds the number of a byte string: open addressing with linear probing over ``ByteStrings``.
struct ByteStringIndex: Sendable {
  /// The upper half of the hash and the number of the string; `-1` if the slot is free.
  private struct Slot {
    var hash: UInt32 = 0
    var id: Int32 = -1
  }

  private var slots: [Slot]
  private let mask: Int
  /// Longer strings are not in the index.
  private var longest = 0

  /// - Parameter count: The most strings that will be inserted.
  init(capacity count: Int) {
    var size = 16
    while size < count * 2 { size *= 2 }
    slots = Array(repeating: Slot(), count: size)
    mask = size - 1
  }

  /// Indexes the strings; of equal ones the last is found.
  init(_ strings: ByteStrings, where isIncluded: (Int) -> Bool) {
    self.init(capacity: strings.count)
    // All hashes first, then a short loop, so that the processor waits for many slots at once.
    let hashes = (0..<strings.count).map { strings.withBytes(of: $0, ByteHash.hash) }
    for id in 0..<strings.count where isIncluded(id) {
      insert(Int32(truncatingIfNeeded: id), hash: hashes[id], in: strings)
    }
  }

  /// Of equal strings the last one inserted is found.
  mutating func insert(_ id: Int32, in strings: ByteStrings) {
    insert(id, hash: strings.withBytes(of: Int(id), ByteHash.hash), in: strings)
  }

  @inline(__always)
  private mutating func insert(_ id: Int32, hash: UInt64, in strings: ByteStrings) {
    longest = max(longest, strings.length(Int(id)))
    let tag = UInt32(truncatingIfNeeded: hash >> 32)
    var slot = Int(truncatingIfNeeded: hash) & mask
    while slots[slot].id >= 0 {
      if slots[slot].hash == tag,
        strings.withBytes(of: Int(id), { strings.equals(Int(slots[slot].id), $0) })
      {
        break
      }
      slot = (slot + 1) & mask
    }
    slots[slot] = Slot(hash: tag, id: id)
  }

  @inline(__always)
  func find(_ bytes: UnsafeBufferPointer<UInt8>, in strings: ByteStrings) -> Int32? {
    guard bytes.count <= longest else { return nil }
    let hash = ByteHash.hash(bytes)
    let tag = UInt32(truncatingIfNeeded: hash >> 32)
    var slot = Int(truncatingIfNeeded: hash) & mask
    while true {
      let found = slots[slot]
      if found.id < 0 { return nil }
      if found.hash == tag, strings.equals(Int(found.id), bytes) { return found.id }
      slot = (slot + 1) & mask
    }
  }
}
