import CompletionEngine
import Foundation
import JSONRPC
import PillowProject
import PillowServer
import PromptMatching
import PromptPool
import Settings
import Synchronization
import TestSupport
import Testing

/// The methods of rich clients.
@Suite(.timeLimit(.minutes(5))) struct PillowMethodTests {
  private let projects = TestProjects { _ in "return a + b" }
  private let client: TestClient

  init() { client = TestClient(projects, clock: ManualClock()) }

  @Test func wordsAndPlacesAreMatched() async throws {
    try await client.initialize()
    let position = try client.open("# Add two numbers.|\n")
    for params: JSONValue in [
      ["instruction": "Add two numbers.", "language": "python"],
      ["textDocument": ["uri": "file:///project/main.py"], "position": position],
    ] {
      let result = try await client.request("pillow/match", params)
      let shot = try #require(result["shots"]?.array?.first)
      #expect(shot["id"] == 1)
      #expect((shot["probability"]?.number ?? 0) > 0.999)
      #expect(shot["why"]?.string?.contains("cosine similarity") == true)
      #expect(result["policyVersion"]?.string?.hasPrefix("0-") == true, "day zero")
    }
    await #expect(throws: TestClient.Refusal(code: -32602)) {
      try await client.request("pillow/match", [:])
    }
    await #expect(throws: TestClient.Refusal(code: -32602)) {
      try await client.request("pillow/match")
    }
    try await client.leave()
  }

  @Test func completionsComeInPieces() async throws {
    try await client.initialize()
    let position = try client.open("# Add two numbers.|\n")
    let result = try await client.request(
      "pillow/complete",
      [
        "textDocument": ["uri": "file:///project/main.py"], "position": position,
        "partialResultToken": "pieces", "workDoneToken": "work",
      ])
    #expect(result["text"] == "return a + b")
    #expect(result["edit"]?["newText"] == "\nreturn a + b")
    #expect(result["shots"]?.array?.count == 1)
    let progress = client.rest.filter { $0["method"] == "$/progress" }.compactMap { $0["params"] }
    #expect(progress.contains(["token": "pieces", "value": ["text": "return a + b"]]))
    #expect(
      progress.filter { $0["token"] == "work" }.map { $0["value"]?["kind"] } == ["begin", "end"])
    let id = try #require(result["id"])
    _ = try await client.request(
      "workspace/executeCommand", ["command": "pillow-lsp.accept", "arguments": [id]])
    #expect(try projects.feedback.map(\.event) == [.accepted])
    try await client.leave()
  }

  @Test func wordsAreCompletedWithoutADocument() async throws {
    try await client.initialize()
    let result = try await client.request(
      "pillow/complete", ["instruction": "Add two numbers.", "exemplars": false])
    #expect(result["text"] == "return a + b")
    #expect(result["edit"] == nil)
    #expect(result["shots"] == [])
    // It is recorded after it was answered.
    while try projects.suggestions.isEmpty { try await letOthersRun() }
    #expect(try projects.suggestions.map(\.propensity) == [1])
    try await client.leave()
  }

  @Test func aCompletionIsCancelled() async throws {
    let gates = [Gate(), Gate()]
    let client = TestClient(
      TestProjects { query in
        try await gates[query.instruction == "0" ? 0 : 1].pass()
        return "x"
      })
    try await client.initialize()
    for end in 0..<2 {
      let id = try client.ask(
        "pillow/complete", ["instruction": .string("\(end)")], id: .string("c\(end)"))
      await gates[end].waitForArrival()
      if end == 0 {
        try client.notify("$/cancelRequest", ["id": id])
        #expect(try await client.response(id)["error"]?["code"] == -32800)
      } else {
        _ = try await client.request("shutdown")
        #expect(try await client.response(id)["error"]?["code"] == -32800, "the server ends")
      }
    }
    try client.notify("exit")
    #expect(await client.exitCode == 0)
  }

  @Test func exemplarsAreAddedFoundChangedAndRemoved() async throws {
    try await client.initialize()
    let draft: JSONValue = [
      "instruction": "Reverse a list.", "output": "x[::-1]", "tags": ["lists"],
    ]
    let added = try await client.request("pillow/exemplars/add", draft)["exemplar"]
    let id = try #require(added?["id"])
    #expect(added?["pool"] == "editor")
    await #expect(throws: TestClient.Refusal(code: -32602)) {
      try await client.request("pillow/exemplars/add", draft)
    }
    for filter: JSONValue in [["text": "reverse"], ["tag": "lists"], ["pool": "editor"]] {
      let list = try await client.request("pillow/exemplars/list", filter)
      #expect(list["total"] == 1)
      #expect(list["exemplars"]?.array?.first?["id"] == id)
    }
    #expect(try await client.request("pillow/exemplars/list", ["tag": "none"])["total"] == 0)
    let updated = try await client.request(
      "pillow/exemplars/update", ["id": id, "output": "list(reversed(x))"])["exemplar"]
    #expect(updated?["version"] == 2)
    #expect(updated?["instruction"] == "Reverse a list.")
    for (method, member) in [("pin", "pinned"), ("mute", "muted"), ("remove", "removed")] {
      for on in [true, false] {
        let result = try await client.request(
          "pillow/exemplars/\(method)", ["id": id, "on": .bool(on)])
        #expect(result["exemplar"]?[member] == .bool(on))
      }
    }
    let got = try await client.request("pillow/exemplars/get", ["id": id])
    #expect(got["history"]?.array?.map { $0["output"] } == ["x[::-1]"])
    #expect(got["use"] == ["suggested": 0, "shown": 0, "accepted": 0, "rejected": 0])
    for method in ["get", "update", "remove", "pin"] {
      await #expect(throws: TestClient.Refusal(code: -32602)) {
        try await client.request("pillow/exemplars/\(method)", ["id": 12345])
      }
    }
    await #expect(throws: TestClient.Refusal(code: -32803)) {
      try await client.request(
        "pillow/exemplars/add", ["instruction": "Log in", "output": "password = 'hunter22!x'"])
    }
    try await client.leave()
  }

  @Test func longListsComeInParts() async throws {
    let pool = try projects.pool
    for number in 0..<250 {
      try pool.add(ExemplarDraft(instruction: "Number \(number)", output: "\(number)"))
    }
    try await client.initialize()
    let list = try await client.request(
      "pillow/exemplars/list", ["limit": 240, "offset": 5, "partialResultToken": 9])
    #expect(list == ["exemplars": [], "total": 251])
    let parts = client.rest.compactMap { $0["params"]?["value"]?["exemplars"]?.array }
    #expect(parts.map(\.count) == [100, 100, 40])
    #expect(parts.first?.first?["instruction"] == "Number 4")
    try await client.leave()
  }

  @Test func poolsAreImportedCountedAndExported() async throws {
    let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).jsonl")
    defer { try? FileManager.default.removeItem(at: file) }
    try Data(
      """
      {"instruction": "Add.", "output": "a + b"}
      {"instruction": "", "output": "nothing"}

      """.utf8
    ).write(to: file)
    try await client.initialize()
    let report = try await client.request(
      "pillow/pool/import", ["path": .string(file.path), "pool": "maths", "workDoneToken": "w"])
    #expect(report["added"] == 1)
    #expect(report["rejected"]?.array?.map { $0["line"] } == [2])
    let stats = try await client.request("pillow/pool/stats")
    #expect(stats["exemplars"] == 2)
    #expect(stats["pools"]?.array?.contains(["name": "maths", "exemplars": 1]) == true)
    let text = try await client.request("pillow/pool/export", ["pool": "maths"])["text"]?.string
    #expect(text == "{\"instruction\":\"Add.\",\"output\":\"a + b\"}\n")
    let streamed = try await client.request(
      "pillow/pool/export", ["pool": "maths", "partialResultToken": "t"])
    #expect(streamed == ["text": ""])
    #expect(client.rest.contains { $0["params"]?["value"]?["text"]?.string == text })
    for params: JSONValue in [["path": "/not/there"], ["path": .string(file.path), "format": "x"]] {
      await #expect(throws: TestClient.Refusal(code: -32602)) {
        try await client.request("pillow/pool/import", params)
      }
    }
    try await client.leave()
  }

  @Test func whatBecameOfSuggestionsIsTold() async throws {
    let pool = try projects.pool
    let now = Date().timeIntervalSince1970.rounded()
    let suggestion = Suggestion(
      id: "s1", createdAt: Date(timeIntervalSince1970: now), instruction: "Add.", draws: [],
      propensity: 0.5, policyVersion: "p", temperature: 1, model: "m", text: "a + b")
    try pool.record(suggestion)
    try pool.record(
      Feedback(
        suggestionID: "s1", event: .rejected, at: Date(timeIntervalSince1970: now + 60),
        reason: "long"))
    try await client.initialize()
    let history = try await client.request("pillow/feedback/history", [:])
    let first = try #require(history["suggestions"]?.array?.first)
    func written(_ seconds: Double) -> JSONValue {
      .string(Date(timeIntervalSince1970: seconds).formatted(.iso8601))
    }
    #expect(first["at"] == written(now))
    #expect(
      first["events"] == [["event": "rejected", "at": written(now + 60), "reason": "long"]])
    #expect(
      try await client.request("pillow/feedback/history", ["id": "none"]) == ["suggestions": []])
    try await client.leave()
  }

  @Test func whatWasRejectedTwiceIsNotOfferedByTheNextServer() async throws {
    let pool = try projects.pool
    for id in ["a", "b"] {
      try pool.record(
        Suggestion(
          id: id, createdAt: Date(), instruction: "add two  numbers.", language: "python",
          draws: [], propensity: 1, policyVersion: "p", temperature: 1, model: "m",
          text: "\nreturn a + b"))
      try pool.record(Feedback(suggestionID: id, event: .rejected, at: Date()))
    }
    try await client.initialize()
    let position = try client.open("# Add two numbers.|\n")
    let items = try await client.request("textDocument/inlineCompletion", TestClient.at(position))
    #expect(items == [])
    projects.engine.others.withLock { $0 = ["return b + a"] }
    let other = try await client.request("textDocument/inlineCompletion", TestClient.at(position))
    #expect(other.array?.first?["insertText"] == "\nreturn b + a", "another answer is fine")
    try await client.leave()
  }

  @Test func candidatesComeAsPartialResults() async throws {
    projects.engine.others.withLock { $0 = ["return b + a"] }
    try await client.initialize()
    let position = try client.open("# Add two numbers.|\n")
    var params = try #require(TestClient.at(position, kind: 1).object)
    params["partialResultToken"] = "more"
    #expect(try await client.request("textDocument/inlineCompletion", .object(params)) == [])
    let parts = client.rest.filter { $0["params"]?["token"] == "more" }
    #expect(
      parts.map { $0["params"]?["value"]?.array?.first?["insertText"] }
        == ["\nreturn a + b", "\nreturn b + a"])
    try await client.leave()
  }
}

