public import PromptPool

/// An exemplar that was chosen for a request.
public struct MatchedExemplar: Sendable {
  public let exemplar: Exemplar
  /// With which the policy picks it, given those before it.
  public let probability: Double
  /// Cosine similarity of the request's and the exemplar's embeddings, -1 to 1.
  public let cosine: Float
  /// For the user.
  public let why: String
}

/// The exemplars that the policy chose for a request, best first.
public struct MatchResult: Sendable {
  public let shots: [MatchedExemplar]
  /// The probability of the whole list; 1 when it is not drawn but chosen.
  public let propensity: Double
  public let policyVersion: String
  /// What chose, in words: the network of day zero, a trained version, or another matcher.
  public let chooser: String
  /// Divides the scores before the softmax.
  public let temperature: Double
  public let embedSeconds: Double
  public let matchSeconds: Double

  /// No exemplar at all.
  public static let empty = MatchResult(
    shots: [], propensity: 1, policyVersion: "none", chooser: "nothing", temperature: 0,
    embedSeconds: 0,
    matchSeconds: 0)
}
