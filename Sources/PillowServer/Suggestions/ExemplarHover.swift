import JSONRPC
import LanguageServerProtocol
import OutputForms
import PillowProject
import PromptPool
import Settings

/// `textDocument/hover` on an instruction: the exemplars that would stand in its prompt, and why.
final class ExemplarHover: Sendable {
  private let context: SessionContext

  init(context: SessionContext) { self.context = context }

  func register(in router: inout Router) {
    router.on(HoverRequest.self) { [self] params, request in
      context.open.answer(request, orAtEnd: nil) { [self] in await hover(params) }
    }
  }

  private func hover(_ params: TextDocumentPositionParams) async -> Hover? {
    let uri = params.textDocument.uri
    guard context.settings(for: uri).exemplarsOrDefault.hoverOrDefault,
      let document = context.documents[uri],
      let instruction = context.instruction(in: document, at: params.position),
      instruction.range.contains(document.text.offset(of: params.position, in: context.encoding))
    else { return nil }
    do {
      let project = try await context.workspace.project(for: uri)
      let match = try await project.match(instruction.request)
      guard !match.shots.isEmpty else {
        return match.stopProbability.map { _ in
          Hover(
            contents: MarkupContent(
              .plaintext, "No exemplar is better than none for this instruction."),
            range: document.text.range(instruction.range, in: context.encoding))
        }
      }
      let ids = match.shots.map(\.exemplar.id)
      let uses = try await project.withPool { pool in try ids.map { try pool.use(of: $0) } }
      var parts = zip(match.shots, uses).enumerated().map { rank, known in
        Self.entry(rank + 1, known.0, known.1)
      }
      if let form = match.form?.form { parts.append(Self.sentence(form)) }
      let markdown = context.capabilities.markdownDocumentation
      let text = parts.joined(separator: "\n\n")
      return Hover(
        contents: MarkupContent(
          markdown ? .markdown : .plaintext, markdown ? text : text.replacing("**", with: "")),
        range: document.text.range(instruction.range, in: context.encoding))
    } catch {
      context.report(error)
      return nil
    }
  }

  private static func sentence(_ form: OutputForm) -> String {
    let lines = form.pattern.lines.map { "    \($0)" }
    return "Form of \(form.support) exemplars:\n\n" + lines.joined(separator: "\n")
  }

  private static func entry(
    _ rank: Int, _ shot: MatchedExemplar, _ use: ExemplarUse
  ) -> String {
    var figures = [
      "probability \(shot.probability.asPercentage)",
      "similarity \(Double(shot.cosine).asHundredths)",
    ]
    if use.suggested > 0 {
      figures.append("accepted \(use.accepted) of \(use.suggested) times")
    }
    let title = shot.exemplar.instruction.lines.first ?? ""
    return "\(rank). **\(title)**\n   \(figures.joined(separator: " · "))\n   \(shot.why)"
  }
}
