public import Tokenizers

/// Which tokens of a sequence are to be predicted.
public enum Supervision: String, Sendable, CaseIterable, Codable {
  /// The last answer.
  case answer
  /// The answers of the shots as well (arXiv 2506.11103).
  case allAnswers
  /// The instructions, too (arXiv 2405.14394).
  case everything
}

/// Writes examples out as token sequences, in the form that serves.
public struct SequenceBuilder: Sendable {
  public let form: PromptForm
  public let supervision: Supervision

  public init(form: PromptForm, supervision: Supervision = .answer) {
    self.form = form
    self.supervision = supervision
  }

  /// The sequence of an example with its shots, best first; shots that leave no room are left out.
  /// Of a choice the better one.
  /// Nil where the example itself is too long, or of another kind.
  public func sequence(_ example: TrainingExample, shots: [ShownExample]) -> TrainingSequence? {
    switch example.content {
    case .instruction(let request), .choice(let request, _), .judged(let request, _):
      if let file = FileForm(language: example.language) {
        return sequence(request, in: file, weight: example.weight, shots: shots)
      }
      let answer = form.completion(request.output) + form.answerEnd
      // The best one stands last.
      let shots = Array(shots.reversed())
      let (prompt, used) = form.prompt(for: request, shots: shots, answerTokens: answer.count)
      return sequence(prompt, answer, example.weight, shots: Array(shots[used]))
    case .completion(let prompt, let completion):
      return sequence(raw(prompt), end(completion), example.weight, shots: [])
    case .preference, .label: return nil
    }
  }

  /// A sequence of a raw prompt and an answer that ends.
  public func sequence(prompt: String, completion: String) -> TrainingSequence? {
    sequence(raw(prompt), end(completion), 1, shots: [])
  }

  /// An instruction in the form of a file, with the comments of its language.
  private func sequence(
    _ request: ShownExample, in file: FileForm, weight: Float, shots: [ShownExample]
  ) -> TrainingSequence? {
    let answer = end(file.answer(to: request))
    // The best one stands last.
    var shots = Array(shots.reversed())[...]
    while true {
      let (text, outputs) = file.prompt(for: request, shots: shots)
      let prompt = form.completion(text)
      guard prompt.count + answer.count <= form.context else {
        guard !shots.isEmpty else { return nil }
        shots.removeFirst()
        continue
      }
      var sequence = TrainingSequence(prompt: prompt, answer: answer, weight: weight)
      if supervision == .everything {
        for place in sequence.weights.indices { sequence.weights[place] = weight }
      } else if supervision == .allAnswers, form.tokenizer.decodeBytes(prompt) == Array(text.utf8) {
        var end = 0
        for (place, token) in prompt.enumerated() {
          let start = end
          end += form.tokenizer.bytes(of: token).count
          if outputs.contains(where: { $0.lowerBound <= start && end <= $0.upperBound }) {
            sequence.weights[place] = weight
          }
        }
      }
      return sequence
    }
  }

  private func end(_ completion: String) -> [TokenID] {
    form.completion(completion) + form.answerEnd
  }

  /// A raw prompt may have special tokens written out.
  private func raw(_ prompt: String) -> [TokenID] {
    let tokens = form.tokenizer.encode(prompt, parsingSpecial: true)
    guard form.tokenizer.addsBeginning, let beginning = form.tokenizer.beginning,
      tokens.first != beginning
    else { return tokens }
    return [beginning] + tokens
  }

  private func sequence(
    _ prompt: [TokenID], _ answer: [TokenID], _ weight: Float, shots: [ShownExample]
  ) -> TrainingSequence? {
    guard prompt.count + answer.count <= form.context, !prompt.isEmpty else { return nil }
    var sequence = TrainingSequence(prompt: prompt, answer: answer, weight: weight)
    switch supervision {
    case .answer: break
    case .allAnswers:
      for index in shots.indices {
        // What stands before this shot's answer is the prompt that asks for it.
        let before = form.prompt(
          for: shots[index], shots: Array(shots[..<index]), answerTokens: 0
        ).tokens
        let answer = form.completion(shots[index].output) + form.answerEnd
        let end = before.count + answer.count
        guard end <= prompt.count, sequence.tokens[..<end].elementsEqual(before + answer) else {
          continue
        }
        for place in before.count..<end { sequence.weights[place] = weight }
      }
    case .everything:
      for place in sequence.weights.indices { sequence.weights[place] = weight }
    }
    return sequence
  }
}
