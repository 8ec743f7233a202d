package import CompletionEngine
import Mining
public import OutputForms
public import PromptMatching
public import PromptPool

/// An exemplar that was chosen for a request.
public struct MatchedExemplar: Sendable {
  public let exemplar: Exemplar
  /// The probability of this pick, given those before it.
  public let probability: Double
  /// Cosine similarity of the request's and the exemplar's embeddings, -1 to 1.
  public let cosine: Float
  public let isPinned: Bool
  /// Why it was chosen, in words for the user.
  public let why: String
}

/// The exemplars that were chosen for a request, best first, and how.
public struct MatchResult: Sendable {
  public let shots: [MatchedExemplar]
  /// The probability of the whole list; 1 for one that was not drawn.
  public let propensity: Double
  public let policyVersion: String
  /// What chose, in words: the day-zero network, a trained version, or another matcher.
  public let chooser: String
  /// Divides the scores before the softmax.
  public let temperature: Double
  /// The exemplars that the list was chosen from.
  public var candidates: [Int64] = []
  /// The policy's probability of ending the list where it ends; nil where it had to end, because it
  /// is full or nothing is left.
  public var stopProbability: Double?
  /// How the list was drawn; nil for the likeliest one.
  public var draw: Draw?
  /// What learning needs to know of the choice; nil for a list that was not chosen by the policy.
  public var learned: Learned?
  /// The form that exemplars near the request share, if there is one and the request asks for it.
  public var form: RequestedForm?
  public var embedSeconds = 0.0
  public var matchSeconds = 0.0

  /// What was known when the list was chosen.
  public struct Learned: Sendable {
    /// The sentence encoder, and the instruction's unit vector.
    public var encoder: String
    public var vector: [Float]
    /// In the order of the list.
    public var shots: [OutcomeShot]
  }

  /// A random draw of a list, which it repeats.
  public struct Draw: Sendable, Hashable {
    public let seed: UInt64
    /// Share of uniform exploration.
    public let epsilon: Double

    public init(seed: UInt64, epsilon: Double) {
      self.seed = seed
      self.epsilon = epsilon
    }
  }

  /// No exemplar at all.
  public static let empty = MatchResult(
    shots: [], propensity: 1, policyVersion: "none", chooser: "nothing", temperature: 0)

  /// The conversation that asks the model: the best shot last.
  package func conversation(_ request: InstructionRequest) -> Conversation {
    let isForCommit = MinedInstruction.isForCommit(request)
    let demonstrations = shots.enumerated().map { place, shot in
      let demonstration = shot.exemplar.demonstration
      guard isForCommit, shot.exemplar.pool == MiningSource.commits.pool else {
        return demonstration
      }
      return MinedInstruction.shot(demonstration, isNearest: place == 0)
    }
    return Conversation(request, shots: demonstrations.reversed())
  }
}

extension Exemplar {
  /// The exemplar as someone would ask for it.
  var request: InstructionRequest {
    InstructionRequest(instruction: instruction, input: input, language: language)
  }

  /// The exemplar as a shot of a prompt.
  var demonstration: Demonstration {
    Demonstration(instruction: instruction, input: input, output: output, language: language)
  }
}
