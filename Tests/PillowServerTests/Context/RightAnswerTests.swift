import Foundation
import PillowServer
import TestSupport
import Testing

/// Answers that are right must not be withheld for a fault that they do not have.
@Suite struct RightAnswerTests {
  private struct Case: Decodable {
    struct Check: Decodable { var right: [String]? }

    var id, kind, text: String
    var language: String?
    var check: Check?
  }

  private static let cases: [Case] = {
    let lines = ["dev", "gate"].flatMap { name in
      let file = TestPaths.package.appending(path: "Tests/Acceptance/\(name).jsonl")
      return (try? String(contentsOf: file, encoding: .utf8))?.split(separator: "\n") ?? []
    }
    return lines.compactMap { try? JSONDecoder().decode(Case.self, from: Data($0.utf8)) }
  }()

  /// The line above the cursor, without the marks of a comment.
  private func instruction(_ item: Case) -> Instruction {
    let above = item.text.split(separator: "¦", maxSplits: 1)[0]
    let line = above.split(separator: "\n").last { !$0.allSatisfy(\.isWhitespace) } ?? ""
    let text = line.drop { $0.isWhitespace || "#/-*\"".contains($0) }
    let isCode =
      (item.kind.hasPrefix("code") || ["sql", "shell", "regex"].contains(item.kind))
      && !["markdown", "plaintext"].contains(item.language)
    return Instruction(
      kind: item.kind == "commit" ? .commitMessage : isCode ? .comment : .paragraph, range: 0..<1,
      text: String(text), input: item.kind == "commit" ? diff(item) : "",
      language: isCode ? item.language : nil, indentation: "", insertion: nil)
  }

  /// The diff below a commit's message, as prompts show it.
  private func diff(_ item: Case) -> String {
    item.text.split(separator: "\n").compactMap { line in
      if line.hasPrefix("+++ ") { return "\(line.dropFirst(6)) +1" }
      guard !line.hasPrefix("---"), let mark = line.first, "+-".contains(mark) else { return nil }
      return "\(mark) \(line.dropFirst().trimmingPrefix { $0 == " " })"
    }.joined(separator: "\n")
  }

  @Test func rightAnswersHaveNoFaultsOfTheirNamesValuesOrLength() {
    #expect(Self.cases.count > 300)
    var count = 0
    for item in Self.cases {
      for answer in item.check?.right ?? [] {
        let document = item.text.replacing("¦", with: "")
        let faults = AnswerFault.all(
          in: answer, for: instruction(item), document: document, isFinished: true)
        let wrong = faults.intersection([
          .unbalanced, .unknownNames, .otherValues, .pattern, .repetition, .slip, .tooLong,
          .unused, .otherChange,
        ])
        #expect(wrong.isEmpty, "\(item.id): \(wrong) in \(answer)")
        count += 1
      }
    }
    #expect(count > 700)
  }
}
