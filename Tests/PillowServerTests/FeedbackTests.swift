import Foundation
import GRDB
import JSONRPC
import PillowServer
import PromptPool
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(5))) struct FeedbackTests {
  private let projects = TestProjects()
  private let client: TestClient

  init() { client = TestClient(projects, clock: ManualClock()) }

  private var stored: [Feedback] { get throws { try projects.feedback } }

  private func suggestion() async throws -> (item: JSONValue, id: String) {
    try await client.initialize()
    let position = try client.open("# Add two numbers.|")
    let items = try await client.request(
      "textDocument/inlineCompletion", TestClient.at(position))
    let item = try #require(items.array?.first)
    return (item, try #require(item["command"]?["arguments"]?.array?.first?.string))
  }

  private func execute(_ command: String, _ arguments: JSONValue) async throws -> JSONValue {
    try await client.request(
      "workspace/executeCommand", ["command": .string(command), "arguments": arguments])
  }

  @Test func anAcceptIsStoredBeforeItIsAnswered() async throws {
    let (_, id) = try await suggestion()
    #expect(try await execute("pillow-lsp.accept", [.string(id)]) == .null)
    #expect(
      try stored == [
        .event(.shown, id),
        .event(.accepted, id),
      ])
    try await client.leave()
  }

  /// As on a full disk: what was refused can be said once more.
  @Test func anAcceptThatWasNotStoredCanBeRepeated() async throws {
    let (_, id) = try await suggestion()
    let database = try DatabaseQueue(path: try #require(try projects.pool.url).path)
    try await database.write { db in
      try db.execute(
        sql: """
          CREATE TRIGGER refusal BEFORE INSERT ON feedback
          BEGIN SELECT RAISE(ABORT, 'refused'); END
          """)
    }
    await #expect(throws: TestClient.Refusal.self) {
      try await execute("pillow-lsp.accept", [.string(id)])
    }
    try await database.write { try $0.execute(sql: "DROP TRIGGER refusal") }
    #expect(try await execute("pillow-lsp.accept", [.string(id)]) == .null)
    #expect(try stored == [.event(.shown, id), .event(.accepted, id)])
    try await client.leave()
  }

  @Test func aRejectIsStoredWithItsReason() async throws {
    let (_, id) = try await suggestion()
    _ = try await execute("pillow-lsp.reject", [.string(id), "too long"])
    _ = try await execute("pillow-lsp.reject", [.string(id)])
    #expect(
      try stored == [
        .event(.shown, id),
        .event(.rejected, id, reason: "too long"),
      ], "it is rejected once")
    try await client.leave()
  }

  @Test func notificationsAreStoredBeforeShutdownIsAnswered() async throws {
    let (item, id) = try await suggestion()
    try client.notify("textDocument/didShowCompletion", ["item": item])
    try client.notify(
      "textDocument/didPartiallyAcceptCompletion", ["item": item, "acceptedLength": 6])
    try client.notify("pillow/didReject", ["id": .string(id), "reason": "wrong"])
    try await client.leave()
    #expect(try stored.count == 3)
    #expect(try stored.contains(.event(.shown, id)))
    #expect(try stored.contains(.event(.partlyAccepted, id, acceptedLength: 6)))
    #expect(try stored.contains(.event(.rejected, id, reason: "wrong")))
  }

  @Test func whatIsRejectedIsNotShownFromMemory() async throws {
    let (_, id) = try await suggestion()
    _ = try await execute("pillow-lsp.reject", [.string(id)])
    let position: JSONValue = ["line": 0, "character": 18]
    _ = try await client.request("textDocument/inlineCompletion", TestClient.at(position))
    #expect(projects.engine.requests.withLock { $0.count } == 2)
    try await client.leave()
  }

  /// A shot that found no room in the prompt is recorded, and not credited.
  @Test func onlyWhatTheModelSawIsCredited() async throws {
    projects.engine.dropped.withLock { $0 = 1 }
    let (_, id) = try await suggestion()
    _ = try await execute("pillow-lsp.accept", [.string(id)])
    let stored = try #require(try projects.suggestions.first)
    #expect(stored.draws.map(\.exemplar) == [1] && stored.shots.isEmpty)
    #expect(stored.draws.first?.version == 1)
    // The empty list is possible, too.
    #expect((stored.draws.first?.probability ?? 0) > 0.999)
    #expect(stored.candidates == [1] && !stored.isDrawn)
    #expect(try projects.pool.use(of: 1).accepted == 0)
    try await client.leave()
  }

  @Test func wrongCommandsAreRefused() async throws {
    _ = try await suggestion()
    let wrong: [(String, JSONValue)] = [
      ("pillow-lsp.accept", ["unknown"]), ("pillow-lsp.accept", []), ("pillow-lsp.reject", [1]),
      ("other", []),
    ]
    for (command, arguments) in wrong {
      await #expect(throws: TestClient.Refusal(code: -32602)) {
        try await execute(command, arguments)
      }
    }
    #expect(try stored.map(\.event) == [.shown])
    try await client.leave()
  }
}

