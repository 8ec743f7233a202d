import CKernels

/// Keys and values of several texts behind the beginning that they share: each text has a slot, a
/// stretch of positions. The first positions of a slot may belong to the shared beginning, because
/// caches are made of panels of 16.
///
/// Memory is allocated when it is first needed, and kept. Only one thread may use it at a time.
final class BranchCaches {
  private let decoder: [pk_cache]
  /// One per layer.
  private(set) var caches: [pk_cache] = []
  private var arena = Arena()
  private var allocated = 0
  /// The positions of a slot; a multiple of 16.
  private(set) var slotPositions = 0

  /// - Parameter caches: the decoder's.
  init(_ caches: [pk_cache]) { decoder = caches }

  /// Makes room. What was there before is lost.
  ///
  /// - Parameters:
  ///   - slots: how many texts.
  ///   - positions: of one text.
  func reserve(slots: Int, positions: Int) {
    let side = Int(PK_PANEL_ROWS)
    slotPositions = (positions + side - 1) / side * side
    let capacity = slots * slotPositions
    if capacity > allocated {
      arena = Arena()
      allocated = capacity
      caches = decoder.map { cache in
        let count = capacity * cache.heads * cache.width
        return pk_cache(
          keys: arena.allocate(UInt16.self, count: count),
          values: arena.allocate(UInt16.self, count: count),
          capacity: capacity, heads: cache.heads, width: cache.width)
      }
    }
    for index in caches.indices { caches[index].capacity = capacity }
  }

  /// Starts a slot with the panel of the decoder's caches that begins at a position.
  func begin(_ slot: Int, from position: Int) {
    for (cache, own) in zip(decoder, caches) {
      cache.copyPanels(1, from: position, to: own, at: slot * slotPositions)
    }
  }

  /// Copies the first positions of a slot to another one.
  func copy(_ positions: Int, of slot: Int, to other: Int) {
    let panels = pk_panel_count(positions)
    for cache in caches {
      cache.copyPanels(panels, from: slot * slotPositions, to: cache, at: other * slotPositions)
    }
  }
}

extension pk_cache {
  /// Copies panels of 16 positions, which begin at multiples of 16.
  fileprivate func copyPanels(_ count: Int, from position: Int, to other: pk_cache, at place: Int) {
    let side = Int(PK_PANEL_ROWS)
    for head in 0..<heads {
      let first = head * capacity * width
      let otherFirst = head * other.capacity * width
      let source = keys + first + position * width
      let target = other.keys + otherFirst + place * width
      target.update(from: source, count: count * side * width)
      for dimension in stride(from: 0, to: width, by: side) {
        let source = values + first + dimension * capacity + position * side
        let target = other.values + otherFirst + dimension * other.capacity + place * side
        target.update(from: source, count: count * side * side)
      }
    }
  }
}
