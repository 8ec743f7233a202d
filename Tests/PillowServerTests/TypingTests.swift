import CompletionEngine
import Foundation
import JSONRPC
import PillowServer
import PromptMatching
import PromptPool
import Synchronization
import Testing

private let method = "textDocument/inlineCompletion"

private func after(_ position: JSONValue, _ count: Int) -> JSONValue {
  [
    "line": position["line"] ?? 0,
    "character": .integer((position["character"]?.integer ?? 0) + count),
  ]
}

/// What happens while the user goes on typing.
@Suite(.timeLimit(.minutes(5))) struct TypingTests {
  @Test func aGenerationThatFitsGoesOn() async throws {
    let gate = Gate()
    let projects = TestProjects { _ in
      try await gate.pass()
      return "return a + b"
    }
    let client = TestClient(projects)
    try await client.initialize()
    let position = try client.open("# Add two numbers.\n|\n")
    let first = try client.ask(method, TestClient.at(position))
    await gate.waitForArrival()
    try client.change("ret", at: position)
    #expect(try await client.response(first)["result"] == .null)
    gate.open()
    // The question waits for the generation that goes on.
    let at = after(position, 3)
    var items = try await client.request(method, TestClient.at(at))
    while items == [] { items = try await client.request(method, TestClient.at(at)) }
    #expect(items.array?.first?["insertText"] == "urn a + b")
    #expect(items.array?.first?["range"] == ["start": at, "end": at])
    #expect(projects.engine.requests.withLock { $0.count } == 1)
    try await client.leave()
  }

  @Test func aGenerationThatDoesNotFitStops() async throws {
    let gate = Gate()
    let stopped = Gate()
    let client = TestClient(
      TestProjects { query in
        guard query.instruction == "Add two numbers" else { return "x" }
        do { try await gate.pass() } catch {
          stopped.open()
          throw error
        }
        return "return a + b"
      })
    try await client.initialize()
    let position = try client.open("# Add two numbers|")
    _ = try client.ask(method, TestClient.at(position))
    await gate.waitForArrival()
    try client.change(" and print", at: position)
    try await stopped.pass()
    try await client.leave()
  }

  @Test func whatIsTypedOfTheAnswerIsTheSameSuggestion() async throws {
    let projects = TestProjects { _ in "return a + b" }
    let client = TestClient(projects, clock: ManualClock())
    try await client.initialize()
    let position = try client.open("# Add two numbers.\n|\n")
    let first = try await client.request(method, TestClient.at(position)).array?.first
    try client.change("return", at: position)
    let rest = try await client.request(method, TestClient.at(after(position, 6))).array?.first
    #expect(rest?["insertText"] == " a + b")
    #expect(rest?["command"] == first?["command"])
    try client.change("!", at: after(position, 6), version: 3)
    #expect(try await client.request(method, TestClient.at(after(position, 7))) == [])
    try await client.leave()
    let events = try projects.feedback
    #expect(events.map(\.event) == [.shown, .typedOver])
    #expect(events.last?.acceptedLength == 6)
  }

  @Test func severalCandidatesWhenAsked() async throws {
    let projects = TestProjects { _ in "x = 1" }
    projects.engine.others.withLock { $0 = ["x = 1", "x = 2", "x = 3"] }
    let client = TestClient(projects)
    try await client.initialize(options: ["inlineCompletion": ["candidates": 2, "debounce": 0]])
    let position = try client.open("# Add two numbers.|")
    let asked = try await client.request(method, TestClient.at(position, kind: 1))
    #expect(asked.array?.map { $0["insertText"] } == ["\nx = 1", "\nx = 2"])
    let automatic = try await client.request(method, TestClient.at(position, kind: 2))
    #expect(automatic.array?.count == 1)
    try await client.leave()
  }

  @Test func oneRejectKeepsATextAwayFromItsDocumentAndTwoFromAll() async throws {
    let client = TestClient(TestProjects())
    try await client.initialize()
    func ask(_ name: String) async throws -> JSONValue {
      let uri = "file:///project/\(name).py"
      let position = try client.open("# Add two numbers.|", uri: uri)
      return try await client.request(method, TestClient.at(position, uri: uri))
    }
    for name in ["main", "other"] {
      let items = try await ask(name)
      let id = try #require(items.array?.first?["command"]?["arguments"])
      _ = try await client.request(
        "workspace/executeCommand", ["command": "pillow-lsp.reject", "arguments": id])
      #expect(try await ask(name) == [], "not again in this document")
    }
    #expect(try await ask("third") == [], "nor in a like place")
    try await client.leave()
  }

  @Test func theShareThatIsKeptIsMeasured() async throws {
    let clock = ManualClock()
    let projects = TestProjects { _ in "return a + b" }
    let client = TestClient(projects, clock: clock)
    try await client.initialize()
    let position = try client.open("# Add two numbers.|\n")
    let item = try await client.request(method, TestClient.at(position)).array?.first
    let text = try #require(item?["insertText"]?.string)
    try client.change(text, at: position)
    let accept = try #require(item?["command"]?["arguments"])
    _ = try await client.request(
      "workspace/executeCommand", ["command": "pillow-lsp.accept", "arguments": accept])
    await clock.waitForSleep(of: .seconds(30))
    clock.advance(by: .seconds(30))
    await clock.waitForSleep(of: .seconds(90))
    let start: JSONValue = ["line": 1, "character": 8]
    try client.notify(
      "textDocument/didChange",
      [
        "textDocument": ["uri": "file:///project/main.py", "version": 3],
        "contentChanges": [
          ["range": ["start": start, "end": ["line": 1, "character": 12]], "text": ""]
        ],
      ])
    _ = try await client.request("textDocument/hover", TestClient.completionAt(position))
    clock.advance(by: .seconds(90))
    await clock.waitForSleep(of: .seconds(180))
    try await client.leave()
    let kept = try projects.feedback(.kept)
    #expect(kept.map(\.secondsAfterAccept) == [30, 120])
    #expect(kept.map(\.keptShare) == [1, 0.5])
  }

  @Test func whatIsNotTakenWithinTenSecondsIsIgnored() async throws {
    let clock = ManualClock()
    let projects = TestProjects()
    let client = TestClient(projects, clock: clock)
    try await client.initialize()
    _ = try await client.request(method, TestClient.at(try client.open("# Add two numbers.|")))
    await clock.waitForSleep(of: .seconds(10))
    clock.advance(by: .seconds(10))
    while try projects.feedback.count < 2 { _ = try await client.request("pillow/status") }
    try await client.leave()
    #expect(try projects.feedback.map(\.event) == [.shown, .ignored])
  }
}

