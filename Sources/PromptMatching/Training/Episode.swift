/// A list that was drawn for a query of a training problem.
public struct Episode: Sendable, Equatable {
  public let list: ShotList
  /// log π of each pick when it was drawn, natural logarithm; one more for ending the list early.
  public let logProbabilities: [Double]
  /// What the first step could pick from; later steps have the rest.
  let available: Availability
}

/// The policy of a network over a training problem, for a batch of episodes at a time.
struct EpisodePolicy {
  let network: MatchingNetwork
  let problem: TrainingProblem
  let exemplars: HeadPass
  /// Whether lists may end early.
  let mayStop: Bool
  /// The exemplars' vectors and, where lists may end early, the one that stands for the end.
  let targets: Matrix
  let options: TrainingOptions

  init(_ network: MatchingNetwork, _ problem: TrainingProblem, _ options: TrainingOptions) {
    self.network = network
    self.problem = problem
    self.options = options
    exemplars = network.forward(.exemplar, problem.pool)
    mayStop = options.mayStop && network.layout.stops && problem.isDescribed
    targets =
      mayStop
      ? Matrix(
        rows: problem.poolCount + 1, columns: problem.dimensions,
        values: exemplars.output.values
          + network.parameters[network.layout.range(of: .stopVector)])
      : exemplars.output
  }

  /// Draws `trajectories` lists for each query.
  func sample(
    queries: [Int], trajectories: Int, _ generator: inout SeededGenerator
  ) -> [Episode] {
    let starts = availability(queries)
    var lists = queries.indices.flatMap { place in
      [Draft](
        repeating: Draft(query: queries[place], start: starts[place]), count: trajectories)
    }
    for _ in 0..<options.shots {
      let distribution = distribution(lists.map { ($0.query, $0.picks, $0.available) })
      for row in lists.indices where !lists[row].hasEnded {
        guard let pick = distribution.draw(row: row, lists[row].available, &generator)
        else { continue }
        lists[row].take(
          pick, distribution.probability(row: row, pick: pick), of: problem.poolCount)
      }
    }
    return lists.map(\.episode)
  }

  /// The most likely list of each query.
  func greedy(queries: [Int]) -> [ShotList] {
    let starts = availability(queries)
    var lists = queries.indices.map { Draft(query: queries[$0], start: starts[$0]) }
    for _ in 0..<options.shots {
      let distribution = distribution(lists.map { ($0.query, $0.picks, $0.available) })
      for row in lists.indices where !lists[row].hasEnded {
        guard let pick = distribution.likeliest(row: row, lists[row].available) else { continue }
        lists[row].take(
          pick, distribution.probability(row: row, pick: pick), of: problem.poolCount)
      }
    }
    return lists.map(\.episode.list)
  }

  /// One step's distributions, one row per state.
  func distribution(
    _ states: [(query: Int, picks: [Int], available: Availability)]
  ) -> StepDistribution {
    let isSignalled = network.layout.signals > 0 && problem.isDescribed
    return StepDistribution(
      network, states: stateInputs(states.map { ($0.query, $0.picks) }), targets: targets,
      chosen: states.map(\.picks.count), available: states.map(\.available),
      signals: isSignalled
        ? states.map { problem.signals(of: $0.query, count: options.candidateCount) ?? [:] } : [],
      mayStop: mayStop, temperature: options.temperature, epsilon: options.epsilon)
  }

  /// [query; mean of the chosen], [rows × 2d].
  func stateInputs(_ states: [(query: Int, picks: [Int])]) -> Matrix {
    let d = problem.dimensions
    var input = Matrix(rows: states.count, columns: 2 * d)
    for (row, state) in states.enumerated() {
      let start = row * 2 * d
      input.values.replaceSubrange(start..<start + d, with: problem.queries.row(state.query))
      guard options.isSequential, !state.picks.isEmpty else { continue }
      let share = 1 / Float(state.picks.count)
      for pick in state.picks {
        for (i, value) in problem.pool.row(pick).enumerated() {
          input.values[start + d + i] += share * value
        }
      }
    }
    return input
  }

  func availability(_ queries: [Int]) -> [Availability] {
    let available = problem.availability(queries, count: options.candidateCount)
    return mayStop ? available.map { $0.withStop(after: problem.poolCount) } : available
  }

  private struct Draft {
    let query: Int
    let start: Availability
    var available: Availability
    var picks: [Int] = []
    var logProbabilities: [Double] = []
    var hasEnded = false

    init(query: Int, start: Availability) {
      self.query = query
      self.start = start
      available = start
    }

    /// - Parameter count: of the pool; the pick after its last exemplar ends the list.
    mutating func take(_ pick: Int, _ probability: Double, of count: Int) {
      logProbabilities.append(logarithm(probability))
      guard pick < count else { return hasEnded = true }
      picks.append(pick)
      available.remove(pick)
    }

    var episode: Episode {
      Episode(
        list: .init(query: query, picks: picks), logProbabilities: logProbabilities,
        available: start)
    }
  }
}
