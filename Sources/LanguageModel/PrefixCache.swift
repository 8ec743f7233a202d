import CKernels
import Tokenizers

/// Cached keys and values of earlier prompts, so that several conversations and sets of shots can
/// continue where they were: a tree of pages of 16 positions, each below the tokens that precede
/// it.
///
/// Attention reads one contiguous cache; a prompt's pages are copied into it at the speed of
/// memory, hundreds of times faster than computing them. When the budget is used up, the least
/// recently used pages are evicted; those of prompts that nobody has continued for long go before
/// that, so that the cache does not grow to its budget with what is no longer typed. All pages lie
/// in one region, which takes memory as pages are first used and never more than the budget; on the
/// heap they would be scattered among longer-lived data. Used only on the model's inference thread.
final class PrefixCache {
  /// The positions of a page, which are those of a panel of the cache.
  static let pageTokens = Int(PK_PANEL_ROWS)

  /// A page that was used by none of the last sixteen prompts, each of which looks up and stores, is
  /// used again before a new one takes memory.
  private static let staleAfter = 32

  private final class Node {
    var children: [[TokenID]: Node] = [:]
    /// Nil only for roots.
    let page: UnsafeMutableRawPointer?
    var lastUse = 0

    init(page: UnsafeMutableRawPointer? = nil) { self.page = page }
  }

  private let caches: [pk_cache]
  private let pageBytes: Int
  private let arena = Arena()
  /// One tree per adapter, because keys and values depend on it.
  private var roots: [AdapterUse?: Node] = [:]
  /// Free pages; the last one is used next.
  private var free: [UnsafeMutableRawPointer] = []
  private let pageCount: Int
  private var clock = 0

  /// - Parameters:
  ///   - caches: one per layer, as in the decoder.
  ///   - budget: the most bytes for the pages.
  init(_ caches: [pk_cache], budget: Int) {
    self.caches = caches
    let pageBytes = caches.reduce(0) {
      $0 + $1.heads * $1.width * Self.pageTokens * 2 * MemoryLayout<UInt16>.size
    }
    self.pageBytes = pageBytes
    pageCount = pageBytes > 0 ? max(0, budget) / pageBytes : 0
    guard pageCount > 0 else { return }
    let region = arena.allocate(byteCount: pageCount * pageBytes)
    free = (0..<pageCount).reversed().map { region + $0 * pageBytes }
  }

  /// Copies the known beginning of a prompt into the decoder's cache, from position `start` on.
  ///
  /// - Parameter end: positions from here on are not copied.
  /// - Returns: the position up to which the cache now holds the prompt; `start` if nothing is
  ///   known.
  func restore(
    _ tokens: [TokenID], from start: Int, to end: Int, adapter: AdapterUse?
  ) -> Int {
    clock += 1
    guard var node = roots[adapter] else { return start }
    var position = 0
    while position + Self.pageTokens <= end,
      let next = node.children[Array(tokens[position..<position + Self.pageTokens])]
    {
      next.lastUse = clock
      if position + Self.pageTokens > start { copy(next, at: position, storing: false) }
      node = next
      position += Self.pageTokens
    }
    return max(start, position)
  }

  /// Stores the complete pages of the decoder's cache, from its beginning as far as there is space.
  func store(_ cached: ArraySlice<TokenID>, adapter: AdapterUse?) {
    guard pageCount > 0 else { return }
    clock += 1
    let root = roots[adapter] ?? Node()
    roots[adapter] = root
    var node = root
    var position = 0
    while position + Self.pageTokens <= cached.count {
      let begin = cached.startIndex + position
      let key = Array(cached[begin..<begin + Self.pageTokens])
      let next: Node
      if let known = node.children[key] {
        next = known
      } else {
        // The path so far was used most recently, so it is evicted last.
        guard let page = freePage() else { break }
        next = Node(page: page)
        copy(next, at: position, storing: true)
        node.children[key] = next
      }
      next.lastUse = clock
      node = next
      position += Self.pageTokens
    }
    roots = roots.filter { !$0.value.children.isEmpty }
  }

  /// The page of a stale leaf, a free one, or that of the least recently used leaf that is not in
  /// use now.
  private func freePage() -> UnsafeMutableRawPointer? {
    let leaf = oldestLeaf()
    if leaf.map({ clock - $0.lastUse <= Self.staleAfter }) ?? true, let page = free.popLast() {
      return page
    }
    return leaf.flatMap { $0.parent.children.removeValue(forKey: $0.key)?.page }
  }

  private func oldestLeaf() -> (parent: Node, key: [TokenID], lastUse: Int)? {
    var oldest: (parent: Node, key: [TokenID], lastUse: Int)?
    func look(_ node: Node) {
      for (key, child) in node.children {
        if !child.children.isEmpty {
          look(child)
        } else if child.lastUse < oldest?.lastUse ?? clock {
          oldest = (node, key, child.lastUse)
        }
      }
    }
    for root in roots.values { look(root) }
    return oldest
  }

  /// Copies between a page and the decoder's cache; `pk_cache` describes the cache's layout.
  private func copy(_ node: Node, at position: Int, storing: Bool) {
    guard var page = node.page else { return }
    func move(_ place: UnsafeMutablePointer<UInt16>, _ count: Int) {
      let byteCount = count * MemoryLayout<UInt16>.size
      if storing {
        page.copyMemory(from: place, byteCount: byteCount)
      } else {
        UnsafeMutableRawPointer(place).copyMemory(from: page, byteCount: byteCount)
      }
      page += byteCount
    }
    let side = Self.pageTokens
    for cache in caches {
      for head in 0..<cache.heads {
        let first = head * cache.capacity * cache.width
        move(cache.keys + first + position * cache.width, side * cache.width)
        for dimension in stride(from: 0, to: cache.width, by: side) {
          move(
            cache.values + first + dimension * cache.capacity + position * side, side * side)
        }
      }
    }
  }
}
