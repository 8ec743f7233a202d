import PromptMatching

/// Texts with a topic, which rules their similarity, and a format, which rules the reward: the
/// nearest exemplars are not the best, and the best can be seen in the embedding.
struct FormatEnvironment {
  static let dimensions = 24
  let formats: Int
  let problem: TrainingProblem
  let poolFormats: [Int]
  let queryFormats: [Int]

  init(pool: Int = 40, queries: Int = 80, formats: Int = 4, seed: UInt64) throws {
    self.formats = formats
    let d = Self.dimensions
    let topics = randomVectors(10, d, seed: 1000)
    let marks = randomVectors(formats, d, seed: 2000)
    func rows(_ count: Int, _ seed: UInt64) -> (vectors: [Float], formats: [Int]) {
      var generator = SeededGenerator(seed: seed)
      var vectors: [Float] = []
      var labels: [Int] = []
      for _ in 0..<count {
        let topic = Int.random(in: 0..<10, using: &generator)
        let format = Int.random(in: 0..<formats, using: &generator)
        labels.append(format)
        for i in 0..<d {
          vectors.append(
            topics[topic * d + i] + 0.45 * marks[format * d + i]
              + 0.05 * Float(generator.normal()))
        }
      }
      return (vectors, labels)
    }
    let (poolRows, queryRows) = (rows(pool, seed), rows(queries, seed + 1))
    poolFormats = poolRows.formats
    queryFormats = queryRows.formats
    problem = try TrainingProblem(
      pool: poolRows.vectors, queries: queryRows.vectors, dimensions: d, encoderIdentity: "test")
  }

  /// Share of the shots that have the query's format: at most 1.
  var reward: ComputedReward {
    let (pool, queries) = (poolFormats, queryFormats)
    return ComputedReward { list in
      let fitting = list.picks.filter { pool[$0] == queries[list.query] }.count
      return Double(fitting) / Double(max(1, list.picks.count))
    }
  }

  func options(seed: UInt64 = 1, rounds: Int = 120) -> TrainingOptions {
    var options = TrainingOptions()
    options.shots = 2
    options.hidden = 16
    options.learningRate = 3e-3
    options.maximumRounds = rounds
    options.patience = 100
    options.seed = seed
    return options
  }
}
