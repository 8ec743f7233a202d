import Foundation
import JSONRPC
import PillowProject
import PillowServer
import PromptPool
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5))) struct StandingTextTests {
  private let projects = TestProjects()
  private let clock = ManualClock()
  private let client: TestClient

  init() { client = TestClient(projects, clock: clock) }

  private static let uri = "file:///project/main.py"

  private func suggestion(_ marked: String = "# Add two numbers.|") async throws -> (
    item: JSONValue, id: String
  ) {
    try await client.initialize()
    let position = try client.open(marked)
    let items = try await client.request(
      "textDocument/inlineCompletion", TestClient.at(position))
    let item = try #require(items.array?.first)
    return (item, try #require(item["command"]?["arguments"]?.array?.first?.string))
  }

  private func insert(_ text: String, _ line: Int, _ character: Int) throws {
    try client.change(
      text, at: ["line": .integer(line), "character": .integer(character)], uri: Self.uri)
  }

  private func tell(_ method: String) throws {
    try client.notify(method, ["textDocument": ["uri": .string(Self.uri)]])
  }

  private var standing: [StandingText?] {
    get throws { try projects.pool.outcomes().map(\.standing) }
  }

  @Test func whatWasTypedInsteadIsRecordedWhenTheDocumentIsSaved() async throws {
    _ = try await suggestion()
    try insert("\ndef add(a, b):\n    return a + b\n\nprint(1)\n", 0, 18)
    try tell("textDocument/didSave")
    try await client.leave()
    let found = try #require(try standing.first ?? nil)
    #expect(found.text == "def add(a, b):\n    return a + b")
    #expect(found.kind == .typed)
  }

  @Test func whatWasTypedIsRecordedAtACommit() async throws {
    let git = projects.root.appending(path: ".git")
    try FileManager.default.createDirectory(
      at: git.appending(path: "logs"), withIntermediateDirectories: true)
    try Data("ref: refs/heads/main\n".utf8).write(to: git.appending(path: "HEAD"))
    _ = try await suggestion()
    let project = try await projects.project
    project.lookForChanges()
    try insert("\nx = 1\n", 0, 18)
    _ = try await client.request("pillow/status", [:])
    #expect(try standing == [nil])
    try Data("0 1 Ada\n".utf8).write(to: git.appending(path: "logs/HEAD"))
    project.lookForChanges()
    #expect(try standing == [nil])
    project.lookForChanges()
    while try standing == [nil] { try await letOthersRun() }
    #expect(try standing.first??.text == "x = 1")
    try await client.leave()
  }

  @Test func anAcceptedTextStandsAsItIsOrEdited() async throws {
    let (item, id) = try await suggestion()
    let text = try #require(item["insertText"]?.string)
    _ = try await client.request(
      "workspace/executeCommand", ["command": "pillow-lsp.accept", "arguments": [.string(id)]])
    try insert(text, 0, 18)
    try tell("textDocument/didSave")
    try insert("0", 1, 8)
    try tell("textDocument/didClose")
    try await client.leave()
    let found = try #require(try standing.first ?? nil)
    #expect(found.text == "return 10" && found.kind == .edited)
  }

  /// Edits elsewhere move the instruction; they do not make it another one.
  @Test func theInstructionIsFoundAfterEditsAboveIt() async throws {
    _ = try await suggestion()
    try insert("import os\n\n", 0, 0)
    try insert("\nx = 1\n", 2, 18)
    try await client.leave()
    #expect(try standing.first??.text == "x = 1")
  }

  /// Formatters, and some editors, send all of a document at once.
  @Test func theInstructionIsFoundAfterAllIsReplaced() async throws {
    _ = try await suggestion()
    try client.notify(
      "textDocument/didChange",
      [
        "textDocument": ["uri": .string(Self.uri), "version": 2],
        "contentChanges": [["text": "import os\n\n# Add two numbers.\nx = 1\n"]],
      ])
    try await client.leave()
    #expect(try standing.first??.text == "x = 1")
  }

  @Test func nothingIsConcludedWhereTheInstructionStandsTwice() async throws {
    _ = try await suggestion()
    try client.notify(
      "textDocument/didChange",
      [
        "textDocument": ["uri": .string(Self.uri), "version": 2],
        "contentChanges": [
          ["text": "\n# Add two numbers.\nx = 1\n\n# Add two numbers.\ny = 2\n"]
        ],
      ])
    try await client.leave()
    #expect(try standing == [nil])
  }

  @Test func nothingIsConcludedWhenTheInstructionChanges() async throws {
    _ = try await suggestion()
    try insert("not ", 0, 2)
    try insert("\nx = 1\n", 0, 22)
    try await client.leave()
    #expect(try standing == [nil])
  }

  @Test func whatStoodThereBeforeIsNotAnAnswer() async throws {
    _ = try await suggestion("# Add two numbers.|\n\ny = 2\n")
    try tell("textDocument/didSave")
    try await client.leave()
    #expect(try standing == [nil])
  }

  /// The answer stands in a block that goes on in others.
  @Test(arguments: [
    "class A:\n    def mean(self, values):\n        \"\"\"Return the mean of the values.\"\"\"\n        |\n\n    def other(self):\n        return self.x\n",
    "def mean(values):\n    \"\"\"Return the mean of the values.\"\"\"\n    |\n\nX = 1\nprint(X)\n",
    "def mean(values):\n    \"\"\"Return the mean of the values.\"\"\"\n    |\nX = 1",
  ])
  func aBodyEndsWithItsBlock(document: String) async throws {
    let (item, id) = try await suggestion(document)
    let text = try #require(item["insertText"]?.string)
    let lines = try #require(document.split(separator: "|").first).split(
      separator: "\n", omittingEmptySubsequences: false)
    try insert(text, lines.count - 1, lines.last?.count ?? 0)
    _ = try await client.request(
      "workspace/executeCommand", ["command": "pillow-lsp.accept", "arguments": [.string(id)]])
    try tell("textDocument/didSave")
    try await client.leave()
    let found = try #require(try standing.first ?? nil)
    #expect(found.text == text.trimmingCharacters(in: .whitespacesAndNewlines))
    #expect(found.kind == .accepted)
  }

  @Test func whatIsDeletedAgainIsTakenBack() async throws {
    let (item, id) = try await suggestion()
    let text = try #require(item["insertText"]?.string)
    try insert(text, 0, 18)
    _ = try await client.request(
      "workspace/executeCommand", ["command": "pillow-lsp.accept", "arguments": [.string(id)]])
    try tell("textDocument/didSave")
    while try standing == [nil] { try await letOthersRun() }
    try client.notify(
      "textDocument/didChange",
      [
        "textDocument": ["uri": .string(Self.uri), "version": 3],
        "contentChanges": [
          [
            "range": ["start": ["line": 0, "character": 18], "end": ["line": 9, "character": 0]],
            "text": "",
          ]
        ],
      ])
    try tell("textDocument/didSave")
    try await client.leave()
    #expect(try standing == [nil])
  }

  /// Some editors save as soon as a text stands there, and tell of the accept later.
  @Test func anAcceptAfterTheSaveCounts() async throws {
    let (item, id) = try await suggestion()
    try insert(try #require(item["insertText"]?.string), 0, 18)
    try tell("textDocument/didSave")
    while try standing == [nil] { try await letOthersRun() }
    #expect(try standing.first??.kind == .typed)
    _ = try await client.request(
      "workspace/executeCommand", ["command": "pillow-lsp.accept", "arguments": [.string(id)]])
    try tell("textDocument/didSave")
    try await client.leave()
    #expect(try standing.first??.kind == .accepted)
  }

  @Test func theSettingTurnsOffWhatIsWatchedAlready() async throws {
    _ = try await suggestion()
    try insert("\nx = 1\n", 0, 18)
    try Data(#"{"learning": {"standingText": false}}"#.utf8).write(
      to: projects.root.appending(path: ".pillow/config.json"))
    try client.notify("workspace/didChangeConfiguration", ["settings": [:]])
    try await client.leave()
    #expect(try standing == [nil])
  }

  /// As when an editor goes away without a word.
  @Test func theEndOfTheInputIsAnEnd() async throws {
    _ = try await suggestion()
    try insert("\nx = 1\n", 0, 18)
    #expect(await client.hangUp() == 1)
    #expect(try standing.first??.text == "x = 1")
  }

  @Test func secretsAreNotRecorded() async throws {
    _ = try await suggestion()
    let key = "AKIA" + "IOSFODNN7" + "QZWXEC4"
    try insert("\naws_key = \"\(key)\"\n", 0, 18)
    try await client.leave()
    #expect(try standing == [nil])
  }

  @Test func theSettingTurnsItOff() async throws {
    try Data(#"{"learning": {"standingText": false}}"#.utf8).write(
      to: projects.root.appending(path: ".pillow/config.json"))
    _ = try await suggestion()
    try insert("\nx = 1\n", 0, 18)
    try await client.leave()
    #expect(try standing == [nil])
  }
}
