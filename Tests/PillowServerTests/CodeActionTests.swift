import Foundation
import JSONRPC
import PillowServer
import PromptPool
import Synchronization
import Testing

private let uri = "file:///project/main.py"

@Suite(.timeLimit(.minutes(5))) struct CodeActionTests {
  private let projects = TestProjects { _ in "return a + b" }
  private let client: TestClient

  init() { client = TestClient(projects, clock: ManualClock()) }

  private func actions(at position: JSONValue, to end: JSONValue? = nil, only: [JSONValue]? = nil)
    async throws -> [JSONValue]
  {
    var context: [String: JSONValue] = ["diagnostics": []]
    context["only"] = only.map { .array($0) }
    let result = try await client.request(
      "textDocument/codeAction",
      [
        "textDocument": ["uri": .string(uri)],
        "range": ["start": position, "end": end ?? position],
        "context": .object(context),
      ])
    return try #require(result.array)
  }

  private func run(_ action: JSONValue) throws -> JSONValue {
    try client.ask(
      "workspace/executeCommand",
      [
        "command": action["command"]?["command"] ?? .null,
        "arguments": action["command"]?["arguments"] ?? .null,
      ])
  }

  private func titled(_ title: String, in actions: [JSONValue]) throws -> JSONValue {
    try #require(actions.first { $0["title"]?.string?.hasPrefix(title) == true }, "no \(title)")
  }

  @Test func whatCanBeDoneIsOffered() async throws {
    try await client.initialize(edits: true, resolves: true)
    let position = try client.open("# Add two numbers.|\n")
    let titles = try await actions(at: position).compactMap { $0["title"]?.string }
    for title in [
      "Complete with exemplars", "Complete without exemplars", "Insert exemplar: Write a function",
      "Pin exemplar: ", "Mute exemplar: ", "Edit exemplar: ", "Share the pool “starter”",
      "Never complete in this file", "Undo the last learning step",
    ] { #expect(titles.contains { $0.hasPrefix(title) }, "\(title) in \(titles)") }
    #expect(!titles.contains("Save selection as exemplar"), "nothing is selected")
    #expect(try await actions(at: position, only: ["quickfix"]) == [])
    #expect(try await actions(at: position, only: ["refactor"]).count == titles.count)
    #expect(try await actions(at: position, only: ["refactor.pillow.insert"]).count == 1)
    _ = try client.open("x = 1|", uri: uri)
    #expect(
      try await actions(at: ["line": 0, "character": 5]) == [], "no lamp without an instruction")
    try await client.leave()
  }

  @Test func onTheLastCharacterTheEndIsMeant() async throws {
    try await client.initialize(edits: true)
    _ = try client.open("# Add two numbers.|\n")
    for character in [3, 17] {
      let found = try await actions(at: ["line": 0, "character": .integer(character)])
      _ = try titled("Complete with exemplars", in: found)
      let edit = try titled("Insert exemplar", in: found)["edit"]?["documentChanges"]?.array?.first
      #expect(edit?["edits"]?.array?.first?["newText"]?.string?.hasPrefix("\ndef add") == true)
    }
    try await client.leave()
  }

  @Test func anExemplarsEditComesWhenItIsResolved() async throws {
    try await client.initialize(edits: true, resolves: true)
    let position = try client.open("# Add two numbers.|\n")
    let action = try titled("Insert exemplar", in: try await actions(at: position))
    #expect(action["edit"] == nil)
    let resolved = try await client.request("codeAction/resolve", action)
    let change = resolved["edit"]?["documentChanges"]?.array?.first
    #expect(change?["textDocument"] == ["uri": .string(uri), "version": 1])
    #expect(
      change?["edits"]?.array?.first?["newText"] == "\ndef add(a, b):\n    return a + b")
    #expect(resolved["title"] == action["title"])
    try await client.leave()
  }

  @Test func clientsThatDoNotResolveGetTheEditAtOnce() async throws {
    try await client.initialize()
    let position = try client.open("# Add two numbers.|\n")
    let found = try await actions(at: position)
    let action = try titled("Insert exemplar", in: found)
    #expect(action["edit"]?["documentChanges"]?.array?.count == 1)
    #expect(
      !found.contains { $0["title"] == "Complete with exemplars" },
      "it would need workspace/applyEdit")
    try await client.leave()
  }

  @Test(arguments: [true, false]) func completingChangesTheDocument(withExemplars: Bool)
    async throws
  {
    try await client.initialize(edits: true)
    let position = try client.open("# Add two numbers.|\n")
    let title = withExemplars ? "Complete with exemplars" : "Complete without exemplars"
    let id = try run(try titled(title, in: try await actions(at: position)))
    let params = try await client.answer("workspace/applyEdit", with: ["applied": true])
    let change = params["edit"]?["documentChanges"]?.array?.first
    #expect(change?["edits"]?.array?.first?["newText"] == "\nreturn a + b")
    #expect(try await client.response(id)["result"] == .null)
    let stored = try #require(try projects.suggestions.first)
    #expect(stored.shots.count == (withExemplars ? 1 : 0))
    #expect(
      try projects.feedback == [
        .event(.shown, stored.id),
        .event(.accepted, stored.id, reason: "inserted on request"),
      ])
    try await client.leave()
  }

  @Test func whatTheClientRefusesIsNotAccepted() async throws {
    try await client.initialize(edits: true)
    let position = try client.open("# Add two numbers.|\n")
    let id = try run(try titled("Complete with", in: try await actions(at: position)))
    try await client.answer(
      "workspace/applyEdit", with: ["applied": false, "failureReason": "busy"])
    let error = try await client.response(id)["error"]
    #expect(error?["code"] == -32803)
    #expect(error?["message"]?.string?.contains("busy") == true)
    #expect(try projects.feedback.isEmpty)
    try await client.leave()
  }

  @Test func exemplarsArePinnedMutedAndTakenBack() async throws {
    let pool = try projects.pool
    let exemplar = try pool.add(ExemplarDraft(instruction: "Add.", output: "a + b"))
    try await client.initialize()
    for (command, isSet) in [
      ("pillow-lsp.pinExemplar", { (e: Exemplar) in e.isPinned }),
      ("pillow-lsp.muteExemplar", { $0.isMuted }),
    ] {
      for on in [true, false] {
        let arguments: JSONValue = [.string(uri), .integer(Int(exemplar.id)), .bool(on)]
        _ = try await client.request(
          "workspace/executeCommand", ["command": .string(command), "arguments": arguments])
        #expect(try pool.exemplar(exemplar.id).map(isSet) == on)
      }
    }
    await #expect(throws: TestClient.Refusal(code: -32602)) {
      try await client.request(
        "workspace/executeCommand",
        ["command": "pillow-lsp.pinExemplar", "arguments": [.string(uri), 999]])
    }
    try await client.leave()
  }

  @Test(arguments: [(1_000, true), (10_000, false)])
  func aWholeFileIsNoExemplar(lines: Int, isOffered: Bool) async throws {
    try await client.initialize()
    let text = "# Add two numbers.\n" + String(repeating: "total += 1\n", count: lines)
    let end = try client.open(text + "|")
    let found = try await actions(at: ["line": 0, "character": 0], to: end)
    #expect(found.contains { $0["title"] == "Save selection as exemplar" } == isOffered)
    try await client.leave()
  }

  @Test func aSelectionBecomesAnExemplarAsTheUserDividesIt() async throws {
    try await client.initialize()
    _ = try client.open("# Add two numbers.\ndef add(a, b):\n    return a + b\n|")
    let start: JSONValue = ["line": 0, "character": 0]
    let action = try titled(
      "Save selection", in: try await actions(at: start, to: ["line": 3, "character": 0]))
    let id = try run(action)
    let question = try await client.serverRequest("window/showMessageRequest")
    let answers = question.params["actions"]?.array ?? []
    #expect(answers.first == ["title": "Add two numbers."])
    try client.send(["jsonrpc": "2.0", "id": question.id, "result": answers.first ?? .null])
    #expect(try await client.response(id)["result"] == .null)
    let saved = try #require(try projects.pool.exemplars().last)
    #expect(saved.instruction == "Add two numbers.")
    #expect(saved.output == "def add(a, b):\n    return a + b")
    #expect((saved.language, saved.pool, saved.origin) == ("python", "editor", "editor"))
    try await client.leave()
  }

  @Test func nothingIsSavedWhenNothingIsChosenAndNoSecrets() async throws {
    try await client.initialize()
    _ = try client.open(
      "# Add two numbers.\nx = 1\n### Instruction:\nLog in\n### Response:\npassword = 'hunter22!x'\n|"
    )
    func save(_ first: Int, _ last: Int) throws -> JSONValue {
      try client.ask(
        "workspace/executeCommand",
        [
          "command": "pillow-lsp.saveExemplar",
          "arguments": [.string(uri), .integer(first), 0, .integer(last), 0],
        ])
    }
    let first = try save(0, 2)
    try await client.answer("window/showMessageRequest", with: .null)
    #expect(try await client.response(first)["result"] == .null)
    #expect(try await client.response(try save(2, 6))["error"]?["code"] == -32803)
    #expect(try projects.pool.count() == 1)
    try await client.leave()
  }

  @Test func anExemplarIsEditedInAFileOfItsOwn() async throws {
    let pool = try projects.pool
    let exemplar = try pool.add(
      ExemplarDraft(instruction: "Add.", output: "a + b", tags: ["maths"]))
    try await client.initialize()
    let id = try client.ask(
      "workspace/executeCommand",
      [
        "command": "pillow-lsp.editExemplar",
        "arguments": [.string(uri), .integer(Int(exemplar.id))],
      ])
    let shown = try await client.answer("window/showDocument", with: ["success": true])
    #expect(try await client.response(id)["result"] == .null)
    let draft = try #require(shown["uri"]?.string)
    let file = try #require(URL(string: draft))
    defer { try? FileManager.default.removeItem(at: file) }
    let text = try String(contentsOf: file, encoding: .utf8)
    #expect(ExemplarSections.parse(text)?.output == "a + b")
    _ = try client.open(text.replacing("a + b", with: "b + a") + "|", "markdown", uri: draft)
    try client.notify("textDocument/didSave", ["textDocument": ["uri": .string(draft)]])
    let message = try await client.notification("window/showMessage")["message"]?.string
    #expect(message == "Exemplar \(exemplar.id) is version 2 now.")
    let edited = try #require(try pool.exemplar(exemplar.id))
    #expect((edited.output, edited.tags) == ("b + a", ["maths"]))
    try await client.leave()
  }

  @Test func learningIsUndoneStepByStep() async throws {
    let pool = try projects.pool
    try await client.initialize(edits: true)
    let position = try client.open("# Add two numbers.|\n")
    var undo = try titled("Undo the last", in: try await actions(at: position))
    #expect(undo["disabled"]?["reason"]?.string?.isEmpty == false)
    let first = try pool.storeMatcher(parameters: Data([1]), encoder: "e")
    let second = try pool.storeMatcher(parameters: Data([2]), encoder: "e")
    try pool.serveMatcher(first)
    try pool.serveMatcher(second)
    for served in [first, nil] {
      undo = try titled("Undo the last", in: try await actions(at: position))
      #expect(undo["disabled"] == nil)
      #expect(try await client.response(try run(undo))["result"] == .null)
      #expect(try pool.servedMatcher()?.version == served)
    }
    try await client.leave()
  }
}

