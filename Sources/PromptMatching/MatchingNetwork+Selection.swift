internal import Foundation

extension MatchingNetwork {
  /// Draws an ordered list of exemplars for an instruction, one after another.
  ///
  /// - Parameters:
  ///   - query: the instruction's embedding, d values.
  ///   - index: the pool, from ``index(embeddings:)`` of this network.
  /// - Returns: at most `options.shots` picks, none for an empty pool.
  public func select(
    query: [Float], from index: ExemplarIndex, options: SelectionOptions
  ) throws(PromptMatchingError) -> Selection {
    var state = try PolicyState(self, index, query: query, options: options)
    var generator = SeededGenerator(seed: options.seed)
    var picks: [Selection.Pick] = []
    var propensity = 1.0
    var stopProbability: Double?
    for pinned in options.entering(of: index.count) {
      picks.append(
        .init(index: pinned, probability: 1, cosine: state.cosine(pinned), isPinned: true))
      state.choose(pinned)
    }
    while picks.count < options.shots, state.availableCount > 0 {
      let weights = state.softmax()
      guard let pick = options.greedy ? likeliest(weights, state) : draw(weights, state, &generator)
      else { break }
      let probability = state.mixed(weights[pick])
      if pick == index.count {
        stopProbability = probability
        if !options.greedy { propensity *= probability }
        break
      }
      picks.append(
        .init(
          index: pick, probability: probability, cosine: state.cosine(pick), isPinned: false))
      if !options.greedy { propensity *= probability }
      state.choose(pick)
    }
    return Selection(picks: picks, propensity: propensity, stopProbability: stopProbability)
  }

  /// The scores of the first pick, one per exemplar: before the temperature, without shifts.
  public func scores(
    query: [Float], index: ExemplarIndex
  ) throws(PromptMatchingError) -> [Float] {
    try PolicyState(self, index, query: query, options: SelectionOptions()).scores()
  }

  /// log π(list | query): the natural logarithm of the probability that a draw (not a greedy
  /// choice) with these options gives exactly this ordered list; where lists may end early, that
  /// it ends after its last exemplar too.
  ///
  /// - Throws: ``PromptMatchingError/invalidPick(_:)`` for a list that cannot be drawn.
  public func logProbability(
    of list: [Int], query: [Float], index: ExemplarIndex, options: SelectionOptions
  ) throws(PromptMatchingError) -> Double {
    var state = try PolicyState(self, index, query: query, options: options)
    var result = 0.0
    let pinned = options.entering(of: index.count)
    for (place, pick) in list.enumerated() {
      guard state.available.indices.contains(pick), state.available[pick],
        place >= pinned.count || pinned[place] == pick
      else { throw .invalidPick(pick) }
      if place >= pinned.count { result += log(state.mixed(state.softmax()[pick])) }
      state.choose(pick)
    }
    if state.mayStop, list.count < options.shots, list.count >= pinned.count,
      state.availableCount > 0
    {
      result += log(state.mixed(state.softmax()[index.count]))
    }
    return result
  }

  private func likeliest(_ weights: [Double], _ state: PolicyState) -> Int? {
    var best: Int?
    for i in weights.indices where i == state.index.count || state.available[i] {
      if best.map({ weights[i] > weights[$0] }) ?? true { best = i }
    }
    return best
  }

  private func draw(
    _ weights: [Double], _ state: PolicyState, _ generator: inout SeededGenerator
  ) -> Int? {
    var rest = generator.uniform()
    var last: Int?
    for i in weights.indices where i == state.index.count || state.available[i] {
      let probability = state.mixed(weights[i])
      guard probability > 0 else { continue }
      last = i
      rest -= probability
      if rest < 0 { break }
    }
    return last
  }
}
