import JSONRPC
import PillowServer
import PromptMatching
import Synchronization
import Testing

private let method = "textDocument/inlineCompletion"

private func after(_ position: JSONValue, _ count: Int) -> JSONValue {
  [
    "line": position["line"] ?? 0,
    "character": .integer((position["character"]?.integer ?? 0) + count),
  ]
}

/// What the server does while it waits for a pause in typing, and for how long it waits.
@Suite(.timeLimit(.minutes(5))) struct TypingPauseTests {
  private let clock = ManualClock()

  private func client(_ projects: TestProjects, debounce: Int) async throws -> TestClient {
    let client = TestClient(projects, clock: clock)
    try await client.initialize(options: ["inlineCompletion": ["debounce": .integer(debounce)]])
    return client
  }

  @Test func nothingIsDoneForHalfAWord() async throws {
    let projects = TestProjects()
    let client = try await client(projects, debounce: 100)
    let position = try client.open("# Add two number|")
    let half = try client.ask(method, TestClient.at(position))
    await clock.waitForSleep(of: .milliseconds(200))
    try client.change("s", at: position)
    #expect(try await client.response(half)["result"] == .null)
    #expect(projects.engine.prefills.withLock { $0.isEmpty })
    #expect(projects.engine.requests.withLock { $0.isEmpty })
    try await client.leave()
  }

  @Test func behindAWordThePromptIsReadAhead() async throws {
    let projects = TestProjects()
    let client = try await client(projects, debounce: 100)
    let position = try client.open("# Add two |")
    let asked = try client.ask(method, TestClient.at(position))
    await projects.engine.waitForPrefill()
    await clock.waitForSleep(of: .milliseconds(100))
    #expect(projects.engine.requests.withLock { $0.isEmpty }, "nothing is written before the pause")
    clock.advance(by: .milliseconds(100))
    #expect(try await client.response(asked)["result"]?.array?.count == 1)
    #expect(projects.engine.requests.withLock { $0.map(\.instruction) } == ["Add two"])
    try await client.leave()
  }

  @Test func behindASentenceTheAnswerIsWrittenAheadAndShownAfterThePause() async throws {
    let written = Gate()
    let projects = TestProjects { _ in
      written.open()
      return "return 1"
    }
    let client = try await client(projects, debounce: 100)
    let position = try client.open("# Add two numbers.|")
    let asked = try client.ask(method, TestClient.at(position))
    try await written.pass()
    await clock.waitForSleep(of: .milliseconds(100))
    #expect(try projects.suggestions.isEmpty, "nobody has paused yet")
    clock.advance(by: .milliseconds(100))
    #expect(try await client.response(asked)["result"]?.array?.count == 1)
    try await client.leave()
  }

  /// An editor that waits before it asks has waited for the server, too.
  @Test func thePauseBeginsWithTheLastChange() async throws {
    let client = try await client(TestProjects(), debounce: 100)
    let position = try client.open("# Add two numbers|")
    try client.change(".", at: position)
    _ = try await client.request("pillow/status")
    clock.advance(by: .milliseconds(70))
    let asked = try client.ask(method, TestClient.at(after(position, 1)))
    await clock.waitForSleep(of: .milliseconds(30))
    clock.advance(by: .milliseconds(30))
    #expect(try await client.response(asked)["result"]?.array?.count == 1)
    clock.advance(by: .seconds(1))
    let later = try await client.request(method, TestClient.at(after(position, 1)))
    #expect(later.array?.count == 1, "it waits for nothing more")
    try await client.leave()
  }

  /// After rejects the pause is long, and most of what is typed meanwhile would be read for
  /// nothing.
  @Test func whoRejectsIsLeftAlone() async throws {
    let projects = TestProjects()
    let client = try await client(projects, debounce: 300)
    let position = try client.open("# Add two numbers.|")
    let first = try client.ask(method, TestClient.at(position))
    await clock.waitForSleep(of: .milliseconds(300))
    clock.advance(by: .milliseconds(300))
    let id = try #require(
      try await client.response(first)["result"]?.array?.first?["command"]?["arguments"])
    _ = try await client.request(
      "workspace/executeCommand", ["command": "pillow-lsp.reject", "arguments": id])
    try client.change(" ", at: position)
    let second = try client.ask(method, TestClient.at(after(position, 1)))
    await clock.waitForSleep(of: .milliseconds(450))
    #expect(projects.engine.prefills.withLock { $0.isEmpty })
    clock.advance(by: .milliseconds(450))
    _ = try await client.response(second)
    try await client.leave()
  }
}
