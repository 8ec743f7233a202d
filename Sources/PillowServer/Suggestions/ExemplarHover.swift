import JSONRPC
import LanguageServerProtocol

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
    guard context.settings(for: uri).exemplars?.hover != false,
      let document = context.documents[uri],
      let instruction = context.instruction(in: document, at: params.position),
      instruction.range.contains(document.text.offset(of: params.position, in: context.encoding))
    else { return nil }
    do {
      let service = try await context.workspace.service(for: uri)
      let match = try await service.match(instruction.query)
      guard !match.shots.isEmpty else { return nil }
      var parts: [String] = []
      for (rank, shot) in match.shots.enumerated() {
        let standing = try? await service.standing(of: shot.exemplar.id)
        parts.append(Self.entry(rank + 1, shot, standing))
      }
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

  private static func entry(
    _ rank: Int, _ shot: ExemplarMatch.Shot, _ standing: ExemplarStanding?
  ) -> String {
    var figures = [
      "probability \(shot.probability.asPercentage)", "similarity \(shot.similarity.asHundredths)",
    ]
    if let standing, standing.suggested > 0 {
      figures.append("accepted \(standing.accepted) of \(standing.suggested) times")
    }
    let title = shot.exemplar.instruction.lines.first ?? ""
    return "\(rank). **\(title)**\n   \(figures.joined(separator: " · "))\n   \(shot.why)"
  }
}