@Suite(.timeLimit(.minutes(5))) struct SettingsWhileRunningTests {
  @Test func aProjectIsOpenedAgainWhenItsFileChanges() async throws {
    let projects = TestProjects()
    let folder = projects.root.appending(path: ".pillow")
    let client = TestClient(projects)
    try await client.initialize()
    let position = try client.open("# Add two numbers.|")
    var earlier: [Project] = []
    for (text, shots) in [("{}", 3), ("{\"shots\": 5}", 5), ("{\"shots\": \"many\"}", 3)] {
      try Data(text.utf8).write(to: folder.appending(path: "config.json"), options: .atomic)
      _ = try await client.request(
        "textDocument/completion", TestClient.completionAt(position))
      let project = try await projects.project
      #expect(project.settings.shots == shots)
      #expect(!earlier.contains { $0 === project })
      earlier.append(project)
    }
    let message = try await client.notification("window/showMessage")["message"]?.string
    #expect(message?.contains("shots") == true, "an invalid value is reported with its path")
    try await client.leave()
  }

  @Test func messagesFitALine() async throws {
    let name = "smollm2-135m-instruct"
    let long = ModelError.modelMissing(name: name).description
    let client = TestClient(TestProjects { _ in throw ModelError.modelMissing(name: name) })
    try await client.initialize()
    let position = try client.open("# Add two numbers.|")
    _ = try await client.request("textDocument/inlineCompletion", TestClient.at(position))
    let shown = try await client.notification("window/showMessage")["message"]?.string
    #expect(shown == "Run `pillow-lsp model fetch smollm2-135m-instruct`")
    #expect(try await client.notification("window/logMessage")["message"]?.string == long)
    try await client.leave()
  }
}
