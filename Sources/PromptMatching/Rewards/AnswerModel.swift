/// A query and the shots before it, the best one last.
public struct ShownQuery: Sendable, Hashable {
  public let query: Demonstration
  public let shots: [Demonstration]

  public init(query: Demonstration, shots: [Demonstration]) {
    self.query = query
    self.shots = shots
  }
}

/// A language model that answers an instruction after some shots; rewards are computed from it.
///
/// Shots come in the prompt's order: the best one last, next to the instruction.
public protocol AnswerModel: Sendable {
  /// Identifies the weights, the adapter and the prompt's format; changes whenever answers may
  /// change.
  var identity: String { get }

  /// How likely each query's own output is after its prompt, in order. Many at once take less time,
  /// because common beginnings of prompts are computed once.
  func likelihoods(of asked: [ShownQuery]) async throws -> [Likelihood]

  /// How likely each query's instruction and input are after its shots, in order; its output is
  /// not looked at.
  ///
  /// - Returns: nil from a model that cannot score a prompt.
  func instructionLikelihoods(of asked: [ShownQuery]) async throws -> [Likelihood]?

  /// The greedy answer.
  func answer(to query: Demonstration, shots: [Demonstration]) async throws -> String
}

extension AnswerModel {
  public func instructionLikelihoods(of asked: [ShownQuery]) async throws -> [Likelihood]? { nil }

  public func likelihood(
    of query: Demonstration, shots: [Demonstration]
  ) async throws -> Likelihood {
    let found = try await likelihoods(of: [ShownQuery(query: query, shots: shots)])
    return found.first ?? Likelihood(nll: .nan, tokens: 0)
  }
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
