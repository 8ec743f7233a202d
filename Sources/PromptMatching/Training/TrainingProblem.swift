/// What a matching network is trained on: a pool, queries, and which exemplars a query must not
/// see.
public struct TrainingProblem: Sendable {
  public let encoderIdentity: String
  public let dimensions: Int
  /// Unit embeddings of the pool, [n × d].
  let pool: Matrix
  /// Unit embeddings of the queries, [q × d].
  let queries: Matrix
  /// By query: exemplars that are the query itself or nearly so.
  public let excluded: [Set<Int>]
  /// The candidates by vectors, words and form; nil for a problem of vectors alone.
  private(set) var table: CandidateTable?
  /// By query and exemplar, the signals of a narrowed problem.
  private var narrowedSignals: [Int: [Int: [Float]]]?
  /// The given queries. Validation queries are drawn from them, not from those that come from the
  /// pool.
  let given: Range<Int>

  public var poolCount: Int { pool.rows }
  public var queryCount: Int { queries.rows }

  /// - Parameters:
  ///   - pool: [n × d] row-major; rows are scaled to length 1.
  ///   - queries: [q × d] row-major.
  ///   - excluded: one set per query; empty to exclude nothing.
  /// - Throws: ``PromptMatchingError`` for wrong lengths and values that are not finite.
  public init(
    pool: [Float], queries: [Float], dimensions: Int, encoderIdentity: String,
    excluded: [Set<Int>] = []
  ) throws(PromptMatchingError) {
    try self.init(
      pool: pool, queries: queries, dimensions: dimensions, encoderIdentity: encoderIdentity,
      excluded: excluded, given: nil)
  }

  private init(
    pool: [Float], queries: [Float], dimensions: Int, encoderIdentity: String,
    excluded: [Set<Int>], given: Int?
  ) throws(PromptMatchingError) {
    self.dimensions = dimensions
    self.encoderIdentity = encoderIdentity
    self.pool = try unitMatrix(pool, columns: dimensions)
    self.queries = try unitMatrix(queries, columns: dimensions)
    guard excluded.isEmpty || excluded.count == self.queries.rows else {
      throw .invalidOption(
        "\(excluded.count) sets of excluded exemplars were given for \(self.queries.rows) queries.")
    }
    self.excluded =
      excluded.isEmpty ? [Set<Int>](repeating: [], count: self.queries.rows) : excluded
    self.given = 0..<(given ?? self.queries.rows)
  }

  /// The pool asks itself: each exemplar is a query once, and neither it nor a near duplicate can
  /// be its shot.
  public init(
    selfSupervised pool: [Float], dimensions: Int, encoderIdentity: String,
    duplicateCosine: Float = 0.995
  ) throws(PromptMatchingError) {
    try self.init(
      pool: pool, queries: pool, dimensions: dimensions, encoderIdentity: encoderIdentity,
      excluded: try others(of: pool, columns: dimensions, from: duplicateCosine))
  }

  /// Queries that are also in the pool, or nearly so, cannot have themselves as shots.
  ///
  /// - Parameters:
  ///   - duplicateCosine: the cosine from which two instructions count as the same.
  ///   - poolAsks: whether the pool's exemplars are queries too, after the given ones.
  public init(
    pool: [Float], queries: [Float], dimensions: Int, encoderIdentity: String,
    duplicateCosine: Float, poolAsks: Bool = false
  ) throws(PromptMatchingError) {
    let asked = try unitMatrix(queries, columns: dimensions)
    var excluded = nearDuplicates(
      of: asked, in: try unitMatrix(pool, columns: dimensions), from: duplicateCosine)
    if poolAsks {
      excluded += try others(of: pool, columns: dimensions, from: duplicateCosine)
    }
    try self.init(
      pool: pool, queries: poolAsks ? queries + pool : queries, dimensions: dimensions,
      encoderIdentity: encoderIdentity, excluded: excluded, given: asked.rows)
  }

  /// The same problem with the texts that vectors were made of. Candidates and signals are then
  /// those of service (``CandidateFinder``), and a list may end early.
  ///
  /// - Parameters:
  ///   - pool: the exemplars.
  ///   - queries: one per query, in the order of the vectors; those of the pool come last where it
  ///     asks too.
  public func described(
    pool: [Demonstration], queries: [InstructionRequest]
  ) throws(PromptMatchingError) -> TrainingProblem {
    guard pool.count == poolCount, queries.count == queryCount else {
      throw .invalidOption(
        "\(pool.count) and \(queries.count) texts were given for \(poolCount) exemplars and "
          + "\(queryCount) queries.")
    }
    var result = self
    result.table = CandidateTable(
      CandidateFinder(
        EmbeddedPool(vectors: self.pool.values, dimensions: dimensions), exemplars: pool),
      queries: queries)
    return result
  }

