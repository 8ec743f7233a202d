import Personalization
import CompletionEngine
import Foundation
import JSONRPC
import PillowServer
import PromptMatching
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
