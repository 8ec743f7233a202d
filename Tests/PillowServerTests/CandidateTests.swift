import Personalization
import CompletionEngine
import Foundation
import JSONRPC
import PillowServer
import PromptMatching
import PromptPool
import Synchronization
import Testing

private let method = "textDocument/inlineCompletion"

/// Several answers to one request, of an engine that says how sure it is.
@Suite(.timeLimit(.minutes(5))) struct CandidateTests {
  private let projects = TestProjects { _ in "print((1)" }

  init() {
    projects.engine.measures.withLock { $0 = true }
    projects.engine.others.withLock { $0 = ["print(1)", "print(1)", "print(2)"] }
  }

  private func client(_ settings: JSONValue) async throws -> TestClient {
    let client = TestClient(projects)
    try await client.initialize(options: ["inlineCompletion": settings])
    return client
  }

  @Test func theBestIsShownToSomebodyWhoHasNotAsked() async throws {
    let client = try await client(["automaticCandidates": 4, "debounce": 0])
    let position = try client.open("# Print a number.|")
    let items = try await client.request(method, TestClient.at(position, kind: 2))
    #expect(items.array?.map { $0["insertText"] } == ["\nprint(1)"])
    #expect(projects.engine.requests.withLock { $0.count } == 1)
    try await client.leave()
  }

  @Test func oneCandidateIsTheFirst() async throws {
    let client = try await client(
      ["automaticCandidates": 1, "debounce": 0, "eagerness": "eager"])
    let position = try client.open("# Print a number.|")
    let items = try await client.request(method, TestClient.at(position, kind: 2))
    #expect(items.array?.map { $0["insertText"] } == ["\nprint((1)"])
    try await client.leave()
  }

  @Test func severalComeTheBestFirst() async throws {
    let client = try await client(["candidates": 3, "debounce": 0])
    let position = try client.open("# Print a number.|")
    let items = try await client.request(method, TestClient.at(position, kind: 1))
    #expect(
      items.array?.map { $0["insertText"] } == ["\nprint(1)", "\nprint(2)", "\nprint((1)"])
    try await client.leave()
  }

  /// The words of the second are the model's, and say nothing against the first.
  @Test func choosingTheSecondIsNoWordOnTheFirst() async throws {
    // What is replaced soon is told from what is ignored by the time.
    let client = TestClient(projects, clock: ManualClock())
    try await client.initialize(options: ["inlineCompletion": ["candidates": 3]])
    let position = try client.open("# Print a number.|")
    let items = try await client.request(method, TestClient.at(position, kind: 1))
    let ids = try (items.array ?? []).map {
      try #require($0["command"]?["arguments"]?.array?.first?.string)
    }
    try client.change("\nprint(2)", at: position)
    _ = try await client.request(
      "workspace/executeCommand", ["command": "pillow-lsp.accept", "arguments": [.string(ids[1])]])
    try client.notify(
      "textDocument/didSave", ["textDocument": ["uri": "file:///project/main.py"]])
    try await client.leave()
    let events = try projects.feedback
    #expect(events.filter { $0.suggestionID == ids[0] }.map(\.event) == [.shown, .replaced])
    #expect(events.filter { $0.suggestionID == ids[1] }.map(\.event) == [.shown, .accepted])
    let outcomes = try projects.pool.outcomes()
    #expect(outcomes.first { $0.suggestionID == ids[0] }?.standing == nil)
    let standing = outcomes.first { $0.suggestionID == ids[1] }?.standing
    #expect(standing?.text == "print(2)" && standing?.kind == .accepted)
  }

  @Test func theJudgementOfAnAnswerCanBeAskedFor() async throws {
    let client = try await client(["automaticCandidates": 3, "debounce": 0])
    let position = try client.open("# Print a number.|")
    let none = try await client.request("pillow/judgement", TestClient.at(position))
    #expect(none == .null)
    _ = try await client.request(method, TestClient.at(position, kind: 2))
    let found = try await client.request("pillow/judgement", TestClient.at(position))
    #expect(found["text"] == "print(1)" && found["isShown"] == true && found["faults"] == [])
    #expect(found["edit"]?["newText"] == "\nprint(1)")
    let names = try #require(found["evidenceNames"]?.array)
    #expect(names.map(\.string) == AnswerEvidence.names)
    #expect(found["evidence"]?.array?.count == names.count)
    #expect(SuggestionGate.shipped.weights.count <= names.count)
    try await client.leave()
  }

  @Test func whatIsTypedDecidesBeforeWhatIsBest() async throws {
    let client = try await client(["automaticCandidates": 4, "debounce": 0])
    let position = try client.open("# Print a number.\n|\n")
    let first = try await client.request(method, TestClient.at(position, kind: 2))
    #expect(first.array?.first?["insertText"] == "print(1)")
    try client.change("print(2", at: position)
    var end = position
    end = [
      "line": position["line"] ?? 0,
      "character": .integer((position["character"]?.integer ?? 0) + 7),
    ]
    let rest = try await client.request(method, TestClient.at(end, kind: 2))
    #expect(rest.array?.first?["insertText"] == ")")
    try await client.leave()
  }
}
