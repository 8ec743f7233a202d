import ErrorWording
import Foundation
import JSONRPC
import LanguageServerProtocol
import PillowProject
import PromptPool
import Settings
import Synchronization

/// `textDocument/completion`: the exemplars that fit the instruction at the cursor; works without a
/// language model.
final class ExemplarMenu: Sendable {
  private let context: SessionContext
  private let running = Mutex<[ObjectIdentifier: PendingAnswer]>([:])

  init(context: SessionContext) {
    self.context = context
  }

  func register(in router: inout Router) {
    router.on(CompletionRequest.self) { [self] params, request in
      serve(params, PendingAnswer(request))
    }
    router.on(CompletionItemResolveRequest.self) { [self] item, request in
      let answer = PendingAnswer(request)
      keep(answer) { [self] answer in
        do {
          answer.finish(try await resolve(item))
        } catch {
          answer.finish(
            ResponseError(
              .requestFailed, "the exemplar cannot be read: \(ErrorWording.sentence(error))"))
        }
      }
    }
  }

  /// The server ends: what is still open gets an empty answer.
  func supersedeAll() {
    let all = running.withLock { running in
      defer { running = [:] }
      return Array(running.values)
    }
    for answer in all { answer.supersede(with: CompletionRequest.Result.none) }
  }

  private func keep(
    _ answer: PendingAnswer, _ operation: @escaping @Sendable (PendingAnswer) async -> Void
  ) {
    running.withLock { $0[ObjectIdentifier(answer)] = answer }
    answer.start { [self] answer in
      await operation(answer)
      _ = running.withLock { $0.removeValue(forKey: ObjectIdentifier(answer)) }
    }
  }

  private func serve(_ params: CompletionRequest.Params, _ answer: PendingAnswer) {
    guard let document = context.documents[params.textDocument.uri] else {
      answer.finish(CompletionRequest.Result.none)
      return
    }
    keep(answer) { [self] answer in
      answer.finish(await list(document, params.position))
    }
  }

  private func list(_ document: Document, _ position: Position) async -> CompletionList {
    guard context.settings(for: document.uri).exemplarsOrDefault.menuOrDefault,
      let instruction = context.instruction(in: document, at: position, surroundings: false)
    else {
      return CompletionList(isIncomplete: false, items: [])
    }
    do {
      let project = try await context.workspace.project(for: document.uri)
      let match = try await project.match(instruction.request, options: .offering)
      let root = context.workspace.root(of: document.uri)
      let edits = ExemplarEdits(
        document: document, instruction: instruction, position: position,
        encoding: context.encoding, asSnippet: context.capabilities.snippets)
      let items = match.shots.enumerated().map { rank, shot in
        item(shot, rank: rank, root: root, edit: edits.edit(shot.exemplar))
      }
      // Other words may be nearer to other exemplars.
      return CompletionList(isIncomplete: true, items: items)
    } catch {
      context.report(error)
      return CompletionList(isIncomplete: true, items: [])
    }
  }

  private func item(
    _ shot: MatchedExemplar, rank: Int, root: URL, edit: ExemplarEdits.Edit
  ) -> CompletionItem {
    let exemplar = shot.exemplar
    var item = CompletionItem(label: exemplar.instruction.asLabel)
    item.kind = .snippet
    let tags = exemplar.tags.joined(separator: ", ")
    item.detail = tags.isEmpty ? exemplar.pool : "\(exemplar.pool): \(tags)"
    if context.capabilities.labelDetails {
      item.labelDetails = .init(description: shot.probability.asPercentage)
    }
    // The order of the policy, whatever the client sorts by otherwise.
    item.sortText = String(rank + 1000)
    item.filterText = edit.filter
    item.insertTextFormat = edit.format
    item.insertTextMode = edit.mode
    // No `insertText`: Eglot would show it in place of the label.
    item.textEdit = edit.edit
    item.data = [
      "root": .string(root.absoluteString), "exemplar": .integer(Int(exemplar.id)),
      // As texts: an editor may give whole floats back as something else.
      "probability": .string("\(shot.probability)"), "similarity": .string("\(shot.cosine)"),
      "why": .string(shot.why),
    ]
    return item
  }

  private func resolve(_ item: JSONValue) async throws -> JSONValue {
    guard var members = item.object, let data = item["data"], let id = data["exemplar"]?.integer,
      let root = data["root"]?.string.flatMap(URL.init(string:))
    else { return item }
    guard let project = try await context.workspace.openProject(at: root),
      let exemplar = try await project.withPool({ try $0.exemplar(Int64(id)) })
    else { return item }
    let isMarkdown = context.capabilities.markdownDocumentation
    let text = ExemplarDocumentation.text(
      exemplar, probability: data["probability"]?.string.flatMap(Double.init),
      similarity: data["similarity"]?.string.flatMap(Double.init),
      why: data["why"]?.string, markdown: isMarkdown)
    members["documentation"] = [
      "kind": isMarkdown ? "markdown" : "plaintext", "value": .string(text),
    ]
    return .object(members)
  }
}

extension String {
  /// One line that fits a menu.
  fileprivate var asLabel: String {
    let line = lines.first { !$0.trimmed.isEmpty }?.trimmed ?? "(no instruction)"
    return line.count > 72 ? line.prefix(71).trimmed + "…" : line
  }
}
