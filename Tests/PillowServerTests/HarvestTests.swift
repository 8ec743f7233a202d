import Foundation
import JSONRPC
import PillowServer
import PromptPool
import Testing

/// What becomes of a completion that was accepted and is still there two minutes later.
@Suite(.timeLimit(.minutes(5))) struct HarvestTests {
  private let clock = ManualClock()
  private let client: TestClient
  private let projects = TestProjects { _ in "return a + b" }

  init() { client = TestClient(projects, clock: clock) }

  /// Accepts a suggestion and waits two minutes.
  private func keep(settings: JSONValue = [:], file: String = "main.py") async throws {
    var options = try #require(settings.object)
    options["inlineCompletion"] = ["debounce": 0]
    try await client.initialize(options: .object(options))
    let uri = "file:///project/\(file)"
    let position = try client.open("# Add two numbers.|\n", uri: uri)
    let items = try await client.request(
      "textDocument/inlineCompletion", TestClient.at(position, uri: uri))
    let item = try #require(items.array?.first)
    try client.change(try #require(item["insertText"]?.string), at: position, uri: uri)
    let arguments = try #require(item["command"]?["arguments"])
    _ = try await client.request(
      "workspace/executeCommand", ["command": "pillow-lsp.accept", "arguments": arguments])
    await clock.waitForSleep(of: .seconds(30))
    clock.advance(by: .seconds(30))
    await clock.waitForSleep(of: .seconds(90))
    clock.advance(by: .seconds(90))
    await clock.waitForSleep(of: .seconds(180))
  }

  private func answer(_ title: String) async throws {
    let (id, params) = try await client.serverRequest("window/showMessageRequest")
    #expect(params["message"] == "Keep as an exemplar: “Add two numbers.”?")
    #expect(params["actions"] == [["title": "Keep"], ["title": "No"], ["title": "Stop asking"]])
    try client.send(["jsonrpc": "2.0", "id": id, "result": ["title": .string(title)]])
  }

  private var harvested: [Exemplar] {
    get throws { try projects.pool.exemplars(pool: "harvested") }
  }

  @Test func whoSaysYesGetsAnExemplar() async throws {
    try await keep()
    try await answer("Keep")
    let said = try await client.notification("window/showMessage")["message"]
    #expect(said == "Kept as exemplar 2.")
    #expect(try harvested.map(\.output) == ["\nreturn a + b"])
    try await client.leave()
  }

  @Test func whoSaysNoIsNotAskedAgain() async throws {
    try await keep()
    try await answer("No")
    clock.advance(by: .seconds(180))
    await clock.waitForSleep(of: .seconds(300))
    try await client.leave()
    #expect(try harvested.isEmpty)
    #expect(!client.rest.contains { $0["method"] == "window/showMessageRequest" })
  }

  @Test func anUnansweredQuestionDoesNotHoldTheEndUp() async throws {
    try await keep()
    _ = try await client.serverRequest("window/showMessageRequest")
    try await client.leave()
  }

  @Test func whatTheSettingTakesIsLogged() async throws {
    try await keep(settings: ["harvest": "always"])
    let logged = try await client.notification("window/logMessage")
    #expect(logged["type"] == 3)
    #expect(logged["message"] == "A kept completion is now exemplar 2.")
    #expect(try harvested.count == 1)
    try await client.leave()
  }

  @Test func whatTheSettingRefusesStaysOut() async throws {
    try await keep(settings: ["harvest": "never"])
    try await client.leave()
    #expect(try harvested.isEmpty)
    #expect(!client.rest.contains { $0["method"] == "window/showMessageRequest" })
  }

  @Test func aWrongSettingIsReported() async throws {
    try await keep(settings: ["harvest": "sometimes", "chatTemplate": "chatml"])
    let message = try await client.notification("window/showMessage")["message"]?.string
    #expect(message?.contains("harvest") == true)
    try await client.leave()
  }
}
