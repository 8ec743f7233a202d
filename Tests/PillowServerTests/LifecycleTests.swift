import Foundation
import JSONRPC
import PillowProject
import PillowServer
import Settings
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(5))) struct LifecycleTests {
  private let client = TestClient(TestProjects())

  @Test func initializeSaysWhatTheServerDoes() async throws {
    let result = try await client.initialize()
    let capabilities = try #require(result["capabilities"])
    #expect(result["serverInfo"] == ["name": "pillow-lsp", "version": "1.2.3"])
    #expect(capabilities["positionEncoding"] == "utf-8")
    #expect(capabilities["textDocumentSync"]?["change"] == 2)
    #expect(capabilities["inlineCompletionProvider"] == true)
    #expect(capabilities["completionProvider"]?["resolveProvider"] == true)
    #expect(capabilities["codeActionProvider"]?["resolveProvider"] == true)
    #expect(capabilities["experimental"]?["pillow"]?["version"] == 1)
    let commands =
      capabilities["executeCommandProvider"]?["commands"]?.array?.compactMap(\.string) ?? []
    #expect(Set(commands).isSuperset(of: ["pillow-lsp.accept", "pillow-lsp.reject"]))
    #expect(commands.allSatisfy { $0.hasPrefix("pillow-lsp.") })
    try await client.leave()
  }

  @Test func aClientThatOffersNoEncodingIsToldOfNone() async throws {
    let result = try await client.initialize(encodings: [])
    #expect(result["capabilities"]?["positionEncoding"] == nil)
    try await client.leave()
  }

  @Test func beforeInitializeRequestsAreRefusedAndNotificationsDropped() async throws {
    for method in ["textDocument/completion", "shutdown", "$/unknown"] {
      await #expect(throws: TestClient.Refusal(code: -32002)) { try await client.request(method) }
    }
    let position = try client.open("# Write a function|")
    try await client.initialize()
    let result = try await client.request("textDocument/inlineCompletion", TestClient.at(position))
    #expect(result == [], "the document was opened too early to be known")
    try await client.leave()
  }

  @Test func exitBeforeInitializeEndsWithOne() async throws {
    try client.notify("exit")
    #expect(await client.exitCode == 1)
  }

  @Test func initializeComesOnce() async throws {
    try await client.initialize()
    await #expect(throws: TestClient.Refusal(code: -32600)) {
      try await client.request("initialize", ["processId": nil, "capabilities": [:]])
    }
    try await client.leave()
  }

  @Test func initializeWithoutParametersMayBeTriedAgain() async throws {
    await #expect(throws: TestClient.Refusal(code: -32602)) {
      try await client.request("initialize")
    }
    try await client.initialize()
    try await client.leave()
  }

  @Test func afterShutdownRequestsAreRefused() async throws {
    try await client.initialize()
    _ = try await client.request("shutdown")
    for method in ["textDocument/completion", "shutdown", "initialize"] {
      await #expect(throws: TestClient.Refusal(code: -32600)) { try await client.request(method) }
    }
    try client.notify("exit")
    #expect(await client.exitCode == 0)
  }

  @Test func exitWithoutShutdownEndsWithOne() async throws {
    try await client.initialize()
    try client.notify("exit")
    #expect(await client.exitCode == 1)
  }

  @Test func endOfInputEndsTheServer() async throws {
    try await client.initialize()
    #expect(await client.hangUp() == 1)
  }

  @Test func endOfInputAfterShutdownIsAnOrderlyEnd() async throws {
    try await client.initialize()
    _ = try await client.request("shutdown")
    #expect(await client.hangUp() == 0)
  }

  @Test func whatWasSentBeforeTheEndOfInputIsAnswered() async throws {
    let ids = try (0..<100).map { try client.ask("method\($0)") }
    async let code = client.hangUp()
    for id in ids { #expect(try await client.response(id)["error"]?["code"] == -32002) }
    #expect(await code == 1)
  }

  @Test func theEndOfTheClientsProcessEndsTheServer() async throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["cat"]
    process.standardInput = Pipe()
    try process.run()
    try await client.initialize(processId: .integer(Int(process.processIdentifier)))
    _ = try await client.request(
      "textDocument/completion", TestClient.completionAt(["line": 0, "character": 0]))
    // Not SIGTERM: threads of a task may hand on a mask that blocks it.
    kill(process.processIdentifier, SIGKILL)
    #expect(await client.exitCode == 1)
  }

  /// What stands between the two may hand a message on after the process that sent it is gone.
  @Test func whatTheProcessSaidLastIsAnsweredAfterItsEnd() async throws {
    let process = try Process.run(URL(fileURLWithPath: "/usr/bin/env"), arguments: ["sleep", "60"])
    let clock = ManualClock()
    let client = TestClient(TestProjects(), clock: clock)
    try await client.initialize(processId: .integer(Int(process.processIdentifier)))
    _ = try await client.request("pillow/status", [:])
    kill(process.processIdentifier, SIGKILL)
    await clock.waitForSleep(of: ServerOptions.lastMessagesWait)
    _ = try await client.request("shutdown")
    clock.advance(by: ServerOptions.lastMessagesWait)
    #expect(await client.exitCode == 0)
  }

  @Test func unknownRequestsAreRefusedAndUnknownNotificationsIgnored() async throws {
    try await client.initialize()
    try client.notify("$/setTrace", ["value": "off"])
    try client.notify("nonsense/did", [1, 2])
    for method in ["textDocument/documentSymbol", "$/nonsense", ""] {
      await #expect(throws: TestClient.Refusal(code: -32601)) { try await client.request(method) }
    }
    await #expect(throws: TestClient.Refusal(code: -32602)) {
      try await client.request("textDocument/completion", ["position": "here"])
    }
    try await client.leave()
  }

  @Test func idsAreIntegersOrStrings() async throws {
    try await client.initialize()
    let ids: [JSONValue] = ["a", "1", 1000, -4, ""]
    for id in ids {
      #expect(try client.ask("nonsense", id: id) == id)
      #expect(try await client.response(id)["error"]?["code"] == -32601)
    }
    try await client.leave()
  }

  @Test func malformedMessagesAreAnsweredAndTheServerGoesOn() async throws {
    try await client.initialize()
    try client.write("Content-Length: 3\r\n\r\n{x}")
    #expect(try await client.response(.null)["error"]?["code"] == -32700)
    _ = try await client.request("shutdown")
    try client.notify("exit")
    #expect(await client.exitCode == 0)
  }

  @Test func wrongSettingsAreToldWithTheirPathAndTheDefaultsUsed() async throws {
    let projects = TestProjects()
    let client = TestClient(projects)
    try await client.initialize(options: [
      "shots": "many", "maxTokens": 64, "starterPools": ["git"], "unknown": 1,
    ])
    let message = try await client.notification("window/showMessage")["message"]?.string
    #expect(message?.contains("initializationOptions.shots") == true)
    let position = try client.open("# Write a function|")
    _ = try await client.request("textDocument/completion", TestClient.completionAt(position))
    let settings = try await projects.project.settings
    #expect(settings.shots == 3)
    #expect(settings.maxTokens == 64)
    #expect(settings.starterPools == ["git"])
    try await client.leave()
  }
}
