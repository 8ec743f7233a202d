import CKernels
import Foundation
import Tokenizers

/// Keys and values of exemplars that were read after the same beginning, by content and adapter.
///
/// When the budget is used up, the blocks that were used least recently are dropped. Used only on
/// the model's inference thread.
final class BlockCache {
  struct Key: Hashable {
    let beginning, tokens: [TokenID]
    let adapter: AdapterUse?
  }

  /// One exemplar's keys and values: by layer as `pk_block_task` has them.
  final class Block {
    let tokens: Int
    /// The first token's position when the block was computed.
    let position: Int
    fileprivate var lastUse = 0
    private let caches: [pk_cache]
    private let halves: UnsafeMutablePointer<UInt16>
    let byteCount: Int

    init(tokens: Int, position: Int, _ caches: [pk_cache]) {
      self.tokens = tokens
      self.position = position
      self.caches = caches
      let count = caches.reduce(0) { $0 + 2 * tokens * $1.heads * $1.width }
      byteCount = count * MemoryLayout<UInt16>.size
      halves = .allocate(capacity: max(1, count))
    }

    deinit { halves.deallocate() }

    /// One task per layer, with the cache's position and no turning.
    func tasks(at position: Int) -> [pk_block_task] {
      var next = halves
      return caches.map { cache in
        let count = tokens * cache.heads * cache.width
        defer { next += 2 * count }
        return pk_block_task(
          cache: cache, keys: next, values: next + count, tokens: tokens, position: position,
          cosines: nil, sines: nil, rotated: 0, halves: 0)
      }
    }
  }

  private var blocks: [Key: Block] = [:]
  private var clock = 0
  private let budget: Int
  private(set) var byteCount = 0

  /// - Parameter budget: the most bytes that blocks take together.
  init(budget: Int) { self.budget = budget }

  func block(_ key: Key) -> Block? {
    clock += 1
    let block = blocks[key]
    block?.lastUse = clock
    return block
  }

  /// Keeps a block; one that is larger than the budget is kept by its users alone.
  func keep(_ block: Block, as key: Key) {
    guard block.byteCount <= budget else { return }
    clock += 1
    block.lastUse = clock
    if let old = blocks.updateValue(block, forKey: key) { byteCount -= old.byteCount }
    byteCount += block.byteCount
    while byteCount > budget, let oldest = blocks.min(by: { $0.value.lastUse < $1.value.lastUse }) {
      blocks[oldest.key] = nil
      byteCount -= oldest.value.byteCount
    }
  }
}
