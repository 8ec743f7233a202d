import JSONRPC
import PillowServer
import PromptPool
import Synchronization
import Testing

@Suite struct FinishedPartTests {
  @Test(arguments: [
    ("def f(x):\n    ret", nil), ("def f(x):\n    return x\n", "def f(x):\n    return x"),
    ("def f(x", nil),
    ("", nil), ("\n\n  ", nil), ("x = 1. \ny", "x = 1. "),
    ("x = 1\n\nfor y in x:\n    f(", "x = 1"),
    ("```python\nx", nil), ("a\n\n\nb", "a"),
  ])
  func codeIsFinishedByLines(text: String, part: String?) {
    #expect(FinishedPart.of(text, isCode: true) == part)
  }

  @Test(arguments: [
    ("It rains. The sun", "It rains."), ("It rains, e.g. in", nil),
    ("It rains! Does it? Yes", "It rains! Does it?"),
    ("1. Take a bo", nil), ("First line\nIt is so. But", "First line\nIt is so."),
    ("First line\nIt is", "First line"),
    ("One.", nil), ("", nil),
  ])
  func proseIsFinishedBySentences(text: String, part: String?) {
    #expect(FinishedPart.of(text, isCode: false) == part)
  }

  /// Whatever comes later, what was finished stays, and there is never less of it.
  @Test func whatIsFinishedStays() {
    let text = "It is so. Or not? 3.5 e.g. of\n\nif x {\n\nThem! And\nmore. \n"
    for isCode in [true, false] {
      var last = ""
      for end in text.indices {
        guard let part = FinishedPart.of(String(text[..<end]), isCode: isCode) else { continue }
        #expect(part.hasPrefix(last) && text.hasPrefix(part))
        last = part
      }
      #expect(!last.isEmpty)
    }
  }
}

private let method = "textDocument/inlineCompletion"

/// Answers that take longer than a user is to wait come in parts.
@Suite(.timeLimit(.minutes(5))) struct PartialAnswerTests {
  private let beginning = "\ndef add(a, b):\n    c = a + b"
  private let clock = ManualClock()
  private let gate = Gate()
  private let projects: TestProjects
  private let client: TestClient

  init() {
    projects = TestProjects { [gate] _ in
      try await gate.pass()
      return "def add(a, b):\n    c = a + b\n    return c"
    }
    projects.engine.beginning.withLock { $0 = "def add(a, b):\n    c = a + b\n    retu" }
    client = TestClient(projects, clock: clock)
  }

  private func accept(_ item: JSONValue?) async throws {
    let arguments = try #require(item?["command"]?["arguments"])
    _ = try await client.request(
      "workspace/executeCommand", ["command": "pillow-lsp.accept", "arguments": arguments])
  }

  /// Asks when time is up.
  private func firstPart(_ position: JSONValue) async throws -> JSONValue? {
    let asked = try client.ask(method, TestClient.at(position))
    await gate.waitForArrival()
    await clock.waitForSleep(of: .milliseconds(200))
    clock.advance(by: .milliseconds(200))
    return try await client.response(asked)["result"]?.array?.first
  }

  @Test func finishedLinesComeFirstAndTheRestAfterTheAccept() async throws {
    try await client.initialize()
    let position = try client.open("# Add two numbers.|\n")
    let part = try await firstPart(position)
    #expect(part?["insertText"] == .string(beginning))
    try client.change(beginning, at: position)
    try await accept(part)
    let end: JSONValue = ["line": 2, "character": 13]
    let asked = try client.ask(method, TestClient.at(end))
    gate.open()
    let rest = try await client.response(asked)["result"]?.array?.first
    #expect(rest?["insertText"] == "\n    return c")
    #expect(rest?["range"] == ["start": end, "end": end])
    try client.change("\n    return c", at: end, version: 3)
    try await accept(rest)
    try await client.leave()
    let stored = try projects.suggestions
    #expect(stored.map(\.text) == [beginning + "\n    return c"], "one answer, one suggestion")
    let events = try projects.feedback
    let id = stored.first?.id ?? ""
    #expect(
      events == [
        .event(.shown, id),
        .event(.partlyAccepted, id, acceptedLength: beginning.utf16.count),
        .event(.accepted, id),
      ])
    #expect(projects.engine.requests.withLock { $0.count } == 1, "one generation went on")
  }

  @Test func askedAgainThereIsMore() async throws {
    try await client.initialize()
    let position = try client.open("# Add two numbers.|\n")
    let part = try await firstPart(position)
    gate.open()
    var item = part
    while item?["insertText"] == part?["insertText"] {
      let asked = try client.ask(method, TestClient.at(position))
      item = try await client.response(asked)["result"]?.array?.first
    }
    #expect(item?["insertText"] == .string(beginning + "\n    return c"))
    try await client.leave()
    #expect(try projects.feedback.map(\.event) == [.shown], "it is one suggestion, shown once")
    #expect(try projects.suggestions.map(\.text) == [beginning + "\n    return c"])
  }

  /// The part was all of it: who took it has accepted the answer, and what is kept is looked at.
  @Test func aPartThatProvesToBeTheWholeIsAccepted() async throws {
    let (gate, clock) = (Gate(), ManualClock())
    let projects = TestProjects { _ in
      try await gate.pass()
      return "def add(a, b):\n    c = a + b\n"
    }
    projects.engine.beginning.withLock { $0 = "def add(a, b):\n    c = a + b\n" }
    let client = TestClient(projects, clock: clock)
    try await client.initialize()
    let position = try client.open("# Add two numbers.|\n")
    let asked = try client.ask(method, TestClient.at(position))
    await gate.waitForArrival()
    await clock.waitForSleep(of: .milliseconds(200))
    clock.advance(by: .milliseconds(200))
    let part = try await client.response(asked)["result"]?.array?.first
    try client.change(beginning, at: position)
    let arguments = try #require(part?["command"]?["arguments"])
    _ = try await client.request(
      "workspace/executeCommand", ["command": "pillow-lsp.accept", "arguments": arguments])
    gate.open()
    await clock.waitForSleep(of: .seconds(30))
    clock.advance(by: .seconds(30))
    await clock.waitForSleep(of: .seconds(90))
    try await client.leave()
    #expect(
      try projects.feedback.map(\.event) == [.shown, .partlyAccepted, .accepted, .kept])
  }

  /// Nobody wants the rest of what was rejected: the model, which waits at the gate, is stopped.
  @Test func aRejectedPartStopsTheRest() async throws {
    try await client.initialize()
    let position = try client.open("# Add two numbers.|\n")
    let part = try await firstPart(position)
    let arguments = try #require(part?["command"]?["arguments"])
    #expect(try await client.request("pillow/status")["busy"] == true)
    _ = try await client.request(
      "workspace/executeCommand", ["command": "pillow-lsp.reject", "arguments": arguments])
    while try await client.request("pillow/status")["busy"] == true {}
    try await client.leave()
    #expect(try projects.feedback.map(\.event) == [.shown, .rejected])
  }

  /// Somebody who asks waits for all of it.
  @Test func whoAsksGetsTheWhole() async throws {
    try await client.initialize()
    let position = try client.open("# Add two numbers.|\n")
    let asked = try client.ask(method, TestClient.at(position, kind: 1))
    await gate.waitForArrival()
    clock.advance(by: .seconds(5))
    gate.open()
    let item = try await client.response(asked)["result"]?.array?.first
    #expect(item?["insertText"] == .string(beginning + "\n    return c"))
    try await client.leave()
  }
}
