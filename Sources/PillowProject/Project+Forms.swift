import Mining
import OutputForms
import Personalization
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
    // Commit messages are spelled as the project's are; what changed from one to the next is no slot.
    let commits = MiningSource.commits.pool
    let slotted = ids.filter { exemplars[$0]?.pool != commits }
    let near = slotted.prefix(FormChoice.lookedAt).compactMap { id in
      exemplars[id].map {
        FormChoice.Near(
          $0.demonstration, cosine: cosines[id, default: 0],
          isCode: LanguageName.canonical($0.language) != nil)
      }
    }
    let forms = forms
    return try await offPool { FormChoice.choose(for: request, near) { forms.form(of: $0) } }
  }

  /// What the policy chooses among the exemplars that were asked for in the same words, such as
  /// `stock: …`; nil where the project has no such exemplars, or too few that were not rejected here.
  func alike(
    _ request: InstructionRequest, _ language: RequestedLanguage, _ query: [Float],
    _ policy: ExemplarPolicy, _ shots: Int, _ learning: FastLearning?
  ) async throws -> ExemplarPolicy.Choices? {
    guard settings.formsOrDefault, shots > 0 else { return nil }
    await readOpenings()
    let ids = Array(
      openings.withLock { $0.known }.exemplars(
        beginningLike: request.instruction
      ).prefix(FormChoice.lookedAt))
    guard ids.count >= OutputForm.leastSupport else { return nil }
    let pool = pool
    return try await offPool {
      let unwanted = policy.unwanted(request, query: query, learning)
      let known = try pool.embeddings(of: ids, encoder: policy.encoder.identity)
        .filter { !unwanted.contains($0.id) }
      let languages = ExemplarLanguages(try pool.languages(of: ids))
      let misfits = languages.misfits(language, among: known.map(\.id))
      var near: [(id: Int64, cosine: Float)] = []
      for (place, row) in known.enumerated() where !misfits.contains(place) {
        near.append((row.id, dotProduct(query, row.vector)))
      }
      guard near.count >= OutputForm.leastSupport else { return nil }
      near.sort { $0.cosine > $1.cosine || $0.cosine == $1.cosine && $0.id < $1.id }
      var choices = try policy.select(
        request, query: query, language: language, shots: shots, draw: nil, mayStop: false,
        others: near.map(\.id), only: Set(near.map(\.id)), learning: learning)
      guard !choices.list.isEmpty else { return nil }
      // All of them tell the form.
      (choices.candidates, choices.cosines) = (near.map(\.id), near.map(\.cosine))
      return choices
    }
  }
}
