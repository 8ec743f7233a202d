import CompletionEngine
import Foundation
import LanguageModel
import PromptMatching
import TestSupport
import Testing

struct AnswerStructureTests {
  @Test func namesOfVariablesDoNotTellCodeApart() {
    let one = AnswerStructure.code("total = 0\nfor x in values:\n    total += x\nreturn total")
    let same = AnswerStructure.code(
      "s = 0  # the sum\nfor item in values:\n        s += item\nreturn s")
    let other = AnswerStructure.code("return sum(values)")
    #expect(one.similarity(to: same) == 1)
    #expect(one.similarity(to: other) < 0.5)
    // What is called, and what is asked of a thing, is no matter of taste.
    let low = AnswerStructure.code("return min(values)")
    #expect(other.similarity(to: low) < 1)
    #expect(
      AnswerStructure.code("a.append(b)").similarity(to: AnswerStructure.code("x.remove(y)")) < 1)
  }

  @Test func proseIsComparedWithoutCaseAndSpacing() {
    let one = AnswerStructure.prose("Change your password once a year.")
    #expect(one.similarity(to: AnswerStructure.prose("change  your password\nonce a year.")) == 1)
    let near = one.similarity(to: AnswerStructure.prose("Change your password twice a year."))
    let far = one.similarity(to: AnswerStructure.prose("The kettle is blue."))
    #expect(near > 0.6 && far < 0.3 && near < 1)
  }

  @Test func similarityIsTheSameBothWays() {
    let texts = ["", "a", "ab", "abab", "return a + b", "SELECT 1;"].map(AnswerStructure.prose)
    for one in texts {
      #expect(one.similarity(to: one) == 1)
      for other in texts {
        let likeness = one.similarity(to: other)
        #expect((0...1).contains(likeness) && likeness == other.similarity(to: one))
      }
    }
  }

  @Test func theFormIsThatOfTheMarks() {
    let shots = ["- **parser**: accepts tabs. (T-331)", "- **cli**: prints less. (T-2)"]
    let fitting = AnswerStructure.fit("- **pool**: keeps order. (T-7)", to: shots)
    let bare = AnswerStructure.fit("The pool keeps its order.", to: shots)
    #expect(fitting == 1 && bare < 0.5)
    #expect(AnswerStructure.fit("anything", to: []) == 1)
  }
}

struct CandidateChoiceTests {
  private static func completion(_ text: String, _ logs: [Float], likeliest: Bool = false)
    -> Completion
  {
    var completion = Completion(
      text: text, identity: EngineIdentity(model: "m", promptForm: "p"), shots: [])
    completion.logProbabilities = logs
    completion.isLikeliest = likeliest
    return completion
  }

  private static let completions = [
    completion("return a - b", [-0.1, -0.5], likeliest: true),
    completion("return a + b", [-0.2, -0.2]),
    completion("return x + y", [-0.3, -0.1]),
    completion("return a + b", [-0.2, -0.2]),
  ]

  private func candidates(
    _ weights: [Double], instruction: [Double]? = nil,
    faults: @escaping (String) -> Int = { _ in 0 }
  ) -> [Candidate] {
    CandidateChoice(weights: weights).candidates(
      Self.completions, for: InstructionRequest(instruction: "Add.", language: "python"),
      shots: [], instruction: instruction, text: \.text, faults: { faults($1) })
  }

  @Test func evidenceIsWhatTheCompletionsSay() {
    let found = candidates([], instruction: [-1, -0.5, -0.25, -9]) { $0.contains("-") ? 2 : 0 }
    #expect(abs(found[0].evidence.meanLogProbability + 0.3) < 1e-6)
    #expect(abs(found[0].evidence.leastLogProbability + 0.5) < 1e-6)
    #expect(found.map(\.evidence.isLikeliest) == [true, false, false, false])
    #expect(found.map(\.evidence.faults) == [2, 0, 0, 0])
    #expect(found.map(\.evidence.instructionLogProbability) == [-1, -0.5, -0.25, -9])
    #expect(found[1].evidence.agreement == found[2].evidence.agreement)
    #expect(found[1].evidence.agreement > found[0].evidence.agreement)
    for candidate in found {
      #expect(candidate.evidence.values.count == CandidateEvidence.names.count)
      #expect(candidate.evidence.values.allSatisfy { $0.isFinite })
    }
  }

