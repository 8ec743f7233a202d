import ArgumentParser
import CompletionEngine
import ErrorWording
import Foundation
import Languages
import OutputForms
import PillowProject
import PillowServer
import Settings

struct Explain: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Explain what the server would offer at a place, and why.",
    discussion: """
      Prints the instruction that is found there, what goes into its prompt, the exemplars with \
      reasons, the prompt, the answers that are written at once with what speaks for each, and \
      whether the best of them would be shown without being asked for.
      """)

  @OptionGroup var project: ProjectOption
  @OptionGroup var engine: EngineArguments
  @Option(help: "The file's language id; by default known from its name.") var language: String?
  @Flag(inversion: .prefixedNo, help: "Ask the model, too.") var complete = true
  @Option(help: "How many answers to write; by default as many as for an automatic completion.")
  var candidates: Int?
  @Option(
    help: "How many exemplars help to judge how likely the instruction is after an answer.")
  var turnedShots = 0
  @Flag(help: "Print one JSON object.") var json = false
  @Argument(help: "FILE:LINE, or FILE:LINE:COLUMN; both count from 1.") var place: String

  func validate() throws {
    guard candidates.map({ (1...64).contains($0) }) != false, turnedShots >= 0 else {
      throw ValidationError("--candidates must be from 1 to 64, --turned-shots 0 or more.")
    }
    _ = try Self.parsed(place)
  }

  func run() async throws {
    let (path, line, column) = try Self.parsed(place)
    let file = URL(filePath: path).standardizedFileURL
    let data: Data
    do { data = try Data(contentsOf: file) } catch {
      throw CommandError("\(path) cannot be read: \(ErrorWording.reason(error)).")
    }
    let text = String(decoding: data, as: UTF8.self)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    guard lines.indices.contains(line - 1) else {
      throw CommandError("\(path) has \(lines.count) lines; line \(line) is not one of them.")
    }
    let before = lines[..<(line - 1)].reduce(0) { $0 + $1.utf8.count + 1 }
    let current = lines[line - 1]
    let offset = before + (column.map { current.prefix($0 - 1) } ?? current[...]).utf8.count
    let opened = try project.open(
      settings: engine.settings(over: project.settings()), goesOn: true)
    let found = try await Explanation.explain(
      text,
      languageID: language ?? LanguageTable.language(ofFile: file.lastPathComponent)?.id
        ?? "plaintext", file: file, offset: offset,
      in: opened, root: opened.root, settings: opened.settings, completes: complete,
      budget: CandidateBudget(
        count: candidates ?? opened.settings.inlineCompletionOrDefault.automaticCandidatesOrDefault,
        turnedShots: turnedShots))
    if json { return try Output.json(ExplanationReport(found)) }
    for part in Self.report(found) { Output.line(part) }
  }

  static func parsed(_ place: String) throws -> (path: String, line: Int, column: Int?) {
    guard let match = place.wholeMatch(of: #/(.+?):(\d+)(?::(\d+))?/#), let line = Int(match.2),
      line > 0
    else { throw ValidationError("The place has the form FILE:LINE or FILE:LINE:COLUMN.") }
    return (String(match.1), line, match.3.flatMap { Int($0) }.map { max(1, $0) })
  }

  private static func report(_ found: Explanation) -> [String] {
    var parts: [String] = []
    if let instruction = found.instruction {
      parts.append("instruction: \(instruction.text)")
      parts.append("language: \(instruction.language ?? "prose")")
      if !instruction.input.isEmpty { parts.append("input:\n\(indented(instruction.input))") }
    }
    if let match = found.match {
      parts.append(match.shots.isEmpty ? "exemplars: none fits" : "exemplars:")
      parts += match.lines
    }
    if let form = found.match?.form?.form {
      parts.append("form of \(form.support) exemplars:\n\(indented(form.pattern))")
    }
    if let prompt = found.prompt { parts.append("prompt:\n\(indented(prompt))") }
    if let answer = found.answer { parts.append("answer:\n\(indented(answer))") }
    if found.candidates.count > 1 {
      parts.append("candidates:")
      for candidate in found.candidates {
        parts.append(CandidateReport(candidate).words)
        parts.append(indented(indented(candidate.text)))
      }
    }
    if let judgement = found.judgement { parts.append("gate: \(judgement.sentence)") }
    if let refusal = found.refusal { parts.append("nothing is shown: \(refusal)") }
    return parts
  }

  private static func indented(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { "  \($0)" }
      .joined(separator: "\n")
  }
}
