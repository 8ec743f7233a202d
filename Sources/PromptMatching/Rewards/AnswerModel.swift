/// A language model that answers an instruction after some shots; what rewards are made of.
///
/// Shots come in the prompt's order: the best one last, next to the instruction.
public protocol AnswerModel: Sendable {
  /// Names the weights, the adapter and the prompt's form; changes when answers may.
  var identity: String { get }

  /// How likely the query's own output is after the prompt.
  func likelihood(of query: Demonstration, shots: [Demonstration]) async throws -> Likelihood

  /// The greedy answer.
  func answer(to query: Demonstration, shots: [Demonstration]) async throws -> String
}

/// Negative log-likelihood of a text.
public struct Likelihood: Sendable, Codable, Equatable {
  /// Sum over the tokens, natural logarithm.
  public let nll: Double
  public let tokens: Int

  public init(nll: Double, tokens: Int) {
    self.nll = nll
    self.tokens = tokens
  }

  public var nllPerToken: Double { nll / Double(max(1, tokens)) }
}
