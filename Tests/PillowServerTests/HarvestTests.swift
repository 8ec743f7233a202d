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

  private var harvested: [Exemplar] {
    get throws { try projects.pool.exemplars(pool: "harvested") }
  }

  /// As the real project would have stored an accepted suggestion that was kept for two minutes.
  private func storeKept(_ id: String, text: String = "return a + b") throws {
    let pool = try projects.pool
    try pool.record(
      Suggestion(
        id: id, createdAt: Date(), documentURI: "file:///project/main.py",
        instruction: "Add two numbers.",
        language: "python", draws: [], propensity: 1, policyVersion: "1", temperature: 0,
        model: "scripted", text: text))
    try pool.record(Feedback(suggestionID: id, event: .accepted, at: Date()))
    try pool.record(
      Feedback(
        suggestionID: id, event: .kept, at: Date(), keptShare: 1, secondsAfterAccept: 120))
  }

  private func run(_ command: String) async throws -> JSONValue {
    try await client.request(
      "workspace/executeCommand",
      ["command": .string(command), "arguments": ["file:///project/main.py"]])
  }

  @Test func nothingIsAskedUnbiddenAndTheStatusCounts() async throws {
    try await keep()
    while try await client.request("pillow/status", [:])["harvest"] != 1 {}
    try await client.leave()
    #expect(!client.rest.contains { $0["method"] == "window/showMessageRequest" })
    #expect(!client.rest.contains { $0["method"] == "window/showMessage" })
  }

  @Test func clientsWithAStatusHearTheCount() async throws {
    try storeKept("a")
    try await client.initialize(status: true)
    let status = try await client.notification("pillow/didChangeStatus")
    #expect(status["harvest"] == 1, "what earlier sessions left is counted from the start")
    try await client.leave()
  }

  @Test func theListHasTheAnswerAndIsDecidedById() async throws {
    try storeKept("a", text: "return a + b")
    try storeKept("b", text: "return sum((a, b))")
    try await client.initialize()
    let listed = try await client.request("pillow/harvest/list", [:])["candidates"]?.array ?? []
    #expect(Set(listed.compactMap { $0["id"]?.string }) == ["a", "b"])
    let first = try #require(listed.first { $0["id"] == "a" })
    #expect(first["text"] == "return a + b")
    #expect(first["instruction"] == "Add two numbers.")
    #expect(first["keptShare"] == 1)
    let taken = try await client.request("pillow/harvest/take", ["id": "a"])
    #expect(taken["exemplar"]?["output"] == "return a + b")
    #expect(taken["exemplar"]?["pool"] == "harvested")
    let left = try await client.request("pillow/harvest/decline", ["id": "b"])
    #expect(left["candidates"] == [])
    #expect(try harvested.count == 1)
    await #expect(throws: TestClient.Refusal(code: -32602)) {
      try await client.request("pillow/harvest/take", ["id": "unknown"])
    }
    #expect(try await client.request("pillow/status", [:])["harvest"] == nil)
    try await client.leave()
  }

  @Test func theCommandAsksWithTheAnswerUntilItIsPutOff() async throws {
    for id in ["a", "b", "c"] { try storeKept(id, text: "return \(id)") }
    try await client.initialize()
    async let done = run("pillow-lsp.harvest")
    var asked: [String] = []
    for title in ["Keep", "No", "Later"] {
      let (id, params) = try await client.serverRequest("window/showMessageRequest")
      asked.append(try #require(params["message"]?.string))
      try client.send(["jsonrpc": "2.0", "id": id, "result": ["title": .string(title)]])
    }
    _ = try await done
    #expect(
      Set(asked)
        == Set(["a", "b", "c"].map { "Keep as an exemplar? Add two numbers. return \($0)" }))
    #expect(try harvested.count == 1)
    #expect(try projects.pool.harvestCandidates().count == 1)
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
    #expect(try await client.request("pillow/status", [:])["harvest"] == nil)
    try await client.leave()
    #expect(try harvested.isEmpty)
  }

  @Test func aWrongSettingIsReported() async throws {
    try await keep(settings: ["harvest": "sometimes", "chatTemplate": "chatml"])
    let message = try await client.notification("window/showMessage")["message"]?.string
    #expect(message?.contains("harvest") == true)
    try await client.leave()
  }
}
