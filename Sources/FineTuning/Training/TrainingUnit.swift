import Tokenizers

/// What one example becomes: sequences that go through the layers together, and its loss.
struct TrainingUnit {
  enum Kind: Equatable {
    case supervised
    /// The better answer comes first.
    case pair
    case single(isGood: Bool)
  }

  var kind: Kind
  var sequences: [TrainingSequence]
  var weight: Double
  /// Log likelihood of each sequence's answer by the bare model; empty where none is needed.
  var reference: [Double] = []

  var rows: Int { sequences.reduce(0) { $0 + max(0, $1.tokens.count - 1) } }

  /// Groups units into batches of at most `capacity` rows, each into the first with room.
  static func split(_ units: [TrainingUnit], capacity: Int) -> [[TrainingUnit]] {
    var batches: [(rows: Int, units: [TrainingUnit])] = []
    for unit in units {
      if let place = batches.firstIndex(where: { $0.rows + unit.rows <= capacity }) {
        batches[place].rows += unit.rows
        batches[place].units.append(unit)
      } else {
        batches.append((unit.rows, [unit]))
      }
    }
    return batches.map(\.units)
  }
}

extension SequenceBuilder {
  /// Nil where an example is too long.
  func unit(_ example: TrainingExample, shots: [ShownExample]) -> TrainingUnit? {
    switch example.content {
    case .instruction, .completion:
      return sequence(example, shots: shots).map {
        TrainingUnit(kind: .supervised, sequences: [$0], weight: Double(example.weight))
      }
    case .preference(let prompt, let chosen, let rejected):
      guard let better = sequence(prompt: prompt, completion: chosen),
        let worse = sequence(prompt: prompt, completion: rejected)
      else { return nil }
      return TrainingUnit(
        kind: .pair, sequences: [better, worse], weight: Double(example.weight))
    case .choice(let request, let other):
      var worse = example
      worse.content = .instruction(
        ShownExample(instruction: request.instruction, input: request.input, output: other))
      // What the reference says of an answer is found once, so its prompt has no shots that vary.
      guard let first = answering.sequence(example, shots: []),
        let second = answering.sequence(worse, shots: [])
      else { return nil }
      return TrainingUnit(
        kind: .pair, sequences: [first, second], weight: Double(example.weight))
    case .judged(_, let isGood):
      return answering.sequence(example, shots: []).map {
        TrainingUnit(
          kind: .single(isGood: isGood), sequences: [$0], weight: Double(example.weight))
      }
    case .label(let prompt, let completion, let isGood):
      return sequence(prompt: prompt, completion: completion).map {
        TrainingUnit(
          kind: .single(isGood: isGood), sequences: [$0], weight: Double(example.weight))
      }
    }
  }

  /// Preferences are about answers alone.
  private var answering: SequenceBuilder { SequenceBuilder(form: form) }
}