@Suite(.timeLimit(.minutes(5))) struct ExemplarsWhileWritingTests {
  @Test func hoverListsThem() async throws {
    let projects = TestProjects()
    let pool = try projects.pool
    for (id, event) in [("a", FeedbackEvent.accepted), ("b", .rejected)] {
      try pool.record(
        Suggestion(
          id: id, createdAt: Date(), instruction: "Add.", draws: [ShotDraw(exemplar: 1)],
          propensity: 1, policyVersion: "p", temperature: 1, model: "m", text: "a + b"),
        events: [.event(event, id)])
    }
    let client = TestClient(projects)
    try await client.initialize()
    _ = try client.open("# Add two numbers.|\nx")
    let hover = try await client.request(
      "textDocument/hover", TestClient.completionAt(["line": 0, "character": 4]))
    let text = try #require(hover["contents"]?["value"]?.string)
    for part in [
      "adds two numbers", "100 %", "similarity 0.", "accepted 1 of 2 times", "cosine similarity",
    ] {
      #expect(text.contains(part), "\(part) in \(text)")
    }
    let nothing = TestClient.completionAt(["line": 1, "character": 0])
    #expect(try await client.request("textDocument/hover", nothing) == .null)
    try await client.leave()
  }

  @Test func lensesStandAboveInstructions() async throws {
    let client = TestClient(TestProjects())
    try await client.initialize()
    _ = try client.open("# Add two numbers.\nx = 1\n# A note on x.\n|  # Write more.\n")
    let params: JSONValue = ["textDocument": ["uri": "file:///project/main.py"]]
    let lenses = try #require(try await client.request("textDocument/codeLens", params).array)
    #expect(lenses.map { $0["range"]?["start"]?["line"] } == [0, 0, 3, 3])
    #expect(
      lenses.map { $0["command"]?["title"] } == [nil, "why", nil, "why"], "no edits, no “complete”")
    let resolved = try await client.request("codeLens/resolve", lenses[0])
    #expect(resolved["command"]?["title"] == "1 exemplar")
    _ = try await client.request(
      "workspace/executeCommand",
      ["command": "pillow-lsp.explain", "arguments": resolved["command"]?["arguments"] ?? []])
    let message = try await client.notification("window/showMessage")["message"]?.string
    #expect(message?.contains("adds two numbers") == true)
    try await client.leave()
  }

  @Test func theStatusTells() async throws {
    let client = TestClient(TestProjects { _ in throw ModelError.modelMissing(name: "tiny") })
    try await client.initialize()
    let fine: JSONValue = ["kind": "Normal", "busy": false, "message": ""]
    #expect(try await client.request("pillow/status") == fine)
    let position = try client.open("# Add two numbers.|")
    _ = try await client.request(method, TestClient.at(position))
    #expect(
      try await client.request("pillow/status")["message"]?.string?.contains("model fetch tiny")
        == true)
    try await client.leave()
  }
}
