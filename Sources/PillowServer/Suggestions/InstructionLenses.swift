import JSONRPC
import LanguageServerProtocol

/// `textDocument/codeLens` above instructions: how many exemplars fit; counted when the lens is resolved.
///
/// Only comments that begin with a word that asks for something have one, lest every comment had.
final class InstructionLenses: Sendable {
  private let context: SessionContext
  private static let mostLenses = 50
  private static let verbs: Set<String> = [
    "add", "write", "create", "implement", "generate", "make", "define", "build", "convert",
    "explain", "summarize", "summarise", "translate", "rewrite", "refactor", "list", "find", "sort",
    "parse", "compute", "calculate", "return", "print", "draw", "describe", "complete", "suggest",
  ]

  init(context: SessionContext) { self.context = context }

  func register(in router: inout Router) {
    router.on(CodeLensRequest.self) { [self] params, request in
      let answer = PendingAnswer(request)
      answer.start { [self] answer in answer.finish(lenses(params.textDocument.uri)) }
    }
    router.on(CodeLensResolveRequest.self) { [self] lens, request in
      let answer = PendingAnswer(request)
      answer.start { [self] answer in answer.finish(await resolved(lens)) }
    }
  }

  private func lenses(_ uri: String) -> CodeLensRequest.Result {
    guard context.settings(for: uri).exemplars?.codeLens != false,
      let document = context.documents[uri]
    else { return [] }
    var found: [CodeLens] = []
    var end = -1
    for line in 0..<min(document.text.lineCount, 20_000) where found.count < Self.mostLenses {
      let range = document.text.line(line)
      guard range.lowerBound > end, Self.mayAsk(document.text.trimmedLine(line)),
        let instruction = context.instruction(in: document, at: range.upperBound),
        instruction.kind == .comment || instruction.kind == .alpaca,
        Self.asks(instruction.text)
      else { continue }
      end = instruction.range.upperBound
      let place = document.text.range(instruction.range, in: context.encoding)
      found.append(CodeLens(range: place, data: ["uri": .string(uri)]))
    }
    return found
  }

  /// Cheap, since it looks at every line.
  private static func mayAsk(_ line: String) -> Bool {
    guard let first = line.first, !first.isLetter else { return false }
    return asks(String(line.drop { !$0.isLetter }))
  }

  private static func asks(_ text: String) -> Bool {
    verbs.contains(text.prefix { $0.isLetter }.lowercased())
  }

  private func resolved(_ lens: CodeLens) async -> CodeLens {
    var lens = lens
    lens.command = Command(title: "no exemplars", command: "", arguments: [])
    guard let uri = lens.data?["uri"]?.string, let document = context.documents[uri],
      let instruction = context.instruction(in: document, at: lens.range.end)
    else { return lens }
    do {
      let match = try await context.workspace.service(for: uri).match(instruction.query)
      let count = match.shots.count
      let title = count == 1 ? "1 exemplar" : "\(count) exemplars"
      lens.command = Command(
        title: title, command: FeedbackCapture.explain,
        arguments: [.string(uri), .integer(lens.range.end.line), .integer(lens.range.end.character)])
    } catch {
      context.report(error)
    }
    return lens
  }
}
