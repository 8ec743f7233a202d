/// Which exemplars of a pool a step can pick.
///
/// For a narrowed step the candidates are listed; otherwise everything except a few is available.
struct Availability: Sendable, Equatable {
  /// Sorted; nil for the whole pool.
  private(set) var candidates: [Int]?
  private(set) var leftOut: Set<Int>

  init(candidates: [Int]? = nil, leftOut: Set<Int> = []) {
    self.candidates = candidates?.sorted()
    self.leftOut = leftOut
  }

  func contains(_ pick: Int) -> Bool {
    guard !leftOut.contains(pick) else { return false }
    guard let candidates else { return true }
    let place = candidates.partitioningIndex { $0 >= pick }
    return place < candidates.count && candidates[place] == pick
  }

  func count(of n: Int) -> Int {
    guard let candidates else { return n - leftOut.count { (0..<n).contains($0) } }
    return candidates.count { !leftOut.contains($0) }
  }

  mutating func remove(_ pick: Int) { leftOut.insert(pick) }

  /// The same with the end of the list as a choice, which stands after the pool's last exemplar.
  func withStop(after n: Int) -> Availability {
    var candidates = candidates ?? (0..<n).filter(contains)
    candidates.append(n)
    return Availability(candidates: candidates, leftOut: leftOut)
  }

  @inline(__always)
  func forEach(below n: Int, _ body: (Int) -> Void) {
    if let candidates {
      for pick in candidates where !leftOut.contains(pick) { body(pick) }
      return
    }
    var start = 0
    for gap in leftOut.sorted() where (0..<n).contains(gap) {
      for pick in start..<gap { body(pick) }
      start = gap + 1
    }
    for pick in start..<max(start, n) { body(pick) }
  }

  @inline(__always)
  func forEachMissing(below n: Int, _ body: (Int) -> Void) {
    if candidates != nil {
      var present: Set<Int> = []
      forEach(below: n) { present.insert($0) }
      for pick in 0..<n where !present.contains(pick) { body(pick) }
      return
    }
    for gap in leftOut where (0..<n).contains(gap) { body(gap) }
  }
}

extension TrainingProblem {
  /// What each query's first step can pick from: the given number of nearest exemplars by cosine
  /// similarity, or the candidates of service where texts are known.
  func availability(_ queries: [Int], count: Int) -> [Availability] {
    if table != nil {
      return queries.map {
        Availability(candidates: entry($0, count: count)?.rows, leftOut: excluded[$0])
      }
    }
    guard poolCount > count else { return queries.map { Availability(leftOut: excluded[$0]) } }
    let rows = Matrix(
      rows: queries.count, columns: dimensions, values: queries.flatMap { self.queries.row($0) })
    let cosines = rows.timesTransposed(pool)
    return queries.enumerated().map { row, query in
      Availability(
        candidates: highest(Array(cosines.row(row)), count, excluded: excluded[query]),
        leftOut: excluded[query])
    }
  }

  /// The same as indices in the pool, ascending.
  func candidates(of queries: [Int], count: Int) -> [[Int]] {
    availability(queries, count: count).map { available in
      var picks: [Int] = []
      available.forEach(below: poolCount) { picks.append($0) }
      return picks
    }
  }
}

extension Array {
  /// The first index from which the predicate holds; the array is partitioned by it.
  fileprivate func partitioningIndex(where holds: (Element) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if holds(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
