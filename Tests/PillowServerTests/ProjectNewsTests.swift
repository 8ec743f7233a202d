import Foundation
import JSONRPC
import PillowProject
import PillowServer
import PromptPool
import Synchronization
import Testing

/// What happens to a project by itself, as the client sees it.
@Suite(.timeLimit(.minutes(5))) struct ProjectNewsTests {
  private let client: TestClient
  /// Without exemplars nothing is embedded but what the tests tell of.
  private let projects = TestProjects(
    exemplars: [], sharedPools: ["team.jsonl": "{}\nnothing\n"])

  init() { client = TestClient(projects, progressDelay: .zero) }

  /// The project is open once it has answered.
  private func begin() async throws -> Project {
    try await client.initialize(progress: true)
    _ = try await client.request("pillow/pool/stats", [:])
    return try await projects.project
  }

  private func embedding(_ done: Int, secondsLeft: Double? = nil) -> ProjectEvent {
    .embedding(EmbeddingProgress(embedded: done, total: 400, secondsLeft: secondsLeft))
  }

  /// A report of shared pools with these problems.
  private func read(_ problems: [String]) -> ProjectEvent {
    .sharedPoolsRead(SharedPoolReport(problems: problems))
  }

  private func status() async throws -> JSONValue { try await client.request("pillow/status", [:]) }

  @Test func embeddingShowsItsShareAndTheTimeLeft() async throws {
    let project = try await begin()
    project.tell(embedding(0))
    let (id, params) = try await client.serverRequest("window/workDoneProgress/create")
    try client.send(["jsonrpc": "2.0", "id": id, "result": .null])
    func value() async throws -> JSONValue? {
      let progress = try await client.notification("$/progress")
      #expect(progress["token"] == params["token"])
      return progress["value"]
    }
    #expect(
      try await value() == [
        "kind": "begin", "title": "Embedding exemplars", "cancellable": false, "percentage": 0,
      ])
    project.tell(embedding(100, secondsLeft: 3))
    #expect(
      try await value()
        == ["kind": "report", "message": "100 of 400, 3 s left", "percentage": 25])
    project.tell(embedding(400, secondsLeft: 0))
    #expect(try await value()?["kind"] == "end")
    try await client.leave()
  }

  @Test func aRunThatStopsEndsItsProgress() async throws {
    let project = try await begin()
    project.tell(embedding(0))
    try await client.answer("window/workDoneProgress/create", with: .null)
    #expect(try await client.notification("$/progress")["value"]?["kind"] == "begin")
    project.tell(.embeddingStopped)
    #expect(try await client.notification("$/progress")["value"]?["kind"] == "end")
    try await client.leave()
  }

  @Test func problemsAreShownOnceAndLastInTheStatus() async throws {
    let project = try await begin()
    let first = try #require(
      try await client.notification("window/showMessage")["message"]?.string)
    #expect(first.hasPrefix("team.jsonl, line 1 is skipped"))
    let logged = try await client.notification("window/logMessage")["message"]?.string
    #expect(logged?.hasPrefix("team.jsonl, line 2 is skipped") == true)
    #expect(try await status()["kind"] == "Warning")
    #expect(try await status()["message"]?.string == first)

    project.tell(read([]))
    #expect(try await status()["kind"] == "Normal")
    project.tell(.problem("The prompt pool was damaged: run `pillow-lsp pool recover` to save it."))
    let short = try await client.notification("window/showMessage")["message"]
    #expect(short == "Run `pillow-lsp pool recover`", "a long one in short")
    #expect(try await status()["message"]?.string?.contains("was damaged") == true)
    project.tell(read([first]))
    #expect(try await status()["message"]?.string == first)
    _ = try await client.request("pillow/pool/stats", [:])
    #expect(!client.rest.contains { $0["method"] == "window/showMessage" }, "it was said already")
    try await client.leave()
  }
}
