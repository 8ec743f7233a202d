public import OutputForms
public import PromptMatching

/// Whether the exemplars near a request share a form, and the request asks for it. Pure.
public enum FormChoice {
  /// An exemplar, and how near it is to the request.
  public struct Near: Sendable {
    public var demonstration: Demonstration
    /// Cosine similarity, -1 to 1.
    public var cosine: Float
    /// Whether its answer is code.
    public var isCode: Bool

    public init(_ demonstration: Demonstration, cosine: Float, isCode: Bool = false) {
      self.demonstration = demonstration
      self.cosine = cosine
      self.isCode = isCode
    }
  }

  /// How many of the nearest exemplars are looked at.
  public static let lookedAt = 16
  /// The least cosine of the request and the nearest exemplar; more is asked for where the
  /// exemplars' instructions have no words in common that the request could have too.
  private static let leastCosine: Float = 0.25
  private static let leastCosineWithoutWords: Float = 0.3
  /// And more still where they have some and the request lacks them.
  private static let leastCosineOfOtherWords: Float = 0.4

  /// - Parameters:
  ///   - near: the nearest first.
  ///   - infer: finds the form of the first example.
  /// - Returns: nil without a form, and in code where the form leaves text to make up: code has too
  ///   many forms for that.
  public static func choose(
    for request: InstructionRequest, _ near: [Near],
    infer: ([FormExample]) -> OutputForm? = { OutputForm.infer(from: $0) }
  ) -> RequestedForm? {
    let near = Array(near.prefix(lookedAt))
    guard near.count >= OutputForm.leastSupport, near[0].cosine >= leastCosine else { return nil }
    // A request of no document asks for code where the nearest exemplars answer with it.
    let isCode = request.language != nil || near.prefix(nearest).contains { $0.isCode }
    // The nearest may be of another kind by chance.
    for seed in 0..<nearest {
      var order = Array(near.indices)
      order.remove(at: seed)
      order.insert(seed, at: 0)
      guard let form = infer(order.map { FormExample(near[$0].demonstration) }) else { continue }
      let members = form.members.map { order[$0] }
      guard members.count(where: { $0 < nearest }) >= 2,
        !isCode || form.isDetermined
      else { continue }
      let words = FormRequestWords(members.map { near[$0].demonstration.instruction })
      let least =
        switch words.fit(request.instruction) {
        case true?: leastCosine
        case nil: leastCosineWithoutWords
        case false?: leastCosineOfOtherWords
        }
      if near[0].cosine >= least {
        return RequestedForm(form, asked: request.embeddedText, earlier: request.earlier)
      }
    }
    return nil
  }

  /// At least two of this many nearest exemplars must have the form.
  private static let nearest = 3
}

extension FormExample {
  public init(_ demonstration: Demonstration) {
    self.init(asked: demonstration.embeddedText, answer: demonstration.output)
  }
}
