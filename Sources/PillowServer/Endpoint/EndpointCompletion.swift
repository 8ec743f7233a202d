import CompletionEngine
import Foundation
import LanguageModel
import Languages
package import PillowProject
import PromptMatching
import PromptPool
import Settings

/// Answers a prompt with a gap as the server would at that place of a document: the instruction
/// above the gap is found and completed with the project's exemplars.
package struct EndpointCompletion: Sendable {
  /// What was asked.
  package struct Question: Sendable {
    package var document: FillInTheMiddle
    /// As the caller names it; nil to guess.
    package var language: String?
    package var maximumTokens: Int?
    package var stops: [String]

    package init(
      document: FillInTheMiddle, language: String? = nil, maximumTokens: Int? = nil,
      stops: [String] = []
    ) {
      self.document = document
      self.language = language
      self.maximumTokens = maximumTokens
      self.stops = stops
    }
  }

  package struct Answer: Sendable, Equatable {
    /// What goes into the gap; empty where nothing is offered.
    package var text: String
    /// Why nothing is offered.
    package var reason: String?
    package var isCut = false
    package var promptTokens = 0
    package var completionTokens = 0

    package init(text: String, reason: String? = nil) {
      self.text = text
      self.reason = reason
    }
  }

  let project: Project

  package init(project: Project) { self.project = project }

  /// - Throws: the engine's errors, `PromptPoolError`, `CancellationError`.
  package func answer(_ question: Question) async throws -> Answer {
    let document = question.document
    let text = TextBuffer(document.prefix + document.suffix)
    let offset = document.prefix.utf8.count
    let settings = project.settings.instructionsOrDefault
    let openings = try await InstructionOpenings(of: project)
    var instruction: Instruction
    do throws(NoInstruction) {
      instruction = try find(in: text, offset, question, openings)
    } catch {
      return Answer(text: "", reason: error.sentence)
    }
    guard SecretScanner.find(in: instruction.text) == nil else {
      return Answer(text: "", reason: NoInstruction.secret.sentence)
    }
    instruction.fill(from: text, tokens: settings.inputTokensOrDefault)
    let match = try await project.match(instruction.request)
    let judged = text.judged(for: instruction)
    let value = try await CandidateAnswers(
      instruction: instruction, request: instruction.request, match: match,
      document: judged, project: project
    ).single(maximumTokens: question.maximumTokens)
    let cleaned = AnswerCleaning.clean(value.completion.text, for: instruction)
    let judgement = AnswerJudgement.judge(
      cleaned, value, for: instruction, document: judged,
      eagerness: project.settings.inlineCompletionOrDefault.eagernessOrDefault)
    var answer = Answer(text: "")
    answer.promptTokens = value.completion.timings.promptTokens
    answer.completionTokens = value.completion.timings.generatedTokens
    answer.isCut = value.completion.ending == .length
    guard judgement.isShown else {
      answer.reason = judgement.sentence
      return answer
    }
    guard let placed = Placement.place(cleaned, for: instruction, in: text) else {
      answer.reason = "Nothing can be inserted here."
      return answer
    }
    answer.text = Self.inserted(placed, in: text, at: offset)
    for stop in question.stops where !stop.isEmpty {
      if let end = answer.text.firstRange(of: stop) {
        answer.text = String(answer.text[..<end.lowerBound])
      }
    }
    return answer
  }

  /// The instruction in the likeliest language that has one there.
  private func find(
    in text: TextBuffer, _ offset: Int, _ question: Question, _ openings: InstructionOpenings
  ) throws(NoInstruction) -> Instruction {
    let name = question.document.path?.split(separator: "/").last.map(String.init) ?? ""
    let ids: [String]
    if let language = question.language {
      ids = [language]
    } else if let known = InstructionDetector.language("", fileName: name), !name.isEmpty {
      ids = [known.id]
    } else {
      ids = LanguageGuess.candidates(text.string)
    }
    var reason: NoInstruction?
    for id in ids {
      do throws(NoInstruction) {
        let found = try InstructionDetector.instruction(
          in: text, languageID: id, at: offset, fileName: name, openings: openings)
        if found.insertion != nil { return found }
      } catch {
        reason = reason ?? error
      }
    }
    throw reason ?? .nothingHere
  }

  /// A gap can only be filled: what the text would take the place of stays, so it must not come
  /// twice.
  package static func inserted(_ placed: PlacedText, in text: TextBuffer, at offset: Int) -> String
  {
    let before = text.text(of: placed.replacing.lowerBound..<offset)
    guard !before.isEmpty else { return placed.text }
    if placed.text.hasPrefix(before) { return String(placed.text.dropFirst(before.count)) }
    return String(placed.text.drop { $0 == " " || $0 == "\t" })
  }
}
