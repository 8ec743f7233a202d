import CompletionEngine
import Foundation
import JSONRPC
import PillowServer
import PromptMatching
import PromptPool
import Synchronization
import Testing

private let method = "textDocument/inlineCompletion"

@Suite(.timeLimit(.minutes(5))) struct InlineCompletionTests {
  @Test func anInstructionIsCompleted() async throws {
    let projects = TestProjects { _ in "Sure, here it is:\n```python\nx = 1\n```<|im_end|>" }
    let client = TestClient(projects)
    try await client.initialize()
    let position = try client.open("# Add two numbers.|\n")
    let items = try #require(try await client.request(method, TestClient.at(position)).array)
    #expect(items.count == 1)
    #expect(items[0]["insertText"] == "\nx = 1")
    #expect(items[0]["range"] == ["start": position, "end": position])
    #expect(items[0]["command"]?["command"] == "pillow-lsp.accept")
    let id = try #require(items[0]["command"]?["arguments"]?.array?.first?.string)

    let record = try #require(try projects.suggestions.first)
    #expect(record.id == id)
    #expect(record.text == "\nx = 1")
    #expect(record.model == "scripted")
    #expect(record.propensity == 1)
    #expect(record.shots == [1])
    #expect((record.instruction, record.language) == ("Add two numbers.", "python"))
    try await client.leave()
  }

  @Test func theModelIsStoppedWhenItsAnswerHasEnded() async throws {
    let projects = TestProjects { _ in "x = 1\n\nThis function is one that" }
    projects.engine.isEndless.withLock { $0 = true }
    let client = TestClient(projects)
    try await client.initialize()
    let position = try client.open("# Add two numbers.|\n")
    let items = try await client.request(method, TestClient.at(position))
    #expect(items.array?.first?["insertText"] == "\nx = 1")
    #expect(try projects.suggestions.first?.model == "scripted")
    try await client.leave()
  }

  @Test(arguments: [0, 1, 2]) func theTriggerKindChangesNothing(kind: Int) async throws {
    let client = TestClient(TestProjects())
    try await client.initialize()
    let position = try client.open("# Add two numbers.|\n")
    let items = try await client.request(method, TestClient.at(position, kind: kind))
    #expect(items.array?.count == 1)
    try await client.leave()
  }

  @Test(arguments: ["x = 1|", "# Add| two numbers.", "|"])
  func nothingToSayIsAnEmptyList(text: String) async throws {
    let client = TestClient(TestProjects())
    try await client.initialize()
    let position = try client.open(text)
    #expect(try await client.request(method, TestClient.at(position)) == [])
    let elsewhere = TestClient.at(position, uri: "file:///not/open")
    #expect(try await client.request(method, elsewhere) == [])
    try await client.leave()
  }

  @Test func anEmptyAnswerIsAnEmptyList() async throws {
    let client = TestClient(TestProjects { _ in "<|im_end|>" })
    try await client.initialize()
    let position = try client.open("# Add two numbers.|")
    #expect(try await client.request(method, TestClient.at(position)) == [])
    try await client.leave()
  }

  @Test func theNewestRequestWins() async throws {
    let gate = Gate()
    let cancelled = Mutex(false)
    let client = TestClient(
      TestProjects { query in
        guard query.instruction == "Add two numbers" else { return "x = 2" }
        do { try await gate.pass() } catch {
          cancelled.withLock { $0 = true }
          throw error
        }
        return "x = 1"
      })
    try await client.initialize()
    let position = try client.open("# Add two numbers|")
    let first = try client.ask(method, TestClient.at(position))
    await gate.waitForArrival()
    try client.change(".", at: position)
    #expect(try await client.response(first)["result"] == .null)
    let character = (position["character"]?.integer ?? 0) + 1
    let after = TestClient.at(["line": 0, "character": .integer(character)])
    let items = try await client.request(method, after)
    #expect(items.array?.first?["insertText"] == "\nx = 2")
    gate.open()
    try await client.leave()
    #expect(cancelled.withLock { $0 }, "the generation was stopped")
  }

  @Test func aSecondRequestSupersedesWithoutAChange() async throws {
    let gate = Gate()
    let client = TestClient(
      TestProjects { _ in
        try await gate.pass()
        return "x = 1"
      })
    try await client.initialize()
    let position = try client.open("# Add two numbers.|")
    let first = try client.ask(method, TestClient.at(position))
    await gate.waitForArrival()
    let second = try client.ask(method, TestClient.at(position))
    #expect(try await client.response(first)["result"] == .null)
    gate.open()
    #expect(try await client.response(second)["result"]?.array?.count == 1)
    try await client.leave()
  }

  @Test func documentsDoNotSupersedeEachOther() async throws {
    let gate = Gate()
    let client = TestClient(
      TestProjects { query in
        if query.instruction == "Add two numbers." { try await gate.pass() }
        return "x = 1"
      })
    try await client.initialize()
    let other = "file:///project/other.py"
    let first = try client.ask(method, TestClient.at(try client.open("# Add two numbers.|")))
    let position = try client.open("# Add three numbers.|", uri: other)
    #expect(try await client.request(method, TestClient.at(position, uri: other)).array?.count == 1)
    gate.open()
    #expect(try await client.response(first)["result"]?.array?.count == 1)
    try await client.leave()
  }

  @Test func anExplicitCancellationIsAnsweredAsOne() async throws {
    let gate = Gate()
    let projects = TestProjects { _ in
      try await gate.pass()
      return "x = 1"
    }
    let client = TestClient(projects)
    try await client.initialize()
    let position = try client.open("# Add two numbers.|")
    let id = try client.ask(method, TestClient.at(position), id: "mine")
    await gate.waitForArrival()
    try client.notify("$/cancelRequest", ["id": "mine"])
    try client.notify("$/cancelRequest", ["id": "never was"])
    #expect(try await client.response(id)["error"]?["code"] == -32800)
    gate.open()
    try await client.leave()
    #expect(try projects.suggestions.isEmpty, "nobody saw it")
  }

  @Test func shutdownAnswersWhatIsOpen() async throws {
    let gate = Gate()
    let client = TestClient(
      TestProjects { _ in
        try await gate.pass()
        return "x = 1"
      })
    try await client.initialize()
    let id = try client.ask(method, TestClient.at(try client.open("# Add two numbers.|")))
    await gate.waitForArrival()
    try await client.leave()
    #expect(try await client.response(id)["result"] == .null)
  }

  @Test func whatIsSelectedInTheMenuIsExtended() async throws {
    let client = TestClient(TestProjects())
    try await client.initialize()
    let position = try client.open("# Add two numbers.\n|")
    for (selected, count) in [("ret", 1), ("other", 0)] {
      var params = try #require(TestClient.at(position).object)
      params["context"] = [
        "triggerKind": 1,
        "selectedCompletionInfo": [
          "text": .string(selected), "range": ["start": position, "end": position],
        ],
      ]
      #expect(try await client.request(method, .object(params)).array?.count == count)
    }
    try await client.leave()
  }

  @Test func comingBackDoesNotGenerateAgain() async throws {
    let projects = TestProjects()
    let client = TestClient(projects)
    try await client.initialize()
    let position = try client.open("# Add two numbers.|")
    var ids: Set<JSONValue> = []
    for _ in 0..<3 {
      let item = try await client.request(method, TestClient.at(position)).array?.first
      ids.insert(try #require(item?["command"]?["arguments"]?.array?.first))
    }
    #expect(projects.engine.requests.withLock { $0.count } == 1)
    #expect(ids.count == 1, "it is the same suggestion")
    #expect(try projects.suggestions.count == 1)

    let accept: JSONValue = ["command": "pillow-lsp.accept", "arguments": .array(Array(ids))]
    _ = try await client.request("workspace/executeCommand", accept)
    let again = try await client.request(method, TestClient.at(position)).array?.first
    let new = try #require(again?["command"]?["arguments"]?.array?.first)
    #expect(!ids.contains(new), "what was judged is not judged again")
    try await client.leave()
  }

  @Test func aMissingModelIsToldOnceAndExemplarsGoOn() async throws {
    let error = ModelError.modelMissing(name: "tiny")
    let client = TestClient(TestProjects { _ in throw error })
    try await client.initialize()
    let position = try client.open("# Add two numbers.|")
    for _ in 0..<3 {
      #expect(try await client.request(method, TestClient.at(position)) == [])
    }
    let menu = try await client.request(
      "textDocument/completion", TestClient.completionAt(position))
    #expect(menu["items"]?.array?.count == 1)
    #expect(
      try await client.notification("window/showMessage")["message"]?.string?.contains(
        "model fetch tiny") == true)
    #expect(client.rest.filter { $0["method"] == "window/showMessage" }.isEmpty)
    try await client.leave()
  }

  @Test func whatNobodyCanChangeIsOnlyLogged() async throws {
    let client = TestClient(TestProjects { _ in throw NotYet() })
    try await client.initialize()
    let position = try client.open("# Add two numbers.|")
    for _ in 0..<2 { #expect(try await client.request(method, TestClient.at(position)) == []) }
    #expect(try await client.notification("window/logMessage")["message"] == "NotYet()")
    #expect(client.rest.isEmpty)
    try await client.leave()
  }

  @Test func whatOfAProjectCannotBeUsedIsTold() async throws {
    let client = TestClient(TestProjects(sharedPools: ["team.jsonl": "nothing"]))
    try await client.initialize()
    let message = try await client.notification("window/showMessage")["message"]?.string
    #expect(message?.hasPrefix("team.jsonl, line 1 is skipped") == true)
    try await client.leave()
  }

  @Test func progressIsReportedUnderTheClientsToken() async throws {
    let client = TestClient(TestProjects { _ in String(repeating: "x = 1\n", count: 20) })
    try await client.initialize()
    var params = try #require(TestClient.at(try client.open("# Add two numbers.|")).object)
    params["workDoneToken"] = "token"
    _ = try await client.request(method, .object(params))
    var kinds: [String] = []
    while kinds.last != "end" {
      let progress = try await client.notification("$/progress")
      #expect(progress["token"] == "token")
      kinds.append(progress["value"]?["kind"]?.string ?? "")
    }
    #expect(kinds == ["begin", "report", "end"])
    try await client.leave()
  }

  @Test func cancellingTheProgressEndsTheWork() async throws {
    let gate = Gate()
    let client = TestClient(
      TestProjects { _ in
        try await gate.pass()
        return "x = 1"
      })
    try await client.initialize()
    var params = try #require(TestClient.at(try client.open("# Add two numbers.|")).object)
    params["workDoneToken"] = 42
    let id = try client.ask(method, .object(params))
    #expect(try await client.notification("$/progress")["value"]?["cancellable"] == true)
    await gate.waitForArrival()
    try client.notify("window/workDoneProgress/cancel", ["token": 41])
    try client.notify("window/workDoneProgress/cancel", ["token": 42])
    #expect(try await client.response(id)["result"] == .null)
    #expect(try await client.notification("$/progress")["value"]?["kind"] == "end")
    gate.open()
    try await client.leave()
  }

  @Test func slowWorkIsShownWhereTheClientShowsSuchThings() async throws {
    let gate = Gate()
    // Embedding exemplars would be shown, too.
    let client = TestClient(
      TestProjects(exemplars: []) { _ in
        try await gate.pass()
        return "x = 1"
      }, progressDelay: .zero)
    try await client.initialize(progress: true)
    let id = try client.ask(method, TestClient.at(try client.open("# Add two numbers.|")))
    let create = try await client.serverRequest("window/workDoneProgress/create")
    try client.send(["jsonrpc": "2.0", "id": create.id, "result": nil])
    let begin = try await client.notification("$/progress")
    #expect(begin["token"] == create.params["token"])
    #expect(begin["value"]?["title"]?.string?.isEmpty == false)
    gate.open()
    #expect(try await client.response(id)["result"]?.array?.count == 1)
    #expect(try await client.notification("$/progress")["value"]?["kind"] == "end")
    try await client.leave()
  }

  @Test(arguments: ["utf-8", "utf-16", "utf-32"])
  func positionsCountInTheEncodingAgreedOn(encoding: String) async throws {
    let client = TestClient(TestProjects())
    try await client.initialize(encodings: [encoding])
    let line = "# 🧶 Füge zwei Zahlen zusammen"
    _ = try client.open(line + "|\n")
    let length =
      ["utf-8": line.utf8.count, "utf-16": line.utf16.count][encoding]
      ?? line.unicodeScalars.count
    let end: JSONValue = ["line": 0, "character": .integer(length)]
    try client.change("!", at: end)
    let after: JSONValue = ["line": 0, "character": .integer(length + 1)]
    let items = try await client.request(method, TestClient.at(after)).array
    #expect(items?.first?["range"] == ["start": after, "end": after])
    try await client.leave()
  }
}

/// An error that nobody can do anything about.
private struct NotYet: Error {}
