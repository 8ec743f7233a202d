/// Exemplars by the band keys of their signatures, restricted to the requested keys. There are at
/// most ``most`` per key, because templates can share a band with thousands, and a few are enough.
///
/// Open addressing in a few flat arrays: a dictionary of arrays took longer than the rest of a
/// search.
struct BandTable {
  static let most = 16

  private struct Slot {
    /// The key plus one; 0 means free.
    var key: UInt64 = 0
    var first: Int32 = -1
    var last: Int32 = -1
    var count: Int32 = 0
  }

  private var slots: [Slot]
  private var ids: [Int64] = []
  private var next: [Int32] = []
  private let shift: UInt64

  /// - Parameter signatures: those whose keys are requested.
  init(wanting signatures: [TextSignature]) {
    let keys = max(1, signatures.count * TextSignature.bandCount)
    let bits = 1 + (Int.bitWidth - keys.leadingZeroBitCount)
    slots = [Slot](repeating: Slot(), count: 1 << bits)
    shift = UInt64(64 - bits)
    for signature in signatures {
      forEachKey(of: signature) { key in slots[place(of: key)].key = key + 1 }
    }
  }

  /// The slot of a key, whether it is there or not.
  private func place(of key: UInt64) -> Int {
    var place = Int((key &* 0x9E37_79B9_7F4A_7C15) >> shift)
    while slots[place].key != key + 1, slots[place].key != 0 {
      place = (place + 1) & (slots.count - 1)
    }
    return place
  }

  mutating func insert(_ id: Int64, _ signature: TextSignature) {
    forEachKey(of: signature) { key in
      let place = place(of: key)
      guard slots[place].key != 0, slots[place].count < Self.most else { return }
      let entry = Int32(ids.count)
      ids.append(id)
      next.append(-1)
      if slots[place].count == 0 {
        slots[place].first = entry
      } else {
        next[Int(slots[place].last)] = entry
      }
      slots[place].last = entry
      slots[place].count += 1
    }
  }

  /// Exemplars that share a key, oldest first, each once.
  func candidates(for signature: TextSignature) -> [Int64] {
    var found: [Int64] = []
    forEachKey(of: signature) { key in
      var entry = slots[place(of: key)].first
      while entry >= 0 {
        found.append(ids[Int(entry)])
        entry = next[Int(entry)]
      }
    }
    guard found.count > 1 else { return found }
    found.sort()
    var last: Int64?
    return found.filter { id in
      defer { last = id }
      return id != last
    }
  }
}

@inline(__always)
private func forEachKey(of signature: TextSignature, _ body: (UInt64) -> Void) {
  let keys = signature.keys
  body(keys.0)
  body(keys.1)
  body(keys.2)
  body(keys.3)
}
