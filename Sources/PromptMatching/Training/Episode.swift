/// A list that was drawn for a query of a training problem.
public struct Episode: Sendable, Equatable {
  public let list: ShotList
  /// log π of each pick when it was drawn, natural logarithm.
  public let logProbabilities: [Double]
  /// What the first step could pick from; later steps have the rest.
  let available: Availability
}

/// The policy of a network over a training problem, for a batch of episodes at a time.
struct EpisodePolicy {
  let network: MatchingNetwork
  let problem: TrainingProblem
  let exemplars: HeadPass
  let options: TrainingOptions

  init(_ network: MatchingNetwork, _ problem: TrainingProblem, _ options: TrainingOptions) {
    self.network = network
    self.problem = problem
    self.options = options
    exemplars = network.forward(.exemplar, problem.pool)
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
      for row in lists.indices {
        guard let pick = distribution.draw(row: row, lists[row].available, &generator)
        else { continue }
        lists[row].take(pick, distribution.probability(row: row, pick: pick))
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
      for row in lists.indices {
        guard let pick = distribution.likeliest(row: row, lists[row].available) else { continue }
        lists[row].take(pick, distribution.probability(row: row, pick: pick))
      }
    }
    return lists.map(\.episode.list)
  }

  /// One step's distributions, one row per state.
  func distribution(
    _ states: [(query: Int, picks: [Int], available: Availability)]
  ) -> StepDistribution {
    StepDistribution(
      network, states: stateInputs(states.map { ($0.query, $0.picks) }), exemplars: exemplars,
      available: states.map(\.available), temperature: options.temperature,
      epsilon: options.epsilon)
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
    problem.availability(queries, count: options.candidateCount)
  }

  private struct Draft {
    let query: Int
    let start: Availability
    var available: Availability
    var picks: [Int] = []
    var logProbabilities: [Double] = []

    init(query: Int, start: Availability) {
      self.query = query
      self.start = start
      available = start
    }

    mutating func take(_ pick: Int, _ probability: Double) {
      picks.append(pick)
      logProbabilities.append(logarithm(probability))
      available.remove(pick)
    }

    var episode: Episode {
      Episode(
        list: .init(query: query, picks: picks), logProbabilities: logProbabilities,
        available: start)
    }
  }
}
