/// An answer, with the text that asked for it.
public struct FormExample: Sendable, Hashable {
  /// The instruction, and what it is about.
  public var asked: String
  public var answer: String

  public init(asked: String, answer: String) {
    self.asked = asked
    self.answer = answer
  }
}

/// An example that has been read.
struct ReadExample: Sendable {
  let asked: [TextToken]
  let answer: [TextToken]
  /// What of the answer stands in what asked for it.
  let copies: [CopiedPart]
  /// By token of the answer: which of ``copies`` it belongs to.
  let copyOf: [Int?]

  init(_ example: FormExample) {
    asked = TextToken.all(in: example.asked)
    answer = TextToken.all(in: example.answer)
    copies = CopiedPart.all(in: answer, of: asked)
    var copyOf = [Int?](repeating: nil, count: answer.count)
    for (number, copy) in copies.enumerated() {
      for index in copy.answer { copyOf[index] = number }
    }
    self.copyOf = copyOf
  }
}