/// What writes into the project's folder.
@Suite(.timeLimit(.minutes(5))) struct ProjectFileActionTests {
  private let root = FileManager.default.temporaryDirectory.appending(path: "pillow \(UUID())")

  private func request(_ client: TestClient, _ command: String, _ arguments: [JSONValue])
    async throws
  {
    _ = try await client.request(
      "workspace/executeCommand", ["command": .string(command), "arguments": .array(arguments)])
  }

  @Test func aFileIsLeftAlone() async throws {
    try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: root) }
    // In Latin-1: what is there stays as it is.
    try Data([0xE4] + Array(".log".utf8)).write(to: root.appending(path: ".pillowignore"))
    let client = TestClient(TestProjects())
    try await client.initialize(root: root.absoluteString)
    let file = root.appending(path: "a [b].py").absoluteString
    let position = try client.open("# Add two numbers.|", uri: file)
    let params = TestClient.at(position, uri: file)
    #expect(try await client.request("textDocument/inlineCompletion", params).array?.count == 1)
    for _ in 0..<2 { try await request(client, "pillow-lsp.neverHere", [.string(file)]) }
    #expect(try await client.request("textDocument/inlineCompletion", params) == [])
    let written = try Data(contentsOf: root.appending(path: ".pillowignore"))
    #expect(written == Data([0xE4] + Array(".log\n/a\\ \\[b\\].py\n".utf8)), "once")
    let broken = root.absoluteString + "/a%0Ab.py"
    await #expect(throws: TestClient.Refusal(code: -32803)) {
      try await request(client, "pillow-lsp.neverHere", [.string(broken)])
    }
    #expect(try Data(contentsOf: root.appending(path: ".pillowignore")) == written)
    let outside = "file:///elsewhere/x.py"
    await #expect(throws: TestClient.Refusal(code: -32803)) {
      try await request(client, "pillow-lsp.neverHere", [.string(outside)])
    }
    try await client.leave()
  }

  /// Otherwise what the rules said of a document holds for a while.
  @Test func anIgnoreFileCountsOnceItIsSaved() async throws {
    try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: root) }
    let client = TestClient(TestProjects(), clock: ManualClock())
    try await client.initialize(root: root.absoluteString)
    let file = root.appending(path: "a.py").absoluteString
    _ = try client.open("# Add two numbers.|", uri: file)
    let params: JSONValue = ["textDocument": ["uri": .string(file)]]
    #expect(try await client.request("textDocument/codeLens", params) != [])
    let rules = root.appending(path: ".gitignore")
    _ = try client.open("*.py\n|", "ignore", uri: rules.absoluteString)
    try Data("*.py\n".utf8).write(to: rules)
    try client.notify(
      "textDocument/didSave", ["textDocument": ["uri": .string(rules.absoluteString)]])
    #expect(try await client.request("textDocument/codeLens", params) == [])
    try await client.leave()
  }

  @Test func aPoolIsShared() async throws {
    let projects = TestProjects()
    try projects.pool.add(
      ExemplarDraft(instruction: "Add.", output: "a + b"), pool: "ours")
    let client = TestClient(projects)
    try await client.initialize()
    try await request(client, "pillow-lsp.sharePool", ["file:///project/x.py", "ours"])
    let shared = projects.root.appending(path: ".pillow/pools/ours.jsonl")
    #expect(try String(contentsOf: shared, encoding: .utf8).contains("a + b"))
    try await client.leave()
  }
}

