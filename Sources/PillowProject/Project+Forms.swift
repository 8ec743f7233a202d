import OutputForms
import PromptMatching
import PromptPool
import Settings

extension Project {
  /// The form of the exemplars nearest to a request, if the request asks for the same.
  func form(
    of request: InstructionRequest, _ choices: ExemplarPolicy.Choices, _ shots: [MatchedExemplar]
  ) async throws -> RequestedForm? {
    guard settings.formsOrDefault, !shots.isEmpty else { return nil }
    var cosines: [Int64: Float] = [:]
    for shot in shots { cosines[shot.exemplar.id] = shot.cosine }
    for (id, cosine) in zip(choices.candidates, choices.cosines) { cosines[id] = cosine }
    let ids = cosines.keys.sorted {
      let (first, second) = (cosines[$0, default: 0], cosines[$1, default: 0])
      return first > second || first == second && $0 < $1
    }
    let (pool, forms, known) = (pool, forms, cosines)
    return try await offPool {
      let found = try pool.exemplars(ids: Array(ids.prefix(FormChoice.lookedAt)))
      let near = Dictionary(uniqueKeysWithValues: found.map { ($0.id, $0) })
      return FormChoice.choose(
        for: request,
        ids.compactMap { id in
          near[id].map { .init($0.demonstration, cosine: known[id, default: 0]) }
        }, infer: { forms.form(of: $0) })
    }
  }
}
