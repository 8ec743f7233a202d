import Foundation
import JSONRPC
import PillowServer
import PromptPool
import Synchronization
import Testing

/// What becomes of a completion that was accepted and is still there two minutes later.
@Suite(.timeLimit(.minutes(5))) struct HarvestTests {
  private let clock = ManualClock()
  private let client: TestClient
  private let project: ScriptedProject
  private let question = HarvestProposal.ask(instruction: "Add two numbers.")

  init() {
    let projects = ScriptedProjects { _ in "return a + b" }
    project = projects.project
    client = TestClient(projects, clock: clock)
  }

  /// Accepts a suggestion and waits two minutes; gives its id.
  private func keep(
    _ proposal: HarvestProposal?, settings: JSONValue = [:], file: String = "main.py"
  ) async throws -> String {
    project.proposal.withLock { $0 = proposal }
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
    // The pool is asked only once the look is stored.
    await clock.waitForSleep(of: .seconds(30))
    clock.advance(by: .seconds(30))
    await clock.waitForSleep(of: .seconds(90))
    let id = try #require(arguments.array?.first?.string)
    return id
  }

  /// As the real project would have stored it.
  private func store(_ id: String) throws {
    try project.pool.record(
      Suggestion(
        id: id, createdAt: Date(), documentURI: "file:///project/main.py",
        instruction: "Add two numbers.",
        language: "python", shots: [], propensity: 1, policyVersion: "1", temperature: 0,
        model: "scripted", text: "return a + b"))
  }

  private func answer(_ title: String) async throws {
    let (id, params) = try await client.serverRequest("window/showMessageRequest")
    #expect(params["message"] == "Keep as an exemplar: “Add two numbers.”?")
    #expect(params["actions"] == [["title": "Keep"], ["title": "No"], ["title": "Stop asking"]])
    try client.send(["jsonrpc": "2.0", "id": id, "result": ["title": .string(title)]])
  }

  @Test func whoSaysYesGetsAnExemplar() async throws {
    let id = try await keep(question)
    try store(id)
    try await answer("Keep")
    let said = try await client.notification("window/showMessage")["message"]
    #expect(said == "Kept as exemplar 1.")
    #expect(try project.pool.exemplar(1)?.draft.output == "return a + b")
    #expect(project.poolChanges.withLock { $0 } == 1)
    #expect(project.harvestSettings.withLock { $0 } == [.ask], "ask is the default")
    try await client.leave()
  }

  @Test func whoSaysNoIsNotAskedAgain() async throws {
    let id = try await keep(question)
    try store(id)
    try await answer("No")
    clock.advance(by: .seconds(90))
    await clock.waitForSleep(of: .seconds(180))
    try await client.leave()
    #expect(try project.pool.count() == 0)
    #expect(!client.rest.contains { $0["method"] == "window/showMessageRequest" })
    #expect(project.harvestSettings.withLock { $0.count } == 2)
  }

  @Test func anUnansweredQuestionDoesNotHoldTheEndUp() async throws {
    _ = try await keep(question)
    _ = try await client.serverRequest("window/showMessageRequest")
    try await client.leave()
  }

  @Test func theSettingIsHandedOnAndWhatIsTakenIsLogged() async throws {
    _ = try await keep(.taken(12), settings: ["harvest": "always"])
    let logged = try await client.notification("window/logMessage")
    #expect(logged["type"] == 3)
    #expect(logged["message"] == "a kept completion is exemplar 12 now")
    #expect(project.harvestSettings.withLock { $0 } == [.always])
    try await client.leave()
  }

  @Test func aWrongSettingIsTold() async throws {
    _ = try await keep(nil, settings: ["harvest": "sometimes", "chatTemplate": "chatml"])
    let logged = try await client.notification("window/logMessage")["message"]
    #expect(
      logged
        == "initializationOptions.harvest has to be one of ask, always, never; the default is used")
    try await client.leave()
  }
}
