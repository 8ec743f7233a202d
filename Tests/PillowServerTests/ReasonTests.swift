import ErrorWording
import Foundation
import JSONRPC
import PillowServer
import Synchronization
import TestSupport
import Testing

/// What the server says of a place where it offers nothing.
@Suite(.timeLimit(.minutes(5))) struct ReasonTests {
  private let projects = TestProjects()
  private let client: TestClient
  private let uri = "file:///project/main.py"

  init() { client = TestClient(projects) }

  private func place(_ position: JSONValue, _ uri: String) async throws -> JSONValue {
    let status = try await client.request(
      "pillow/status", ["textDocument": ["uri": .string(uri)], "position": position])
    return try #require(status["place"])
  }

  @Test func theStatusOfAPlaceSaysWhatIsOffered() async throws {
    try await client.initialize()
    let found = try await place(try client.open("# Add two numbers.|"), uri)
    #expect(found == ["instruction": "Add two numbers.", "reason": ""])
    let code = try await place(try client.open("# x = compute(y)|"), uri)
    #expect(code == ["reason": "The comment here is code that is commented out."])
    let answered = try await place(try client.open("# Add two numbers.|\nx = a + b\n"), uri)
    #expect(
      answered
        == [
          "instruction": "Add two numbers.", "reason": "What is asked for here is written already.",
        ])
    let env = "file:///project/.env"
    let secret = try await place(try client.open("# Add two numbers.|", uri: env), env)
    #expect(secret["reason"]?.string?.contains("secrets") == true)
    let unknown = try await place(["line": 0, "character": 0], "file:///project/other.py")
    #expect(unknown["reason"] == "The document is not open in the server.")
    #expect(try await client.request("pillow/status")["place"] == nil)
    try await client.leave()
  }

  @Test func theCommandThatExplainsSaysWhy() async throws {
    try await client.initialize()
    _ = try client.open("# vim: set ts=4|")
    let arguments: JSONValue = [.string(uri), 0, 15]
    let id = try client.ask(
      "workspace/executeCommand", ["command": "pillow-lsp.explain", "arguments": arguments])
    let error = try await client.response(id)["error"]
    #expect(error?["message"] == "The comment here is addressed to a tool.")
    try await client.leave()
  }

  // MARK: Changes and processes

  @Test(arguments: [nil, .null, "three", 3.5] as [JSONValue?])
  func aChangeWithoutAVersionIsApplied(version: JSONValue?) async throws {
    try await client.initialize()
    _ = try client.open("# Add two numbers.|")
    let start: JSONValue = ["line": 0, "character": 0]
    var identifier: [String: JSONValue] = ["uri": .string(uri)]
    identifier["version"] = version
    try client.notify(
      "textDocument/didChange",
      [
        "textDocument": .object(identifier),
        "contentChanges": [["range": ["start": start, "end": start], "text": "\n\n"]],
      ])
    let found = try await place(["line": 2, "character": 3], uri)
    #expect(found["instruction"] == "Add two numbers.")
    try await client.leave()
  }

  @Test func aChangeThatCannotBeReadIsLogged() async throws {
    try await client.initialize()
    _ = try client.open("# Add two numbers.|")
    try client.notify(
      "textDocument/didChange",
      ["textDocument": ["uri": .string(uri), "version": 2], "contentChanges": "all"])
    let message = try await client.notification("window/logMessage")["message"]?.string
    #expect(message?.hasPrefix("textDocument/didChange was dropped: ") == true)
    try await client.leave()
  }

  @Test func aChangeOfADocumentThatIsNotOpenIsLogged() async throws {
    try await client.initialize()
    try client.notify(
      "textDocument/didChange",
      [
        "textDocument": ["uri": "file:///project/other.py", "version": 2],
        "contentChanges": [["text": "x"]],
      ])
    let message = try await client.notification("window/logMessage")["message"]?.string
    #expect(message?.contains("other.py was dropped: the document is not open") == true)
    try await client.leave()
  }

  @Test func aProcessThatIsNotVisibleEndsNothing() async throws {
    // Beyond the largest number that Linux gives to a process.
    try await client.initialize(processId: 4_194_305)
    for _ in 0..<20 { _ = try await client.request("pillow/status") }
    try await client.leave()
  }
}

/// Requests that are open when the server ends.
@Suite(.timeLimit(.minutes(5))) struct OpenAtExitTests {
  @Test(arguments: [
    "textDocument/hover", "textDocument/codeAction", "codeLens/resolve", "textDocument/completion",
  ])
  func eachIsAnswered(method: String) async throws {
    let (asked, asking) = AsyncStream<Void>.makeStream()
    let client = TestClient(
      TestProjects(willOpen: { _ in
        asking.yield()
        try await Task.sleep(for: .seconds(3600))
      }))
    try await client.initialize()
    _ = try client.open("# Add two numbers.|")
    let uri: JSONValue = "file:///project/main.py"
    let position: JSONValue = ["line": 0, "character": 4]
    let range: JSONValue = ["start": position, "end": position]
    let params: JSONValue =
      switch method {
      case "codeLens/resolve": ["range": range, "data": ["uri": uri]]
      case "textDocument/codeAction":
        ["textDocument": ["uri": uri], "range": range, "context": ["diagnostics": []]]
      default: ["textDocument": ["uri": uri], "position": position]
      }
    let id = try client.ask(method, params)
    for await _ in asked { break }
    _ = try await client.request("shutdown")
    let response = try await client.response(id)
    #expect(response["error"] == nil, "\(response)")
    try client.notify("exit")
    #expect(await client.exitCode == 0)
  }
}

@Suite struct ErrorWordingTests {
  private func sentence(_ work: () throws -> Void) -> String {
    do { try work() } catch { return ErrorWording.sentence(error) }
    return "nothing was thrown"
  }

  @Test func foundationsErrorsAreWorded() throws {
    let folder = try TemporaryFolder()
    let missing = folder.file("missing")
    let found = [
      sentence { _ = try Data(contentsOf: missing) },
      sentence { _ = try String(contentsOf: missing, encoding: .utf8) },
      sentence { try Data("x".utf8).write(to: missing.appending(path: "x")) },
      sentence { try FileManager.default.removeItem(at: missing) },
      sentence { _ = try FileManager.default.contentsOfDirectory(atPath: missing.path) },
      sentence { _ = try JSONDecoder().decode([Int].self, from: Data("{".utf8)) },
      sentence {
        _ = try JSONDecoder().decode([String: Int].self, from: Data("{\"a\":\"b\"}".utf8))
      },
      sentence { throw POSIXError(.ENOSPC) }, sentence { throw NSError(domain: "x", code: 3) },
    ]
    for text in found {
      #expect(!text.isEmpty && text != "nothing was thrown")
      for raw in ["Error Domain", "Code=", "UserInfo", "NSCocoa", "Swift.", "Optional("] {
        #expect(!text.contains(raw), "\(text)")
      }
    }
    #expect(found[0] == "`\(missing.path)` does not exist")
    #expect(found[6] == "a: the value has another type")
  }

  @Test func othersHaveTheirOwn() {
    struct Ours: Error, CustomStringConvertible { let description = "Say it in other words." }
    #expect(ErrorWording.sentence(Ours()) == "Say it in other words.")
  }
}
