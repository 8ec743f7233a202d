import OutputForms
import PromptMatching
import PromptPool
import SentenceEncoder
import Settings
import Synchronization

extension Project {
  /// The form of the exemplars nearest to a request, if the request asks for the same.
  func form(
    of request: InstructionRequest, _ choices: ExemplarPolicy.Choices,
    _ exemplars: [Int64: Exemplar], _ shots: [MatchedExemplar]
  ) async throws -> RequestedForm? {
    guard settings.formsOrDefault, !shots.isEmpty else { return nil }
    var cosines: [Int64: Float] = [:]
    for shot in shots { cosines[shot.exemplar.id] = shot.cosine }
    for (id, cosine) in zip(choices.candidates, choices.cosines) { cosines[id] = cosine }
    let ids = cosines.keys.sorted {
      let (first, second) = (cosines[$0, default: 0], cosines[$1, default: 0])
      return first > second || first == second && $0 < $1
    }
    let near = ids.prefix(FormChoice.lookedAt).compactMap { id in
      exemplars[id].map {
        FormChoice.Near(
          $0.demonstration, cosine: cosines[id, default: 0],
          isCode: LanguageName.canonical($0.language) != nil)
      }
    }
    let forms = forms
    return try await offPool { FormChoice.choose(for: request, near) { forms.form(of: $0) } }
  }

  /// The exemplars that were asked for in the same words, such as `stock: …`, the nearest first;
  /// nil where the project has no such exemplars.
  func alike(
    _ request: InstructionRequest, _ language: RequestedLanguage, _ query: [Float],
    _ policy: ExemplarPolicy, _ shots: Int
  ) async -> ExemplarPolicy.Choices? {
    guard settings.formsOrDefault, shots > 0 else { return nil }
    await readOpenings()
    let ids = Array(
      openings.withLock { $0.known }.exemplars(
        beginningLike: request.instruction
      ).prefix(FormChoice.lookedAt))
    guard ids.count >= OutputForm.leastSupport else { return nil }
    let pool = pool
    let rows = try? await offPool {
      let known = try pool.embeddings(of: ids, encoder: policy.encoder.identity)
      let languages = ExemplarLanguages(try pool.languages(of: ids))
      let misfits = languages.misfits(language, among: known.map(\.id))
      return known.enumerated().filter { !misfits.contains($0.offset) }.map(\.element)
    }
    guard let rows, rows.count >= OutputForm.leastSupport else { return nil }
    var near: [(id: Int64, cosine: Float)] = []
    for row in rows {
      near.append((row.id, zip(query, row.vector).reduce(Float(0)) { $0 + $1.0 * $1.1 }))
    }
    near.sort { $0.cosine > $1.cosine || $0.cosine == $1.cosine && $0.id < $1.id }
    let list = near.prefix(shots).enumerated().map { place, row in
      ExemplarPolicy.Choice(
        id: row.id,
        pick: Selection.Pick(index: place, probability: 1, cosine: row.cosine, isPinned: false))
    }
    return ExemplarPolicy.Choices(
      list: list, propensity: 1, candidates: near.map(\.id), cosines: near.map(\.cosine))
  }
}
