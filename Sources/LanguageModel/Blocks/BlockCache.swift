import CKernels
import Crypto
import Foundation
import ModelFormats
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
  ///
  /// `@unchecked`: the values are written once, by ``Block/init(tokens:position:_:)``'s caller, and
  /// what changes later is used on the inference thread alone.
  final class Block: @unchecked Sendable {
    let tokens: Int
    /// The first token's position when the block was computed.
    let position: Int
    fileprivate var lastUse = 0
    /// Whether it was given to the folder, or comes from there.
    fileprivate var isInFolder = false
    private let caches: [pk_cache]
    private let halves: UnsafeMutablePointer<UInt16>
    /// Nil for memory of its own.
    private let file: MappedFile?
    let byteCount: Int

    /// Room for a block's values.
    init(tokens: Int, position: Int, _ caches: [pk_cache]) {
      self.tokens = tokens
      self.position = position
      self.caches = caches
      byteCount = Self.byteCount(tokens: tokens, caches)
      halves = .allocate(capacity: max(1, byteCount / MemoryLayout<UInt16>.size))
      file = nil
    }

    /// A block whose values lie in a file, to be read alone.
    init(tokens: Int, position: Int, _ caches: [pk_cache], in file: MappedFile) {
      self.tokens = tokens
      self.position = position
      self.caches = caches
      byteCount = Self.byteCount(tokens: tokens, caches)
      let values = UnsafeMutableRawBufferPointer(mutating: BlockFolder.values(of: file))
      halves = values.bindMemory(to: UInt16.self).baseAddress ?? .allocate(capacity: 0)
      self.file = file
      isInFolder = true
    }

    deinit { if file == nil { halves.deallocate() } }

    static func byteCount(tokens: Int, _ caches: [pk_cache]) -> Int {
      caches.reduce(0) { $0 + 2 * tokens * $1.heads * $1.width } * MemoryLayout<UInt16>.size
    }

    func withValues(_ body: (UnsafeRawBufferPointer) -> Void) {
      body(UnsafeRawBufferPointer(start: halves, count: byteCount))
    }

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
  private let caches: [pk_cache]
  private let folder: Folder?
  private(set) var byteCount = 0

  /// Where blocks outlive the process.
  struct Folder {
    let files: BlockFolder
    let identity: KnownIdentity
  }

  /// - Parameters:
  ///   - budget: the most bytes that blocks take together.
  ///   - caches: one per layer, as in the decoder.
  init(budget: Int, _ caches: [pk_cache], folder: Folder? = nil) {
    self.budget = budget
    self.caches = caches
    self.folder = folder
  }

  /// A block that was kept. One that is used again goes to the folder, too: most are used once.
  func block(_ key: Key) -> Block? {
    clock += 1
    if let block = blocks[key] {
      block.lastUse = clock
      if let folder, !block.isInFolder {
        block.isInFolder = true
        folder.files.keep(named: name(key, folder)) { block.withValues($0) }
      }
      return block
    }
    let tokens = key.tokens.count
    let bytes = Block.byteCount(tokens: tokens, caches)
    guard let folder, bytes > 0,
      let file = folder.files.values(named: name(key, folder), byteCount: bytes)
    else { return nil }
    let block = Block(tokens: tokens, position: key.beginning.count, caches, in: file)
    keep(block, as: key)
    return block
  }

  private func name(_ key: Key, _ folder: Folder) -> String {
    var hash = SHA256()
    // Kernels of other processors compute a little differently.
    let model = "\(folder.identity.value) \(LanguageModel.kernels)"
    for text in [model, key.adapter?.identity ?? ""] {
      hash.update(data: Data((text + "\n").utf8))
    }
    for tokens in [key.beginning, key.tokens] {
      hash.update(data: Data("\(tokens.count)\n".utf8))
      tokens.withUnsafeBytes { hash.update(bufferPointer: $0) }
    }
    return hash.finalize().prefix(16).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
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
