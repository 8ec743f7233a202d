import Tokenizers

/// Which examples are trained on and which are measured with, and what each step draws. The seed
/// decides everything, so a training that goes on after an end draws what it would have drawn.
struct TrainingPlan: Sendable {
  let examples: [TrainingExample]
  /// The nearest other examples of each, best first.
  let neighbours: [[Int]]
  let training: [Int]
  let heldOut: [Int]
  let settings: TrainingSettings
  let builder: SequenceBuilder
  /// Examples that were left out, a sentence each.
  let problems: [String]

  init(
    _ examples: [TrainingExample], neighbours: [[Int]], settings: TrainingSettings,
    builder: SequenceBuilder
  ) {
    self.examples = examples
    self.neighbours = neighbours
    self.settings = settings
    self.builder = builder
    var problems: [String] = []
    var usable: [Int] = []
    for (index, example) in examples.enumerated() {
      if builder.fits(example) {
        usable.append(index)
      } else {
        problems.append(
          "\(example.place) is skipped: it is longer than \(settings.maximumTokens) tokens")
      }
    }
    self.problems = problems
    var random = TrainingRandom(seed: settings.seed)
    random.shuffle(&usable)
    let wanted = (Double(usable.count) * settings.heldOut).rounded(.up)
    let count = usable.count < 4 ? 0 : min(Int(wanted), Self.mostHeldOut)
    heldOut = usable.prefix(count).sorted()
    training = usable.dropFirst(count).sorted()
  }

  /// Measuring more takes longer and tells little more.
  private static let mostHeldOut = 200

  var steps: Int {
    max(1, Int((Double(training.count) * settings.epochs / Double(settings.batch)).rounded()))
  }

  /// The examples of a step with their shots; steps are counted from 0.
  func draw(step: Int) -> [(example: TrainingExample, shots: [ShownExample])] {
    (0..<settings.batch).compactMap { place in
      let number = step * settings.batch + place
      guard !training.isEmpty else { return nil }
      let epoch = number / training.count
      let index = order(epoch)[number % training.count]
      var random = TrainingRandom(
        seed: settings.seed &* 1_000_003 &+ UInt64(number) &+ 0x5348_4f54)
      let count = random.below(settings.shots + 1)
      return (examples[index], shots(of: index, count: count))
    }
  }

  /// The order of an epoch.
  private func order(_ epoch: Int) -> [Int] {
    var order = training
    var random = TrainingRandom(
      seed: settings.seed &* 7_919 &+ UInt64(epoch) &+ 0x4f52_4445)
    random.shuffle(&order)
    return order
  }

  /// The nearest examples that are trained on.
  func shots(of index: Int, count: Int) -> [ShownExample] {
    guard neighbours.indices.contains(index) else { return [] }
    let held = Set(heldOut)
    return neighbours[index].lazy.filter { !held.contains($0) && $0 != index }
      .compactMap { examples[$0].shown }.prefix(count).map { $0 }
  }

  /// What is measured: with as many shots as serve.
  func heldOutDraws() -> [(example: TrainingExample, shots: [ShownExample])] {
    heldOut.map { (examples[$0], shots(of: $0, count: settings.shots)) }
  }
}

extension SequenceBuilder {
  /// Whether an example without shots is short enough.
  func fits(_ example: TrainingExample) -> Bool {
    switch example.content {
    case .instruction, .completion: sequence(example, shots: []) != nil
    case .preference(let prompt, let chosen, let rejected):
      sequence(prompt: prompt, completion: chosen) != nil
        && sequence(prompt: prompt, completion: rejected) != nil
    case .label(let prompt, let completion, _):
      sequence(prompt: prompt, completion: completion) != nil
    }
  }
}
