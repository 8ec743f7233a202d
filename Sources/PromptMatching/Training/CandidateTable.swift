internal import Synchronization

/// The candidates of a training's queries with their signals, found once per query.
final class CandidateTable: Sendable {
  private let finder: CandidateFinder
  private let queries: [InstructionRequest]
  private let known = Mutex<[Key: Entry]>([:])

  private struct Key: Hashable {
    let query, count: Int
  }

  struct Entry {
    /// Ascending.
    let rows: [Int]
    /// By row, one value per signal.
    let signals: [Int: [Float]]
  }

  init(_ finder: CandidateFinder, queries: [InstructionRequest]) {
    self.finder = finder
    self.queries = queries
  }

  func entry(_ query: Int, vector: [Float], excluded: Set<Int>, count: Int) -> Entry {
    let key = Key(query: query, count: count)
    if let entry = known.withLock({ $0[key] }) { return entry }
    let found = finder.find(
      MatchQuery(queries[query], embedding: vector, excluded: excluded), count: count,
      prior: .measured)
    let width = CandidateSignal.allCases.count
    let signals = found.rows.indices.map { place in
      (found.rows[place], Array(found.signals[place * width..<(place + 1) * width]))
    }
    let entry = Entry(
      rows: found.rows.sorted(), signals: Dictionary(uniqueKeysWithValues: signals))
    known.withLock { $0[key] = entry }
    return entry
  }
}
