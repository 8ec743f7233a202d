import CompletionEngine
import Foundation
import OutputForms
import PillowProject
import PromptMatching
import PromptPool
import Settings
import TestSupport
import Testing

/// Says what it is, and fails if it is asked for a text.
private struct SilentEngine: CompletionEngine {
  struct Asked: Error {}

  func identity() -> EngineIdentity { EngineIdentity(model: "silent", promptForm: "none") }

  func complete(
    _ conversation: Conversation, options: CompletionOptions,
    onText: @escaping @Sendable (String) -> Void
  ) throws -> Completion { throw Asked() }
}

/// Code has too many forms for one that leaves text to make up, also where no document says that code
/// is asked for.
@Suite struct FormOfCodeTests {
  private static let queries = [
    ("orders", "weekday", "day"), ("users", "region", "name"), ("sales", "shop", "price"),
  ].map {
    Demonstration(
      instruction: "Write a query about the \($0.0).",
      output: "SELECT \($0.2) FROM \($0.0) GROUP BY \($0.1);")
  }

  @Test(arguments: [true, false])
  func isNotMadeUp(isCode: Bool) throws {
    let near = Self.queries.map { FormChoice.Near($0, cosine: 0.9, isCode: isCode) }
    let request = InstructionRequest(instruction: "Write a query about the visits.")
    let form = FormChoice.choose(for: request, near)
    #expect((form == nil) == (isCode && form?.form.isDetermined != true))
    if !isCode { #expect(form?.form.isDetermined == false, "else nothing is tested") }
  }
}

@Suite(
  .enabled(if: TestModels.exists(TestModels.miniLM), "all-MiniLM-L6-v2 is not installed"))
struct FormTests {
  private static let stock = [
    ("stock: 2 kg of sugar on shelf A", "+ sugar [2 kg] -> A"),
    ("stock: 5 l of oil on shelf C", "+ oil [5 l] -> C"),
    ("stock: 20 pieces of lemon on shelf B", "+ lemon [20 pcs] -> B"),
    ("stock: 1 kg of salt on shelf A", "+ salt [1 kg] -> A"),
    ("stock: 6 l of milk on shelf D", "+ milk [6 l] -> D"),
    ("stock: 40 pieces of egg on shelf D", "+ egg [40 pcs] -> D"),
  ].map { ExemplarDraft(instruction: $0.0, output: $0.1) }

  private let rice = InstructionRequest(instruction: "stock: 3 kg of rice on shelf B")

  private func project(_ settings: PillowSettings = PillowSettings()) throws -> (
    ScratchProject, Project
  ) {
    let scratch = try ScratchProject()
    try scratch.write(Self.stock + [files, haiku, rows], to: "team.jsonl")
    return (scratch, try scratch.open(settings: settings, engine: SilentEngine()))
  }

  @Test func aFormIsFoundAmongOtherExemplars() async throws {
    let (scratch, project) = try project()
    defer { withExtendedLifetime(scratch) {} }
    let match = try await project.match(rice)
    #expect(match.form?.form.support == 6)
    #expect(match.form?.form.pattern == "+ ‹text› [‹number› ‹kg | l | pcs›] -> ‹text›")
    let answer = try await project.complete(rice, match: match)
    #expect(answer.text == "+ rice [3 kg] -> B")
    #expect(answer.form?.support == 6)
    #expect(answer.shots == [0, 1, 2])
  }

  @Test func whoAsksForSomethingElseGetsNoForm() async throws {
    let (scratch, project) = try project()
    defer { withExtendedLifetime(scratch) {} }
    for instruction in [
      "Write a haiku about a river.", "Summarise the paragraph above in one sentence.",
      "List the files of a folder by date.", "Reply to the customer that the order is late.",
    ] {
      let match = try await project.match(InstructionRequest(instruction: instruction))
      #expect(match.form == nil, "\(instruction)")
    }
  }

  @Test func formsCanBeSwitchedOff() async throws {
    var settings = PillowSettings()
    settings.forms = false
    let (scratch, project) = try project(settings)
    defer { withExtendedLifetime(scratch) {} }
    let match = try await project.match(rice)
    #expect(match.form == nil)
    await #expect(throws: SilentEngine.Asked.self) {
      try await project.complete(rice, match: match)
    }
  }

  @Test func whatWasRejectedThriceIsNotChosenAgain() async throws {
    let (scratch, project) = try project()
    defer { withExtendedLifetime(scratch) {} }
    var rejects: [Int64: Int] = [:]
    for round in 0..<10 {
      let match = try await project.match(rice)
      let shots = match.shots.map(\.exemplar.id)
      #expect(shots.allSatisfy { rejects[$0, default: 0] < 3 }, "round \(round)")
      let suggestion = Suggestion(
        id: "\(round)", at: Date(timeIntervalSince1970: Double(round)), documentURI: nil,
        request: rice, match: match,
        completion: Completion(
          text: "no", identity: EngineIdentity(model: "m", promptForm: "f"),
          shots: Array(shots.indices)), text: "no")
      try await project.record(suggestion, match: match)
      #expect(
        try await project.record(
          Feedback(suggestionID: "\(round)", event: .rejected, at: suggestion.createdAt)))
      for shot in shots { rejects[shot, default: 0] += 1 }
    }
    #expect(rejects.values.contains(3))
  }

  @Test func aChangedPoolIsLearnedAgain() async throws {
    let (scratch, project) = try project()
    defer { withExtendedLifetime(scratch) {} }
    #expect(try await project.match(rice).form?.form.support == 6)
    let ids = try project.pool.exemplars().filter { $0.output.hasPrefix("+") }.map(\.id)
    for id in ids.prefix(4) { try project.pool.mute(id) }
    project.poolChanged()
    #expect(try await project.match(rice).form == nil, "two exemplars are too few")
    try project.pool.mute(ids[0], false)
    project.poolChanged()
    #expect(try await project.match(rice).form?.form.support == 3)
  }
}
