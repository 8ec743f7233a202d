public import Tokenizers

/// A row to learn from.
public struct TrainingExample: Sendable, Hashable {
  public enum Content: Sendable, Hashable {
    /// An instruction, written out in the form that serves, with shots.
    case instruction(ShownExample)
    /// Texts as they are.
    case completion(prompt: String, completion: String)
    /// The first answer is better than the second.
    case preference(prompt: String, chosen: String, rejected: String)
    /// An answer that was kept or not.
    case label(prompt: String, completion: String, isGood: Bool)
    /// An instruction whose output is better than another one.
    case choice(ShownExample, over: String)
    /// An instruction whose output was kept or not.
    case judged(ShownExample, isGood: Bool)

    /// Whether it is learned by a ``PreferenceLoss``.
    var isPreference: Bool {
      switch self {
      case .instruction, .completion: false
      case .preference, .label, .choice, .judged: true
      }
    }
  }

  public var content: Content
  /// The language of the document that it belongs in, as editors name it. An instruction of a
  /// programming language is written out as a file; nil and others are conversations.
  public var language: String?
  /// How much it counts.
  public var weight: Float
  /// Where it was found, for messages.
  public var place: String
  /// Whether the model wrote the answer itself and is to keep it (`ReplayedAnswers`): it is trained
  /// on, but nothing is measured with it, and no other example is shown it.
  public var isReplayed = false

  public init(
    _ content: Content, language: String? = nil, weight: Float = 1, place: String = ""
  ) {
    self.content = content
    self.language = language
    self.weight = weight
    self.place = place
  }

  /// What its meaning is judged by when shots are chosen; nil where there are none.
  public var message: String? {
    instruction?.message
  }

  /// All that it says.
  public var texts: [String] {
    switch content {
    case .instruction(let example): example.texts
    case .completion(let prompt, let completion): [prompt, completion]
    case .preference(let prompt, let chosen, let rejected): [prompt, chosen, rejected]
    case .label(let prompt, let completion, _): [prompt, completion]
    case .choice(let example, let other): example.texts + [other]
    case .judged(let example, _): example.texts
    }
  }

  private var instruction: ShownExample? {
    switch content {
    case .instruction(let example), .choice(let example, _), .judged(let example, _): example
    case .completion, .preference, .label: nil
    }
  }

  /// What others may be shown of it; nil for a bad answer and for one of the model itself.
  var shown: ShownExample? {
    if isReplayed { return nil }
    if case .judged(_, isGood: false) = content { return nil }
    return instruction
  }
}

extension ShownExample {
  fileprivate var texts: [String] { [instruction, input, output] }
}
