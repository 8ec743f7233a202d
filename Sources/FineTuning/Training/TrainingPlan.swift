import Tokenizers

/// Which examples are trained on and which are measured with, and what each step draws. The seed
/// decides everything, so a training that goes on after an end draws what it would have drawn.
struct TrainingPlan: Sendable {
  let examples: [TrainingExample]
  /// The nearest other examples of each, best first.
  let neighbours: [[Int]]
  let training: [Int]
  /// How many of them are not the model's own answers.
  let taught: Int
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
      if builder.unit(example, shots: []) != nil {
        usable.append(index)
      } else {
        problems.append(
          "\(example.place) is skipped: it is longer than \(settings.maximumTokens) tokens")
      }
    }
    self.problems = problems
    var random = TrainingRandom(seed: settings.seed)
    let replayed = usable.filter { examples[$0].isReplayed }
    usable.removeAll { examples[$0].isReplayed }
    random.shuffle(&usable)
    let wanted = (Double(usable.count) * settings.heldOut).rounded(.up)
    let count = usable.count < 4 ? 0 : min(Int(wanted), Self.mostHeldOut)
    heldOut = usable.prefix(count).sorted()
    taught = usable.count - count
    training = taught == 0 ? [] : (usable.dropFirst(count) + replayed).sorted()
  }

  /// Measuring more takes longer and tells little more.
  private static let mostHeldOut = 200

  var hasPreferences: Bool {
    (training + heldOut).contains { examples[$0].content.isPreference }
  }

  var steps: Int {
    max(1, Int((Double(training.count) * settings.epochs / Double(settings.batch)).rounded()))
  }

  /// The examples of a step with their shots; steps are counted from 0.
  func draw(step: Int) -> [Draw] {
    (0..<settings.batch).compactMap { place in
      let number = step * settings.batch + place
      guard !training.isEmpty else { return nil }
      let epoch = number / training.count
      let index = order(epoch)[number % training.count]
      var random = TrainingRandom(
        seed: settings.seed &* 1_000_003 &+ UInt64(number) &+ 0x5348_4f54)
      let count = random.below(settings.shots + 1)
      return Draw(example: index, shots: shots(of: index, count: count))
    }
  }

  /// An example and what it is shown behind.
  struct Draw {
    var example: Int
    var shots: [ShownExample]
  }

  /// Rows that every example has room in, with as many shots as it may draw.
  var capacity: Int {
    let longest =
      (training + heldOut).map { index in
        builder.unit(examples[index], shots: shots(of: index, count: settings.shots))?.rows ?? 0
      }.max() ?? 0
    return max(longest, min(Self.fewestRows, settings.maximumTokens))
  }

  /// Below this the base's weights are unpacked too often.
  private static let fewestRows = 512

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
    let language = examples[index].language
    return neighbours[index].lazy
      .filter { examples.indices.contains($0) && !held.contains($0) && $0 != index }
      .filter { FileForm.canShow(examples[$0].language, in: language) }
      .compactMap { examples[$0].shown }.prefix(count).map { $0 }
  }

  /// What is measured: with as many shots as serve.
  func heldOutDraws() -> [Draw] {
    heldOut.map { Draw(example: $0, shots: shots(of: $0, count: settings.shots)) }
  }
}
