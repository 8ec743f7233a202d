import CKernels
import Tokenizers

/// What the cache held of earlier prompts, so that several conversations and sets of shots can go
/// on where they were: a tree of pages of 16 positions, each behind the tokens that came before it.
///
/// Attention reads one cache in one piece; a prompt's pages are copied into it, at the speed of
/// memory and hundreds of times quicker than they are computed. When the budget has no page left,
/// those that were used longest ago go first. Pages lie in one region that takes memory as they are
/// first used, and never more than the budget: pages of a heap would be scattered among what lives
/// longer. Used on the model's inference thread alone.
final class PrefixCache {
  /// Positions of a page: of the panels that the cache is made of.
  static let pageTokens = Int(PK_PANEL_ROWS)

  private final class Node {
    var children: [[TokenID]: Node] = [:]
    /// Nil of roots alone.
    let page: UnsafeMutableRawPointer?
    var lastUse = 0

    init(page: UnsafeMutableRawPointer? = nil) { self.page = page }
  }

  private let caches: [pk_cache]
  private let pageBytes: Int
  private let arena = Arena()
  /// A tree for each adapter, since keys and values depend on it.
  private var roots: [AdapterUse?: Node] = [:]
  /// Pages that nothing is in; the next is the last.
  private var free: [UnsafeMutableRawPointer] = []
  private let pageCount: Int
  private var clock = 0

  /// - Parameters:
  ///   - caches: a layer each, as the decoder has them.
  ///   - budget: bytes that the pages may take.
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

  /// Copies what is known of a prompt's beginning into the decoder's cache, from position `start`
  /// on.
  ///
  /// - Parameter end: no position from there on is asked for.
  /// - Returns: the position up to which the cache now holds the prompt; `start` where nothing is
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

  /// Keeps the whole pages of what the decoder's cache holds, from its beginning as far as there is
  /// room.
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
        // What the path so far was used by now goes last, so it stays.
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

  /// A page that nothing is in; where there is none, that of the leaf that was used longest ago,
  /// but not now.
  private func freePage() -> UnsafeMutableRawPointer? {
    if let page = free.popLast() { return page }
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
    guard let leaf = oldest else { return nil }
    return leaf.parent.children.removeValue(forKey: leaf.key)?.page
  }

  /// Between a page and the decoder's cache; the cache's layout is told by `pk_cache`.
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
