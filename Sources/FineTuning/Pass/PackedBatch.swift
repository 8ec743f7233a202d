public import Tokenizers

/// A text to learn from: its tokens, and which of them are to be predicted.
public struct TrainingSequence: Sendable, Hashable {
  public var tokens: [TokenID]
  /// A weight per token; 0 where it is not to be predicted. The first token's is not looked at.
  public var weights: [Float]

  public init(tokens: [TokenID], weights: [Float]) {
    precondition(tokens.count == weights.count)
    self.tokens = tokens
    self.weights = weights
  }

  /// Prompt and answer, of which only the answer is to be predicted.
  public init(prompt: [TokenID], answer: [TokenID], weight: Float = 1) {
    tokens = prompt + answer
    weights =
      [Float](repeating: 0, count: prompt.count) + [Float](repeating: weight, count: answer.count)
  }

  /// The sum of the weights that count.
  public var weight: Double { weights.dropFirst().reduce(0) { $0 + Double($1) } }
}

/// Sequences that go through the layers together, one behind the other; each sees itself alone
/// (block-diagonal attention).
package struct PackedBatch: Sendable {
  /// A row whose next token is to be predicted.
  package struct Target: Sendable {
    package var row: Int
    package var token: Int
    package var weight: Float
    /// Which of the batch's sequences it belongs to.
    package var sequence: Int
  }

  package private(set) var tokens: [TokenID] = []
  package private(set) var positions: [Int] = []
  /// The rows of each sequence.
  package private(set) var segments: [Range<Int>] = []
  package private(set) var targets: [Target] = []

  package init(_ sequences: [TrainingSequence]) {
    for (number, sequence) in sequences.enumerated() {
      let first = tokens.count
      // The last token predicts nothing.
      let count = max(0, sequence.tokens.count - 1)
      tokens += sequence.tokens.prefix(count)
      positions += 0..<count
      segments.append(first..<first + count)
      for place in 0..<count where sequence.weights[place + 1] != 0 {
        targets.append(
          Target(
            row: first + place, token: Int(sequence.tokens[place + 1]),
            weight: sequence.weights[place + 1], sequence: number))
      }
    }
  }

  /// Splits sequences into batches of at most `capacity` rows, in their order, each into the first
  /// batch with room.
  ///
  /// - Returns: the sequences' places.
  package static func split(_ sequences: [TrainingSequence], capacity: Int) -> [[Int]] {
    var batches: [(rows: Int, members: [Int])] = []
    for (index, sequence) in sequences.enumerated() {
      let rows = max(0, sequence.tokens.count - 1)
      precondition(rows <= capacity, "a sequence of \(rows) rows does not fit \(capacity)")
      if let place = batches.firstIndex(where: { $0.rows + rows <= capacity }) {
        batches[place].rows += rows
        batches[place].members.append(index)
      } else {
        batches.append((rows, [index]))
      }
    }
    return batches.map(\.members)
  }
}
