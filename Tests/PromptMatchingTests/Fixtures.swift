import PromptMatching

/// Random unit vectors, [count × dimensions] row-major.
func randomVectors(_ count: Int, _ dimensions: Int, seed: UInt64) -> [Float] {
  var generator = SeededGenerator(seed: seed)
  var result: [Float] = []
  for _ in 0..<count {
    let row = (0..<dimensions).map { _ in generator.normal() }
    let norm = row.reduce(0) { $0 + $1 * $1 }.squareRoot()
    result += row.map { Float($0 / norm) }
  }
  return result
}

/// Vectors as a sentence encoder makes them: in clusters around topics, all with a common part.
func clusteredVectors(_ count: Int, _ dimensions: Int, topics: Int, seed: UInt64) -> [Float] {
  let centres = randomVectors(topics, dimensions, seed: seed)
  let noise = randomVectors(count, dimensions, seed: seed + 1)
  let common = randomVectors(1, dimensions, seed: seed + 2)
  return (0..<count).flatMap { row in
    (0..<dimensions).map { i in
      centres[row % topics * dimensions + i] + 0.7 * noise[row * dimensions + i] + 0.4 * common[i]
    }
  }
}

/// A network that has left day zero: every parameter moved.
func learnedNetwork(dimensions: Int, hidden: Int, seed: UInt64) throws -> MatchingNetwork {
  let start = MatchingNetwork.dayZero(
    dimensions: dimensions, hidden: hidden, encoderIdentity: "test", seed: seed)
  var generator = SeededGenerator(seed: seed + 1)
  return try start.with(
    parameters: start.parameters.map { $0 + Float(generator.normal()) * 0.3 })
}

/// The same with signals and the choice of ending a list.
func stoppingNetwork(dimensions: Int, hidden: Int, seed: UInt64) throws -> MatchingNetwork {
  let start = MatchingNetwork.dayZero(
    dimensions: dimensions, hidden: hidden, encoderIdentity: "test", seed: seed,
    prior: MatchingPrior(
      words: 0.4, form: 0.7, brevity: 0.3, agreement: 0.8, firstStop: 0.2, laterStop: -0.1))
  var generator = SeededGenerator(seed: seed + 1)
  return try start.with(
    parameters: start.parameters.map { $0 + Float(generator.normal()) * 0.3 })
}

/// All ordered lists of `length` out of `items`.
func orderedLists(_ items: [Int], length: Int) -> [[Int]] {
  if length == 0 { return [[]] }
  return items.flatMap { first in
    orderedLists(items.filter { $0 != first }, length: length - 1).map { [first] + $0 }
  }
}