@Suite struct SelectionPartsTests {
  @Test func sectionsSpeakForThemselves() {
    let text = "### Instruction:\nAdd.\n\n### Input\n1 2\n### Response:\n\n3\n"
    let parts = SelectionParts(text, languageID: "markdown")
    #expect(parts.sections == .init(instruction: "Add.", input: "1 2", output: "3"))
  }

  @Test func textAndPartsAreTheSame() {
    let parts = ExemplarSections.Parts(
      instruction: "Add\ntwo.", input: "", output: "def f():\n    return 1", tags: ["a b", "c"])
    #expect(ExemplarSections.parse(ExemplarSections.text(parts)) == parts)
  }

  @Test func commentsParagraphsAndLinesAreChoices() {
    let code = SelectionParts("  # Add\n  # numbers.\n  x = 1\n\n  y = 2", languageID: "python")
    #expect(code.choices.first == .init(instruction: "Add numbers.", output: "x = 1\n\ny = 2"))
    #expect(!code.isProse)
    let prose = SelectionParts("Write a\npoem.\n\nRoses", languageID: "markdown")
    #expect(prose.choices.map(\.instruction) == ["Write a poem.", "Write a"])
    #expect(prose.choices.first?.output == "Roses")
    #expect(SelectionParts("one line", languageID: "markdown").choices == [])
    #expect(SelectionParts("", languageID: "c").choices == [])
    let carriageReturns = SelectionParts("# Add\r# numbers.\rx = 1\r", languageID: "python")
    #expect(carriageReturns.choices.first?.instruction == "Add numbers.")
    #expect(carriageReturns.choices.first?.output == "x = 1")
  }

  @Test func anyTextHasSoundParts() {
    var random = SplitMix(seed: 11)
    let pieces = [
      "# Add", "x = 1", "\r", "\n", "\r\n", "/* Add", "*/", "\"\"\"", " ", "Write a poem", "🧶",
      "\u{2028}",
      "<!--", "",
    ]
    let languages = ["python", "c", "markdown", "latex", "gitcommit", "html", "unknown"]
    for _ in 0..<3000 {
      let text = (0..<random.below(12)).map { _ in pieces[random.below(pieces.count)] }.joined()
      let parts = SelectionParts(text, languageID: languages[random.below(languages.count)])
      for choice in parts.choices { #expect(!choice.instruction.isEmpty && !choice.output.isEmpty) }
    }
  }
}
