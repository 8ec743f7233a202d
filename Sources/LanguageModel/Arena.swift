import Foundation

/// Memory for weights and state: zero-filled, in huge pages where the system has them, given back
/// at once when the arena goes.
///
/// `@unchecked`: what is allocated is handed out before anything is shared; afterwards an arena only
/// keeps the memory alive.
final class Arena: @unchecked Sendable {
  private var regions: [(UnsafeMutableRawPointer, Int)] = []

  /// `byteCount` bytes, aligned to 64, that live as long as the arena.
  func allocate(byteCount: Int) -> UnsafeMutableRawPointer {
    let large = 2 << 20
    let length = max(64, byteCount)
    let alignment = length >= large ? large : 64
    let rounded = (length + alignment - 1) / alignment * alignment
    let memory = UnsafeMutableRawPointer.allocate(byteCount: rounded, alignment: alignment)
    #if os(Linux)
      if length >= large { madvise(memory, rounded, Int32(MADV_HUGEPAGE)) }
    #endif
    memset(memory, 0, rounded)
    regions.append((memory, rounded))
    return memory
  }

  func allocate<T>(_ type: T.Type, count: Int) -> UnsafeMutablePointer<T> {
    allocate(byteCount: count * MemoryLayout<T>.stride).bindMemory(to: type, capacity: count)
  }

  var byteCount: Int { regions.reduce(0) { $0 + $1.1 } }

  deinit {
    for (memory, _) in regions { memory.deallocate() }
  }
}
