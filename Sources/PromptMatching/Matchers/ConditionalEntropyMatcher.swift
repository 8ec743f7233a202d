public import Foundation

/// ConE: the exemplar after which the model finds the *instruction* likeliest,
/// argmin −Σ ln p(x_t | exemplar, x_<t). It needs neither training nor a reference answer.
///
/// Candidates are those that day zero finds best. Further shots are chosen one by one, each with
/// those before it in the prompt. The list ends where no candidate makes the instruction likelier.
/// Source: Peng et al., "Revisiting Demonstration Selection Strategies in In-Context Learning",
/// arXiv 2401.12087, 2024.
public struct ConditionalEntropyMatcher: ExemplarMatcher {
  public let name = MatcherName.cone
  /// How many exemplars the model is asked about, for each shot.
  public var candidates = 12
  public var prior = MatchingPrior.measured
  private let finder: CandidateFinder
  private let pool: [Demonstration]
  private let model: any AnswerModel

  public init(_ finder: CandidateFinder, pool: [Demonstration], model: any AnswerModel) {
    self.finder = finder
    self.pool = pool
    self.model = model
  }

  /// - Throws: ``MatcherError/cannotScoreInstructions(model:)``, and what the model throws.
  public func picks(for query: MatchQuery, shots: Int, seed: UInt64) async throws -> [Int] {
    guard shots > 0 else { return [] }
    var left = finder.find(query, count: max(candidates, shots), prior: prior).rows
    var picks: [Int] = []
    var reached = try await entropies([[]], query)[0]
    while picks.count < shots, !left.isEmpty {
      let values = try await entropies(left.map { picks + [$0] }, query)
      guard let best = values.indices.min(by: { (values[$0], $0) < (values[$1], $1) }),
        values[best] < reached
      else { break }
      reached = values[best]
      picks.append(left.remove(at: best))
    }
    return picks
  }

  /// −Σ ln p of the instruction after each list; the best shot stands last.
  private func entropies(_ lists: [[Int]], _ query: MatchQuery) async throws -> [Double] {
    let request = query.request
    let asked = Demonstration(
      instruction: request.instruction, input: request.input, output: "",
      language: request.language)
    let found = try await model.instructionLikelihoods(
      of: lists.map { ShownQuery(query: asked, shots: $0.reversed().map { pool[$0] }) })
    guard let found else { throw MatcherError.cannotScoreInstructions(model: model.identity) }
    return found.map(\.nll)
  }
}

/// Why a matcher cannot choose.
public enum MatcherError: Error, Equatable, Sendable, CustomStringConvertible, LocalizedError {
  case cannotScoreInstructions(model: String)

  public var description: String {
    switch self {
    case .cannotScoreInstructions(let model):
      "The matcher cone needs a model that can score texts, and \(model) cannot: choose another "
        + "matcher, or the embedded model."
    }
  }
  public var errorDescription: String? { description }
}
