import JSONRPC
import LanguageServerProtocol
import PillowProject
import Settings

/// `textDocument/codeLens` above instructions: how many exemplars fit, counted when the lens is
/// resolved; complete; why.
///
/// Only comments that begin with a word that asks for something have one, lest every comment had.
final class InstructionLenses: Sendable {
  private let context: SessionContext
  private static let mostInstructions = 50
  /// Lines that look like an instruction and are looked at closely, which may read the document from
  /// its beginning.
  private static let mostLooks = 200
  private static let verbs: Set<String> = [
    "add", "write", "create", "implement", "generate", "make", "define", "build", "convert",
    "explain", "summarize", "summarise", "translate", "rewrite", "refactor", "list", "find", "sort",
    "parse", "compute", "calculate", "return", "print", "draw", "describe", "complete", "suggest",
  ]

  init(context: SessionContext) { self.context = context }

  func register(in router: inout Router) {
    router.on(CodeLensRequest.self) { [self] params, request in
      context.open.answer(request, orAtEnd: []) { [self] in lenses(params.textDocument.uri) }
    }
    router.on(CodeLensResolveRequest.self) { [self] lens, request in
      context.open.answer(request, orAtEnd: lens) { [self] in await resolved(lens) }
    }
  }

  private func lenses(_ uri: String) -> CodeLensRequest.Result {
    guard context.settings(for: uri).exemplarsOrDefault.codeLensOrDefault,
      let document = context.documents[uri]
    else { return [] }
    var found: [CodeLens] = []
    var end = -1
    var looks = 0
    for line in 0..<min(document.text.lineCount, 20_000)
    where found.count < 3 * Self.mostInstructions && looks < Self.mostLooks {
      let range = document.text.line(line)
      guard range.lowerBound > end, Self.mayAsk(document.text.trimmedLine(line)) else { continue }
      looks += 1
      guard
        let instruction = context.instruction(
          in: document, at: range.upperBound, surroundings: false),
        instruction.kind == .comment || instruction.kind == .alpaca,
        Self.asks(instruction.text)
      else { continue }
      end = instruction.range.upperBound
      let place = document.text.range(instruction.range, in: context.encoding)
      found.append(CodeLens(range: place, data: ["uri": .string(uri)]))
      found += commands(Place(uri: uri, position: place.end), place)
    }
    return found
  }

  private func commands(_ place: Place, _ range: DocumentRange) -> [CodeLens] {
    var lenses = [
      CodeLens(
        range: range,
        command: Command(
          title: "why", command: InstructionCommands.explain, arguments: place.arguments))
    ]
    if context.capabilities.applyEdit {
      let complete = Command(
        title: "complete", command: InstructionCommands.complete, arguments: place.arguments)
      lenses.insert(CodeLens(range: range, command: complete), at: 0)
    }
    return lenses
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
      let instruction = context.instruction(
        in: document, at: lens.range.end, surroundings: false)
    else { return lens }
    do {
      let match = try await context.workspace.project(for: uri).match(
        instruction.request, options: .init(findsForm: false))
      let count = match.shots.count
      let title = count == 1 ? "1 exemplar" : "\(count) exemplars"
      let place = Place(uri: uri, position: lens.range.end)
      lens.command = Command(
        title: title,
        command: context.capabilities.applyEdit
          ? InstructionCommands.insert : InstructionCommands.explain,
        arguments: place.arguments)
    } catch {
      context.report(error)
    }
    return lens
  }
}
