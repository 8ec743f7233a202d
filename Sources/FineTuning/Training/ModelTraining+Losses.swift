import Tokenizers

/// What a step sums up.
struct LossSum {
  /// Negative log likelihood of supervised tokens, by weight, and the weights.
  var likelihood = 0.0, tokens = 0.0
  /// Of preferences, by weight, and the weights.
  var preference = 0.0, preferences = 0.0

  /// Means of both kinds, added up.
  var mean: Double {
    (tokens > 0 ? likelihood / tokens : 0) + (preferences > 0 ? preference / preferences : 0)
  }
}

extension ModelTraining {
  /// The negative log likelihood of each sequence's answer.
  private func likelihoods(_ batch: PackedBatch, _ losses: [Float]) -> [Double] {
    var sums = [Double](repeating: 0, count: batch.segments.count)
    for (target, loss) in zip(batch.targets, losses) { sums[target.sequence] += Double(loss) }
    return sums
  }

  /// The log likelihoods of answers by what preferences are compared with, for the units that need them.
  func addReferences(_ units: inout [TrainingUnit]) throws {
    pass.isReference = true
    defer { pass.isReference = false }
    for index in units.indices where units[index].kind != .supervised {
      units[index].reference = try units[index].sequences.map { sequence in
        let batch = PackedBatch([sequence])
        return -likelihoods(batch, try pass.losses(batch)).reduce(0, +)
      }
    }
  }

  /// Losses of units, without gradients.
  func losses(of units: [TrainingUnit]) throws -> LossSum {
    var sum = LossSum()
    for members in TrainingUnit.split(units, capacity: pass.capacity) {
      let batch = PackedBatch(members.flatMap(\.sequences))
      _ = derivatives(members, batch, try pass.losses(batch), scales: nil, into: &sum)
    }
    return sum
  }

  /// Losses of units, and their gradients; each kind counts by its mean.
  func accumulate(_ units: [TrainingUnit]) throws -> LossSum {
    var sum = LossSum()
    let tokens = units.filter { $0.kind == .supervised }.flatMap(\.sequences)
      .reduce(0) { $0 + $1.weight }
    let preferences = units.filter { $0.kind != .supervised }.reduce(0) { $0 + $1.weight }
    for members in TrainingUnit.split(units, capacity: pass.capacity) {
      let batch = PackedBatch(members.flatMap(\.sequences))
      if members.allSatisfy({ $0.kind == .supervised }) {
        let losses = try pass.accumulate(batch, scale: Float(1 / max(tokens, 1e-9)))
        _ = derivatives(members, batch, losses, scales: nil, into: &sum)
      } else {
        _ = try pass.accumulate(batch) { losses in
          derivatives(
            members, batch, losses,
            scales: (1 / max(tokens, 1e-9), 1 / max(preferences, 1e-9)), into: &sum)
        }
      }
    }
    return sum
  }

  /// Adds losses up, and returns the derivative by each target's negative log likelihood.
  private func derivatives(
    _ units: [TrainingUnit], _ batch: PackedBatch, _ losses: [Float],
    scales: (tokens: Double, preferences: Double)?, into sum: inout LossSum
  ) -> [Float] {
    let likelihoods = likelihoods(batch, losses)
    // By sequence, for preferences.
    var slopes = [Double?](repeating: nil, count: batch.segments.count)
    var first = 0
    for unit in units {
      let places = first..<first + unit.sequences.count
      first = places.upperBound
      guard unit.kind != .supervised else { continue }
      let gains = zip(places, unit.reference).map { -likelihoods[$0] - $1 }
      let loss = settings.preference
      switch unit.kind {
      case .supervised: break
      case .pair:
        let value = loss.pair(
          better: gains[0], worse: gains[1], beta: settings.beta, offset: offset)
        sum.preference += unit.weight * value.loss
        slopes[places.lowerBound] = value.better * unit.weight
        slopes[places.lowerBound + 1] = value.worse * unit.weight
      case .single(let isGood):
        let value = loss.single(gains[0], isGood: isGood, beta: settings.beta, offset: offset)
        sum.preference += unit.weight * value.loss
        slopes[places.lowerBound] = value.slope * unit.weight
      }
      sum.preferences += unit.weight
    }
    for (target, loss) in zip(batch.targets, losses) where slopes[target.sequence] == nil {
      sum.likelihood += Double(loss) * Double(target.weight)
      sum.tokens += Double(target.weight)
    }
    guard let scales else { return [] }
    return batch.targets.map { target in
      // h falls as the negative log likelihood rises.
      slopes[target.sequence].map { Float(-$0 * scales.preferences) }
        ?? Float(Double(target.weight) * scales.tokens)
    }
  }

  /// What the losses of KTO and BCO compare with, before a step: K from answers that belong to
  /// other prompts, or the mean gain of the step's answers.
  func updateOffset(_ units: [TrainingUnit]) throws {
    let judged = units.filter { $0.kind != .supervised }
    switch settings.preference {
    case .dpo, .apoZero: return
    case .kto:
      // Prompts with the next answer; a step of one has none.
      guard judged.count > 1 else { return offset = 0 }
      var mismatched = judged.indices.map { index in
        let prompt = judged[index].sequences[0]
        let answer = judged[(index + 1) % judged.count].sequences[0]
        return TrainingUnit(
          kind: .single(isGood: true), sequences: [prompt.withAnswer(of: answer)], weight: 1)
      }.filter { $0.rows <= pass.capacity }
      try addReferences(&mismatched)
      offset = max(0, try meanGain(mismatched))
    case .bco:
      let mean = settings.beta * (try meanGain(judged))
      offset = 0.9 * offset + 0.1 * mean
    }
  }

  private func meanGain(_ units: [TrainingUnit]) throws -> Double {
    var (sum, count) = (0.0, 0.0)
    for members in TrainingUnit.split(units, capacity: pass.capacity) {
      let batch = PackedBatch(members.flatMap(\.sequences))
      let likelihoods = likelihoods(batch, try pass.losses(batch))
      for (likelihood, reference) in zip(likelihoods, members.flatMap(\.reference)) {
        sum += -likelihood - reference
        count += 1
      }
    }
    return sum / max(1, count)
  }
}

extension TrainingSequence {
  /// The same prompt, answered by another sequence's answer.
  func withAnswer(of other: TrainingSequence) -> TrainingSequence {
    let prompt = tokens[..<(weights.firstIndex { $0 != 0 } ?? tokens.count)]
    let start = other.weights.firstIndex { $0 != 0 } ?? other.tokens.count
    return TrainingSequence(prompt: Array(prompt), answer: Array(other.tokens[start...]))
  }
}
