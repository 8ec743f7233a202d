import Foundation
import LanguageModel
public import PromptMatching
import PromptPool
import Tokenizers

/// The project's language model as rewards and evaluations ask it, with the prompt that serves
/// users.
extension AnsweringModel: AnswerModel {
  /// Changes when the prompt's form does, so that remembered scores of the old form are not used.
  private static let promptForm = "chat-1"

  /// Room for an answer when answers are compared; gold answers of instruction data are rarely
  /// longer.
  private static let answerTokens = 64

  /// With all that an answer depends on: how turns are written, and how many shots find room.
  public var identity: String {
    "\(weightsIdentity)/\(Self.promptForm)/\(template.kind.rawValue)/\(model.context)"
  }

  public func likelihoods(of asked: [ShownQuery]) async throws -> [Likelihood] {
    let items = asked.map { asked in
      let gold = completion(asked.query.output)
      return ScoringItem(
        prompt: prompt(
          for: asked.query.request, shots: asked.shots.reversed().map(\.exemplar),
          answerTokens: gold.count
        ).tokens, completion: gold)
    }
    return try await model.scores(of: items, adapter: adapter).map {
      Likelihood(nll: $0.nll, tokens: $0.tokens)
    }
  }

  public func answer(to query: Demonstration, shots: [Demonstration]) async throws -> String {
    var options = GenerationOptions(maximumTokens: Self.answerTokens)
    options.stops += template.stopTexts
    options.adapter = adapter
    let prompt = prompt(
      for: query.request, shots: shots.reversed().map(\.exemplar),
      answerTokens: options.maximumTokens)
    return try await model.generate(prompt.tokens, options: options).text
  }
}

extension Demonstration {
  var request: InstructionRequest { InstructionRequest(instruction: instruction, input: input) }

  /// As a prompt needs it; it belongs to no pool.
  fileprivate var exemplar: Exemplar {
    Exemplar(
      id: 0, instruction: instruction, input: input, output: output, origin: "", pool: "",
      contentHash: "", createdAt: Date(timeIntervalSince1970: 0))
  }
}
