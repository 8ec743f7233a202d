import HeapModule

/// A piece of a word while its parts are being merged.
struct Symbol {
  /// First byte within the word.
  var start: Int32
  /// In bytes; 0 if it was merged into the symbol to its left.
  var length: Int32
  /// `-1` if the piece is not a token.
  var id: TokenID
}

/// Decides what two neighbouring symbols become.
protocol MergeRule {
  func merge(_ left: Symbol, _ right: Symbol, in word: UnsafeBufferPointer<UInt8>) -> Merge
}

/// Merges neighbouring symbols, the smallest priority first and the leftmost among equals, until no
/// two can be merged. It reuses its memory for the next word.
///
/// It takes O(n²) for short words, where that is fastest, and O(n log n) for long ones.
struct SymbolMerger {
  /// Words with more symbols use the heap.
  private static let shortWord = 40

  /// The word: the caller fills it and reads the result from it.
  var symbols: [Symbol] = []
  private var merges: [Merge] = []

  @inline(__always)
  mutating func merge(by rule: some MergeRule, in word: UnsafeBufferPointer<UInt8>) {
    if symbols.count <= Self.shortWord {
      mergeShort(by: rule, in: word)
    } else {
      mergeLong(by: rule, in: word)
    }
  }

  @inline(__always)
  private mutating func mergeShort(
    by rule: some MergeRule, in word: UnsafeBufferPointer<UInt8>
  ) {
    guard symbols.count > 1 else { return }
    merges.removeAll(keepingCapacity: true)
    for index in 1..<symbols.count {
      merges.append(rule.merge(symbols[index - 1], symbols[index], in: word))
    }
    while true {
      var best = Merge.none
      var place = -1
      for index in merges.indices where merges[index].priority < best.priority {
        best = merges[index]
        place = index
      }
      guard place >= 0 else { return }
      symbols[place].length += symbols[place + 1].length
      symbols[place].id = best.id
      symbols.remove(at: place + 1)
      merges.remove(at: place)
      if place > 0 {
        merges[place - 1] = rule.merge(symbols[place - 1], symbols[place], in: word)
      }
      if place < merges.count {
        merges[place] = rule.merge(symbols[place], symbols[place + 1], in: word)
      }
    }
  }

  private mutating func mergeLong(
    by rule: some MergeRule, in word: UnsafeBufferPointer<UInt8>
  ) {
    var links = Links(count: symbols.count)
    var candidates: [Candidate] = []
    for index in 1..<symbols.count {
      let merge = rule.merge(symbols[index - 1], symbols[index], in: word)
      if merge != .none { candidates.append(Candidate(merge, at: index - 1)) }
    }
    var heap = Heap(candidates)
    while let candidate = heap.popMin() {
      let left = candidate.position
      let right = links.next(left)
      guard symbols[left].length > 0, right < symbols.count,
        // Either may have been merged since; then there is a newer candidate or none.
        rule.merge(symbols[left], symbols[right], in: word) == candidate.merge
      else { continue }
      symbols[left].length += symbols[right].length
      symbols[left].id = candidate.merge.id
      symbols[right].length = 0
      links.remove(right)
      let before = links.previous(left)
      if before >= 0 {
        let merge = rule.merge(symbols[before], symbols[left], in: word)
        if merge != .none { heap.insert(Candidate(merge, at: before)) }
      }
      let after = links.next(left)
      if after < symbols.count {
        let merge = rule.merge(symbols[left], symbols[after], in: word)
        if merge != .none { heap.insert(Candidate(merge, at: left)) }
      }
    }
    symbols.removeAll { $0.length == 0 }
  }
}

/// A possible merge of the symbol at a position with the next one.
private struct Candidate: Comparable {
  let key: UInt64
  let id: TokenID

  init(_ merge: Merge, at position: Int) {
    key = UInt64(merge.priority) << 32 | UInt64(position)
    id = merge.id
  }

  var position: Int { Int(truncatingIfNeeded: key & 0xFFFF_FFFF) }
  var merge: Merge { Merge(priority: UInt32(truncatingIfNeeded: key >> 32), id: id) }

  static func < (left: Candidate, right: Candidate) -> Bool { left.key < right.key }
}

/// The neighbours of the remaining symbols.
private struct Links {
  private var nextIndex: [Int32]
  private var previousIndex: [Int32]

  init(count: Int) {
    nextIndex = (0..<count).map { Int32($0 + 1) }
    previousIndex = (0..<count).map { Int32($0 - 1) }
  }

  func next(_ index: Int) -> Int { Int(nextIndex[index]) }
  func previous(_ index: Int) -> Int { Int(previousIndex[index]) }

  mutating func remove(_ index: Int) {
    let (before, after) = (previous(index), next(index))
    if before >= 0 { nextIndex[before] = Int32(after) }
    if after < previousIndex.count { previousIndex[after] = Int32(before) }
  }
}
