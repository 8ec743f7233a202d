/// Ascends the expected reward of the first pick, Σ π(a | query) · r(query, a) over the candidates
/// a: the policy gradient with every action in place of a sample, and therefore without sampling
/// noise.
///
/// Its gradient by the scores is π(a) · (r(a) − Σ π · r) / temperature.
/// Source: Sutton et al., "Comparing policy-gradient algorithms", 2001 ("all-action"); Ciosek and
/// Whiteson, "Expected policy gradients", 2018.
struct ExpectedReward {
  private static let batch = 32

  private let problem: TrainingProblem
  private let options: TrainingOptions
  /// Rewards minus the mean of their query, in units of their standard deviation.
  private let rows: [ObservedRewards]
  private let start: [Float]
  private var adam: AdamOptimizer
  private var epoch: UInt64 = 0
  /// The parameters that were fitted last.
  private(set) var parameters: [Float]
  /// Running mean of the parameters over epochs.
  private(set) var averaged: [Float]

  var count: Int { rows.count }

  init(
    _ observed: [ObservedRewards], _ problem: TrainingProblem, start: [Float],
    options: TrainingOptions
  ) {
    var fitting = options
    fitting.learningRate = options.surveyLearningRate
    self.options = fitting
    self.problem = problem
    let usable = observed.filter { $0.picks.count > 1 }
    let scale = usable.deviation
    rows = usable.map { row in
      let mean = row.mean
      return ObservedRewards(
        query: row.query, picks: row.picks, rewards: row.rewards.map { ($0 - mean) / scale },
        empty: (row.empty - mean) / scale)
    }
    self.start = start
    parameters = start
    averaged = start
    adam = AdamOptimizer(count: start.count)
  }

  /// The mean expected reward, and its gradient.
  static func objective(
    _ network: MatchingNetwork, _ problem: TrainingProblem, _ rows: [ObservedRewards],
    _ options: TrainingOptions
  ) -> (value: Double, gradient: [Float]) {
    network.firstPick(problem, rows, options) { row, probabilities in
      let expected = zip(probabilities, row.rewards).reduce(0) { $0 + $1.0 * $1.1 }
      return (expected, zip(probabilities, row.rewards).map { $0 * ($1 - expected) })
    }
  }

  /// Processes all rows once, in a random order for each epoch.
  mutating func advance(_ network: MatchingNetwork) throws(PromptMatchingError) {
    epoch += 1
    var generator = SeededGenerator(seed: options.seed &* 104_729 &+ epoch)
    let order = rows.shuffled(using: &generator)
    for from in stride(from: 0, to: order.count, by: Self.batch) {
      let step = Self.objective(
        try network.with(parameters: parameters), problem,
        Array(order[from..<min(order.count, from + Self.batch)]), options)
      adam.ascend(&parameters, gradient: step.gradient, start: start, options: options)
    }
    // The mean begins with the first epoch's parameters; the start would hold it back.
    let keeping = epoch == 1 ? 0 : Float(options.surveyAveraging)
    averaged.mix(keeping: keeping, adding: 1 - keeping, of: parameters)
  }
}
