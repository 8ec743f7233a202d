import Foundation

/// Memory for weights and state: zero-filled, in huge pages if the system has them, and released at
/// once with the arena.
///
/// Large parts are mapped, so a page is cleared by the thread that first writes it, and memory that
/// is never used, such as the far end of a cache, takes no space.
///
/// `@unchecked`: all memory is handed out before anything is shared; afterwards the arena only
/// keeps it alive.
package final class Arena: @unchecked Sendable {
  private static let hugePage = 2 << 20
  /// Smaller parts do not justify a mapping.
  private static let smallestMapping = 64 << 10
  private struct Region {
    let start: UnsafeMutableRawPointer
    let count: Int
    let isMapped: Bool
  }
  private var regions: [Region] = []
  private let shared: Int
  /// The rest of the region that parts share.
  private var free: UnsafeMutableRawBufferPointer?
  /// The number of bytes handed out.
  package private(set) var byteCount = 0

  /// - Parameter shared: The size of a region that parts share, for many parts that are fully used;
  ///   0 gives each part its own region.
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

  /// Nil for small parts, and if the system refuses a mapping.
  private static func mapped(_ byteCount: Int) -> Region? {
    guard byteCount >= smallestMapping else { return nil }
    let isHuge = byteCount >= hugePage
    let alignment = isHuge ? hugePage : smallestMapping
    let count = (byteCount + alignment - 1) / alignment * alignment
    // With extra space to align it to a huge page.
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