  @Test func theBestComesFirstAndEachTextOnce() {
    func ranked(_ name: String, _ weight: Double) -> [String] {
      let weights = CandidateEvidence.names.map { $0 == name ? weight : 0 }
      return CandidateChoice.ranked(candidates(weights, instruction: [-1, -0.5, -0.25, -9]))
        .map(\.text)
    }
    #expect(ranked("isLikeliest", 1) == ["return a - b", "return a + b", "return x + y"])
    #expect(ranked("agreement", 1) == ["return a + b", "return x + y", "return a - b"])
    #expect(
      ranked("instructionLogProbability", 1) == ["return x + y", "return a + b", "return a - b"])
    #expect(CandidateChoice.ranked([]).isEmpty)
  }

  @Test func aLoneAnswerAgreesWithItself() {
    let found = CandidateChoice.shipped.candidates(
      [Self.completion("yes", [])], for: InstructionRequest(instruction: "Say yes."),
      shots: ["no"], instruction: nil, text: \.text, faults: { _, _ in 0 })
    #expect(found.count == 1 && found[0].evidence.agreement == 1)
    #expect(found[0].evidence.meanLogProbability == 0 && found[0].score.isFinite)
    #expect(CandidateChoice.shipped.weights.count == CandidateEvidence.names.count)
  }

  @Test func rolesAreTurnedRound() {
    let shots = ["one", "two", "three"].map { Demonstration(instruction: $0, output: $0 + "!") }
    let conversation = Conversation(
      InstructionRequest(instruction: "Shout four.", input: "a file"), shots: shots)
    let turned = conversation.turned("four!", shots: 2)
    #expect(turned.answer == "Shout four.")
    #expect(turned.conversation.request == InstructionRequest(instruction: "four!"))
    #expect(turned.conversation.shots.map(\.instruction) == ["two!", "three!"])
    #expect(turned.conversation.shots.map(\.output) == ["two", "three"])
  }
}

@Suite(
  .serialized,
  .enabled(if: TestModels.exists(TestModels.smolLM2), "the default model is not installed"))
struct SeveralAnswersTests {
  private static let engine = EmbeddedEngine(file: TestModels.smolLM2)
  private static let conversation = Conversation(
    InstructionRequest(instruction: "What is the capital of France?"))

  @Test func togetherTheyAreTheAnswersOfOneAtATime() async throws {
    var options = CompletionOptions(maximumTokens: 24)
    let draws = [SamplingOptions.greedy, SamplingOptions(temperature: 0.9, seed: 4)]
    let together = try await Self.engine.complete(
      Self.conversation, draws: draws, options: options, patience: nil, onText: { _ in })
    for (draw, completion) in zip(draws, together) {
      options.sampling = draw
      let alone = try await Self.engine.complete(
        Self.conversation, options: options, onText: { _ in })
      #expect(completion.text == alone.text && completion.ending == alone.ending)
      #expect(completion.logProbabilities == alone.logProbabilities)
      #expect(completion.isLikeliest == (draw.temperature == 0))
    }
  }

  @Test func theInstructionIsLikelierAfterItsAnswer() async throws {
    let found = try await Self.engine.instructionLikelihoods(
      of: ["The capital of France is Paris.", "Preheat the oven to 180 degrees."],
      Self.conversation, shots: 0)
    let likelihoods = try #require(found)
    #expect(likelihoods[0] > likelihoods[1] && likelihoods[0] < 0)
  }
}
