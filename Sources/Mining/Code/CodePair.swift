import Foundation
import PromptPool

/// A function or type with its documentation, as exemplars are made of it. Pure.
struct CodePair {
  private static let longestCode = 1600
  private static let longestInput = 1000

  let text: SourceText
  let declaration: Declaration
  private let finder: DocCommentFinder
  let comment: DocComment?

  init(_ text: SourceText, _ declaration: Declaration) {
    self.text = text
    self.declaration = declaration
    finder = DocCommentFinder(text)
    comment = finder.find(for: declaration)
  }

  /// Its whole text without the documentation.
  var code: String {
    let first = finder.head(of: declaration)
    var lines = Array(text.lines[first...declaration.end])
    if let comment, comment.isInside {
      lines.removeSubrange((comment.lines.lowerBound - first)...(comment.lines.upperBound - first))
    }
    return SourceText.dedented(lines).trimmingEnd
  }

  /// With what decorates it.
  var signature: String { text.text(finder.head(of: declaration)...signatureEnd) }

  private var signatureEnd: Int {
    max(declaration.line, min(finder.signatureEnd(of: declaration), declaration.end))
  }

  /// The whole code, where a small model can read it: what a pair says of code that was cut may be
  /// about the part that is missing.
  var wholeInput: String? {
    let code = code
    return (15...Self.longestInput).contains(code.utf8.count) ? code : nil
  }

  /// The whole code, or as many of its first lines as a small model can read.
  var excerpt: String {
    let code = code
    guard code.utf8.count > Self.longestInput else { return code }
    var kept = ""
    for line in code.split(separator: "\n", omittingEmptySubsequences: false) {
      guard kept.utf8.count + line.utf8.count < Self.longestInput else { break }
      kept += line + "\n"
    }
    return kept.trimmingEnd
  }

  /// What the lines above the declaration's name and the name's own line say of it.
  var marks: DeclarationMarks {
    DeclarationMarks(
      lines: (finder.head(of: declaration)...declaration.line).map { text.trimmed($0) },
      language: text.language)
  }

  /// Whether nothing is done in it but to say that nothing is done.
  private var isStub: Bool {
    let first = signatureEnd + 1
    let body = (first..<max(first, declaration.end + 1)).filter { line in
      comment.map { !$0.isInside || !$0.lines.contains(line) } ?? true
    }.map { text.trimmed($0) }.filter { $0.contains { $0.isLetter } || $0 == "..." }
    guard body.count <= 1, let only = body.first else { return body.isEmpty }
    let refusals = [
      "pass", "...", "throw ", "raise ", "unimplemented!", "todo!", "fatalError(",
      "preconditionFailure(",
    ]
    return refusals.contains(where: only.hasPrefix)
  }

  private var lineCount: Int { declaration.end - declaration.line + 1 }

  private var noun: String { declaration.kind == .type ? "type" : "function" }

  // MARK: Exemplars

  /// Code in, its documentation out.
  var documentation: ExemplarDraft? {
    guard let comment, let code = wholeInput else { return nil }
    if declaration.kind == .type {
      // What stands above a class may be meant for its constructor, and what extends a type says
      // why it does.
      let isOfFunction = ["@param", "@return"].contains { comment.source.contains($0) }
      guard lineCount > 1, !isOfFunction, !marks.isExtension else { return nil }
    }
    return ExemplarDraft(
      instruction: MinedInstruction.document(noun), input: code, output: comment.source,
      tags: ["mined", "documentation"], language: text.language)
  }

  /// What the comment says in, the function below it out.
  var implementation: ExemplarDraft? {
    guard declaration.kind != .type, (3...60).contains(lineCount), !marks.isOverload, !isStub
    else { return nil }
    let code = code
    guard code.utf8.count <= Self.longestCode, code.utf8.count >= 40 else { return nil }
    guard let comment else {
      return ExemplarDraft(
        instruction: "Write the function `\(declaration.symbol)`.", input: signature, output: code,
        tags: ["mined", "function"], language: text.language)
    }
    let summary = comment.summary
    guard summary.utf8.count >= 12, summary.utf8.count <= 400 else { return nil }
    return ExemplarDraft(
      instruction: summary, input: signature, output: code, tags: ["mined", "function"],
      language: text.language)
  }

  /// Middling lengths are worth most.
  func score(_ draft: ExemplarDraft) -> Double {
    let bytes = Double(draft.input.utf8.count + draft.output.utf8.count)
    let length = bytes < 80 ? 0.5 : bytes < 900 ? 1 : 900 / bytes
    let hasComment = comment == nil ? 0 : 1.0
    return 0.5 * length + 0.5 * hasComment
  }
}
