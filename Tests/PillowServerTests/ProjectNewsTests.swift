import Foundation
import JSONRPC
import PillowServer
import Synchronization
import Testing

/// What happens to a project by itself, as the client sees it.
@Suite(.timeLimit(.minutes(5))) struct ProjectNewsTests {
  private let client: TestClient
  private let project: ScriptedProject

  init() {
    let projects = ScriptedProjects(problems: [
      "team.jsonl, line 2 is skipped: it is no JSON", "another",
    ])
    project = projects.project
    client = TestClient(projects, progressDelay: .zero)
  }

  /// The project is open once it has answered.
  private func begin() async throws {
    try await client.initialize(progress: true)
    _ = try await client.request("pillow/pool/stats", [:])
  }

  private func status() async throws -> JSONValue { try await client.request("pillow/status", [:]) }

  @Test func embeddingShowsItsShareAndTheTimeLeft() async throws {
    try await begin()
    project.tell(.embedding(done: 0, total: 400, timeLeft: nil))
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
    project.tell(.embedding(done: 100, total: 400, timeLeft: "3 s"))
    #expect(
      try await value()
        == ["kind": "report", "message": "100 of 400, 3 s left", "percentage": 25])
    project.tell(.embedding(done: 400, total: 400, timeLeft: "0 s"))
    #expect(try await value()?["kind"] == "end")
    try await client.leave()
  }

  @Test func aRunThatStopsEndsItsProgress() async throws {
    try await begin()
    project.tell(.embedding(done: 0, total: 400, timeLeft: nil))
    try await client.answer("window/workDoneProgress/create", with: .null)
    #expect(try await client.notification("$/progress")["value"]?["kind"] == "begin")
    project.tell(.embeddingStopped)
    #expect(try await client.notification("$/progress")["value"]?["kind"] == "end")
    try await client.leave()
  }

  @Test func problemsAreShownOnceAndLastInTheStatus() async throws {
    try await begin()
    let first = try await client.notification("window/showMessage")["message"]?.string
    #expect(first == "team.jsonl, line 2 is skipped: it is no JSON")
    let logged = try await client.notification("window/logMessage")["message"]
    #expect(logged == "another")
    #expect(
      try await status() == [
        "kind": "Warning", "busy": false, "message": "team.jsonl, line 2 is skipped: it is no JSON",
      ])

    project.tell(.sharedPoolsRead(problems: []))
    #expect(try await status()["kind"] == "Normal")
    project.tell(.problem("The prompt pool was damaged: run `pillow-lsp pool recover` to save it."))
    let short = try await client.notification("window/showMessage")["message"]
    #expect(short == "Run `pillow-lsp pool recover`", "a long one in short")
    #expect(try await status()["message"]?.string?.contains("was damaged") == true)
    project.tell(.sharedPoolsRead(problems: ["team.jsonl, line 2 is skipped: it is no JSON"]))
    #expect(try await status()["message"] == "team.jsonl, line 2 is skipped: it is no JSON")
    _ = try await client.request("pillow/pool/stats", [:])
    #expect(!client.rest.contains { $0["method"] == "window/showMessage" }, "it was said already")
    try await client.leave()
  }
}