@Suite(.timeLimit(.minutes(5))) struct ExemplarMenuTests {
  private let client = TestClient(TestProjects())

  @Test func exemplarsStandInTheMenuAndResolve() async throws {
    try await client.initialize()
    let position = try client.open("  # Write something that adds.|\n")
    let list = try await client.request(
      "textDocument/completion", TestClient.completionAt(position))
    let item = try #require(list["items"]?.array?.first)
    #expect(item["label"] == "Write a function that adds two numbers.")
    #expect(item["detail"] == "starter: python, maths")
    #expect(item["labelDetails"]?["description"] == "100 %")
    #expect(item["documentation"] == nil, "it comes with resolve")
    #expect(item["textEdit"]?["newText"] == "\n  def add(a, b):\n      return a + b")
    // Eglot would show it in place of the label.
    #expect(item["insertText"] == nil)
    #expect(item["textEdit"]?["range"] == ["start": position, "end": position])
    #expect(item["insertTextFormat"] == 1)

    let resolved = try await client.request("completionItem/resolve", item)
    let documentation = try #require(resolved["documentation"]?["value"]?.string)
    #expect(resolved["documentation"]?["kind"] == "markdown")
    for part in [
      "adds two numbers", "ints", "```python\ndef add", "100 %", "similarity 0.",
      "cosine similarity",
    ] {
      #expect(documentation.contains(part), "\(part) in \(documentation)")
    }
    var known = try #require(resolved.object)
    known["documentation"] = nil
    #expect(.object(known) == item, "the rest comes back as it was")
    try await client.leave()
  }

  @Test func clientsWithSnippetsGetSnippets() async throws {
    let item: JSONValue = ["snippetSupport": true]
    _ = try await client.request(
      "initialize",
      [
        "processId": nil, "rootUri": "file:///project",
        "capabilities": [
          "general": ["positionEncodings": ["utf-8"]],
          "textDocument": ["completion": ["completionItem": item]],
        ],
      ])
    let position = try client.open("  # Write something that adds.|\n")
    let list = try await client.request(
      "textDocument/completion", TestClient.completionAt(position))
    let edit = list["items"]?.array?.first
    #expect(edit?["insertTextFormat"] == 2)
    #expect(
      edit?["textEdit"]?["newText"] == "\ndef add(a, b):\n    return a + b",
      "the client adds the line's indentation")
    try await client.leave()
  }

  @Test func withinAnInstructionTheExemplarsInstructionIsOffered() async throws {
    try await client.initialize()
    let position = try client.open("# Write some| function.\n")
    let list = try await client.request(
      "textDocument/completion", TestClient.completionAt(position))
    let item = try #require(list["items"]?.array?.first)
    #expect(item["textEdit"]?["newText"] == "Write a function that adds two numbers.")
    #expect(item["textEdit"]?["range"]?["start"] == ["line": 0, "character": 2])
    #expect(item["filterText"] == "Write some")
    try await client.leave()
  }

  @Test func elsewhereTheMenuIsEmpty() async throws {
    try await client.initialize()
    let position = try client.open("value.|")
    let list = try await client.request(
      "textDocument/completion", TestClient.completionAt(position))
    #expect(list == ["isIncomplete": false, "items": []])
    try await client.leave()
  }

  @Test func foreignItemsComeBackUnchanged() async throws {
    try await client.initialize()
    let item: JSONValue = ["label": "x", "data": ["a": 1]]
    #expect(try await client.request("completionItem/resolve", item) == item)
    try await client.leave()
  }
}