  /// Whether texts are known, and so signals.
  var isDescribed: Bool { table != nil || narrowedSignals != nil }

  /// By exemplar, the signals of a query's candidates; nil without texts.
  func signals(of query: Int, count: Int) -> [Int: [Float]]? {
    if let narrowedSignals { return narrowedSignals[query] ?? [:] }
    return entry(query, count: count)?.signals
  }

  func entry(_ query: Int, count: Int) -> CandidateTable.Entry? {
    table?.entry(
      query, vector: Array(queries.row(query)), excluded: excluded[query], count: count)
  }

  private init(_ whole: TrainingProblem, pool: Matrix) {
    encoderIdentity = whole.encoderIdentity
    dimensions = whole.dimensions
    self.pool = pool
    queries = whole.queries
    excluded = [Set<Int>](repeating: [], count: whole.queries.rows)
    given = whole.given
  }

  /// The same queries over only the observed exemplars, with their rewards: a step with few queries
  /// need not map a pool of thousands. Exclusions are dropped, because they already limited what
  /// was observed.
  ///
  /// - Parameter count: how many candidates the queries had.
  func narrowed(
    to observed: [ObservedRewards], count: Int
  ) -> (TrainingProblem, [ObservedRewards]) {
    let rows = Set(observed.flatMap(\.picks)).sorted()
    let places = Dictionary(uniqueKeysWithValues: zip(rows, rows.indices))
    let few = Matrix(
      rows: rows.count, columns: dimensions, values: rows.flatMap { pool.row($0) })
    var problem = TrainingProblem(self, pool: few)
    if isDescribed {
      problem.narrowedSignals = Dictionary(
        observed.map { row in
          let known = signals(of: row.query, count: count) ?? [:]
          let pairs = row.picks.compactMap { pick in
            places[pick].flatMap { place in known[pick].map { (place, $0) } }
          }
          return (row.query, Dictionary(pairs) { first, _ in first })
        }, uniquingKeysWith: { first, _ in first })
    }
    return (
      problem,
      observed.map { row in
        ObservedRewards(
          query: row.query, picks: row.picks.compactMap { places[$0] }, rewards: row.rewards,
          empty: row.empty)
      }
    )
  }

  /// The query's unit embedding.
  public func query(_ index: Int) -> [Float] { Array(queries.row(index)) }
}

/// Rows scaled to length 1; a zero row stays zero.
private func unitMatrix(_ values: [Float], columns: Int) throws(PromptMatchingError) -> Matrix {
  guard columns > 0, values.count % columns == 0 else {
    throw .wrongDimensions(expected: columns, found: columns > 0 ? values.count % columns : 0)
  }
  let rows = values.count / columns
  var result: [Float] = []
  result.reserveCapacity(values.count)
  for row in 0..<rows {
    let vector = Array(values[row * columns..<(row + 1) * columns])
    guard vector.allSatisfy(\.isFinite) else { throw .notFinite(row: row) }
    result += normalised(vector)
  }
  return Matrix(rows: rows, columns: columns, values: result)
}

/// By exemplar, itself and its near duplicates: none of them can be its shot.
private func others(
  of pool: [Float], columns: Int, from cosine: Float
) throws(PromptMatchingError) -> [Set<Int>] {
  let rows = try unitMatrix(pool, columns: columns)
  return nearDuplicates(of: rows, in: rows, from: cosine).enumerated().map { $1.union([$0]) }
}

/// By query, the rows of the pool that are nearly the same.
///
/// One block at a time: the whole table of similarities of 10,000 would take 400 MB.
private func nearDuplicates(
  of queries: Matrix, in pool: Matrix, from cosine: Float
) -> [Set<Int>] {
  let d = queries.columns
  return stride(from: 0, to: queries.rows, by: 256).flatMap { start in
    let end = min(queries.rows, start + 256)
    let block = Matrix(
      rows: end - start, columns: d, values: Array(queries.values[start * d..<end * d]))
    let similarity = block.timesTransposed(pool)
    return (0..<end - start).map { query in
      let row = similarity.row(query)
      return Set(row.indices.filter { row[$0] >= cosine }.map { $0 - row.startIndex })
    }
  }
}
