import CompletionEngine
import JSONRPC
import LanguageServerProtocol
import Settings

/// `pillow/judgement`: what the server thinks of the answer that it has to the instruction at a
/// place.
final class JudgementMethod: Sendable {
  private let context: SessionContext
  private let answers: AnswerCache
  private let offers: SuggestionOffers

  init(context: SessionContext, answers: AnswerCache, offers: SuggestionOffers) {
    self.context = context
    self.answers = answers
    self.offers = offers
  }

  func register(in router: inout Router) {
    router.on(PillowJudgementRequest.self) { [self] params, request in
      context.open.answer(request) { [self] in judgement(params) }
    }
  }

  private func judgement(_ params: PillowJudgementRequest.Params) -> PillowJudgement? {
    guard let document = context.documents[params.textDocument.uri],
      let instruction = context.instruction(in: document, at: params.position),
      let value = answers[
        .init(root: context.workspace.root(of: document.uri), request: instruction.request)]
    else { return nil }
    let judgement = AnswerJudgement.judge(
      AnswerCleaning.clean(value.completion.text, for: instruction), value, for: instruction,
      document: document.text.judged(for: instruction),
      eagerness: context.settings(for: document.uri).inlineCompletionOrDefault.eagernessOrDefault)
    let placed = offers.place(value.completion.text, instruction, document)
    return PillowJudgement(
      text: AnswerCleaning.clean(value.completion.text, for: instruction),
      edit: placed.map {
        TextEdit(
          range: document.text.range($0.replacing, in: context.encoding), newText: $0.text)
      }, isShown: judgement.isShown, reason: judgement.sentence,
      faults: judgement.faults.map(\.rawValue).sorted(), probability: judgement.probability,
      threshold: judgement.threshold, evidence: judgement.evidence?.values ?? [],
      evidenceNames: AnswerEvidence.names)
  }
}
