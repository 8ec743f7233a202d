import Foundation

/// Memory for weights and state: zero-filled, in huge pages where the system has them, given back
/// at once when the arena goes.
///
/// Large parts are mapped, so a page is cleared by the thread that first writes it, and what is
/// never used, as the far end of a cache, takes none.
///
/// `@unchecked`: what is allocated is handed out before anything is shared; afterwards an arena
/// only keeps the memory alive.
package final class Arena: @unchecked Sendable {
  private static let hugePage = 2 << 20
  /// Smaller parts are not worth a mapping.
  private static let smallestMapping = 64 << 10
  private struct Region {
    let start: UnsafeMutableRawPointer
    let count: Int
    let isMapped: Bool
  }
  private var regions: [Region] = []
  private let shared: Int
  /// What is left of the region that parts share.
  private var free: UnsafeMutableRawBufferPointer?
  /// Bytes that were handed out.
  package private(set) var byteCount = 0

  /// - Parameter shared: Bytes of a region that parts share, for many parts that are all used
  ///   whole; 0 for a region each.
  package init(sharing shared: Int = 0) { self.shared = shared }

  /// `byteCount` bytes, aligned to 64, that live as long as the arena.
  package func allocate(byteCount wanted: Int) -> UnsafeMutableRawPointer {
    let count = (max(64, wanted) + 63) / 64 * 64
    byteCount += count
    guard count <= shared / 2 else { return region(count).start }
    if let free, let start = free.baseAddress, free.count >= count {
      self.free = UnsafeMutableRawBufferPointer(rebasing: free[count...])
      return start
    }
    let region = region(shared)
    free = UnsafeMutableRawBufferPointer(start: region.start + count, count: region.count - count)
    return region.start
  }

  private func region(_ byteCount: Int) -> Region {
    let region = Self.mapped(byteCount) ?? Self.cleared(byteCount)
    regions.append(region)
    return region
  }

  package func allocate<T>(_ type: T.Type, count: Int) -> UnsafeMutablePointer<T> {
    allocate(byteCount: count * MemoryLayout<T>.stride).bindMemory(to: type, capacity: count)
  }

  deinit {
    for region in regions {
      if region.isMapped { munmap(region.start, region.count) } else { region.start.deallocate() }
    }
  }

  private static func cleared(_ byteCount: Int) -> Region {
    let count = (max(64, byteCount) + 63) / 64 * 64
    let memory = UnsafeMutableRawPointer.allocate(byteCount: count, alignment: 64)
    memset(memory, 0, count)
    return Region(start: memory, count: count, isMapped: false)
  }

  /// Nil for small parts, and where the system gives no mapping.
  private static func mapped(_ byteCount: Int) -> Region? {
    guard byteCount >= smallestMapping else { return nil }
    let isHuge = byteCount >= hugePage
    let alignment = isHuge ? hugePage : smallestMapping
    let count = (byteCount + alignment - 1) / alignment * alignment
    // With room to cut it to a huge page's boundary.
    let whole = isHuge ? count + hugePage : count
    guard let memory = map(whole) else { return nil }
    guard isHuge else { return Region(start: memory, count: count, isMapped: true) }
    let address = Int(bitPattern: memory)
    let lead = (address + hugePage - 1) / hugePage * hugePage - address
    if lead > 0 { munmap(memory, lead) }
    if lead < hugePage { munmap(memory + lead + count, hugePage - lead) }
    #if os(Linux)
      madvise(memory + lead, count, Int32(MADV_HUGEPAGE))
    #endif
    return Region(start: memory + lead, count: count, isMapped: true)
  }

  private static func map(_ count: Int) -> UnsafeMutableRawPointer? {
    #if os(Linux)
      let flags = MAP_PRIVATE | MAP_ANONYMOUS
    #else
      let flags = MAP_PRIVATE | MAP_ANON
    #endif
    let memory = mmap(nil, count, PROT_READ | PROT_WRITE, flags, -1, 0)
    return memory == MAP_FAILED ? nil : memory
  }
}
