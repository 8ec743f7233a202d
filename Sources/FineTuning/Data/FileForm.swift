import Languages
package import PromptMatching
package import Tokenizers

/// How an instruction of a programming language is written out: as a file that the model continues,
/// as `PromptText` writes it when it serves.
///
/// The exemplars are comments with their answers below. Then comes the instruction's input, which is
/// what stands above it in the file, and the instruction as a comment.
package struct FileForm: Sendable {
  let commentMark: String
  /// One step of indentation where the answer shows none.
  let indentation: String

  /// Nil for a language without comments of one line, and for prose.
  package init?(language: String?) {
    guard let language = language.flatMap({ LanguageTable.language($0) }), language.form == .code,
      let mark = language.comments.usual
    else { return nil }
    commentMark = mark
    indentation =
      switch language.id {
      case "go", "makefile": "\t"
      case "javascript", "javascriptreact", "ruby", "shellscript", "typescript",
        "typescriptreact":
        "  "
      default: "    "
      }
  }

  /// Whether an exemplar of a language may be shown to an instruction of another. One in code is only
  /// shown to its own language, as when it serves.
  package static func canShow(_ language: String?, in other: String?) -> Bool {
    guard let other, LanguageTable.language(other)?.form == .code else {
      return language.flatMap { FileForm(language: $0) } == nil
    }
    return language.map(LanguageTable.normalized) == LanguageTable.normalized(other)
  }

  /// A file that ends in the instruction, without exemplars.
  package func context(for request: ShownExample) -> PromptContext {
    PromptContext(above: above(request), commentMark: commentMark)
  }

  /// The prompt, and where in its bytes the shots' answers stand, with the line end before each.
  ///
  /// - Parameter shots: the best one last.
  func prompt(
    for request: ShownExample, shots: ArraySlice<ShownExample>
  ) -> (text: String, outputs: [Range<Int>]) {
    let context = context(for: request)
    let demonstrations = shots.map {
      Demonstration(instruction: $0.instruction, input: $0.input, output: $0.output)
    }
    let text = PromptText.document(context, shots: demonstrations)
    // Each shot takes what it would take alone, so their places follow from lengths.
    var outputs: [Range<Int>] = []
    var end = 0
    let rest = PromptText.document(context, shots: []).utf8.count
    for shot in demonstrations {
      end += PromptText.document(context, shots: [shot]).utf8.count - rest
      let close = end - "\n\n".utf8.count
      outputs.append(close - "\n".utf8.count - shot.output.utf8.count..<close)
    }
    return (text, outputs)
  }

  /// The answer, with the line end that a prompt leaves to the model.
  func answer(to request: ShownExample) -> String {
    guard let body = bodyIndentation(request) else { return "\n" + request.output }
    return "\n" + indented(request.output, by: body)
  }

  private func above(_ request: ShownExample) -> String {
    let lines = request.instruction.split(separator: "\n", omittingEmptySubsequences: false)
    let comment = lines.map { $0.isEmpty ? commentMark : "\(commentMark) \($0)" }
      .joined(separator: "\n")
    if let body = bodyIndentation(request) {
      return request.input + "\n" + indented(comment, by: body)
    }
    return request.input.isEmpty ? comment : request.input + "\n\n" + comment
  }

  /// How far a body is indented where the input ends in the line that opens it; nil elsewhere.
  private func bodyIndentation(_ request: ShownExample) -> String? {
    guard let head = request.input.split(separator: "\n").last,
      head.last == ":" || head.last == "{"
    else { return nil }
    return head.prefix { $0 == " " || $0 == "\t" } + indentation
  }

  private func indented(_ text: String, by indentation: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false)
      .map { $0.isEmpty ? "" : indentation + $0 }.joined(separator: "\n")
  }
}
