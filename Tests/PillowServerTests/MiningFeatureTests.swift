import Foundation
import JSONRPC
import PillowProject
import PillowServer
import PromptMatching
import PromptPool
import Synchronization
import TestSupport
import Testing

/// Mining as an editor sees it, in a real repository.
@Suite(.timeLimit(.minutes(5))) struct MiningFeatureTests {
  private let projects: TestProjects
  private let client: TestClient

  init() throws {
    projects = TestProjects { request in
      request.instruction.hasPrefix("Document")
        ? "\"\"\"Return the double of a number.\"\"\"\n\ndef other(): pass"
        : "Add the new thing (#12)"
    }
    client = TestClient(projects, clock: ManualClock())
    try git("init", "--quiet")
    for number in 1...9 {
      let code = """
        def scale_\(number)(value):
            \"\"\"Return the value times \(number).\"\"\"
            return value * \(number)


        """
      try write(code, "scale_\(number).py")
      try git("add", "scale_\(number).py")
      try git("commit", "--quiet", "-m", "Scale values by \(number)")
    }
  }

  private func write(_ text: String, _ path: String) throws {
    try Data(text.utf8).write(to: projects.root.appending(path: path))
  }

  private func git(_ arguments: String...) throws {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments =
      ["git", "-C", projects.root.path, "-c", "user.name=Ada", "-c", "user.email=ada@example.org"]
      + arguments
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)
  }

  private func run(_ command: String, _ arguments: JSONValue...) async throws -> JSONValue {
    try await client.request(
      "workspace/executeCommand", ["command": .string(command), "arguments": .array(arguments)])
  }

  private func count(_ pool: String) throws -> Int { try projects.pool.exemplars(pool: pool).count }

  @Test func theStatusOffersAndNothingIsTakenBeforeSomebodySaysYes() async throws {
    try await client.initialize()
    while try await client.request("pillow/status", [:])["mine"] == nil {}
    let status = try await client.request("pillow/status", [:])
    let offered = try #require(status["mine"]?.integer)
    #expect(status["message"] == .string("\(offered) exemplars can be mined from this repository."))
    #expect(status["kind"] == "Normal")
    #expect(try count("mined-commits") == 0)
    _ = try await run("pillow-lsp.mine", "file:///project/a.py")
    #expect(try count("mined-commits") == 9 && count("mined-docs") == 9)
    let after = try await client.request("pillow/status", [:])
    #expect(after["mine"] == nil && after["message"] == "")
    try await client.leave()
  }

  @Test func whoAsksMeanwhileWaitsForTheSame() async throws {
    try await client.initialize()
    let asked = try (0..<8).map { _ in
      try client.ask(
        "workspace/executeCommand",
        ["command": "pillow-lsp.mine", "arguments": ["file:///project/a.py"]])
    }
    for id in asked {
      #expect(try await client.response(id)["error"] == nil)
      #expect(try count("mined-commits") == 9 && count("mined-docs") == 9)
    }
    try await client.leave()
  }

  @Test func declinedIsDeclined() async throws {
    try await client.initialize()
    while try await client.request("pillow/status", [:])["mine"] == nil {}
    _ = try await run("pillow-lsp.declineMining", "file:///project/a.py")
    #expect(try await client.request("pillow/status", [:])["mine"] == nil)
    #expect(try projects.pool.miningState("consent") == "no")
    let logged = try await client.notification("window/logMessage")["message"]?.string
    #expect(logged?.hasPrefix("Nothing is mined from ") == true)
    try await client.leave()
  }

  @Test func alwaysMinesInTheBackground() async throws {
    try await client.initialize(options: ["mine": "always"])
    while try count("mined-commits") < 9 { try await letOthersRun() }
    try await client.leave()
  }

  @Test func whatIsCommittedIsMinedOnceTheProjectIs() async throws {
    try await client.initialize()
    while try await client.request("pillow/status", [:])["mine"] == nil {}
    let project = try await projects.project
    project.lookForChanges()
    func commit(_ name: String) throws {
      try write("def \(name)(value):\n    return value * 2\n", "\(name).py")
      try git("add", "\(name).py")
      try git("commit", "--quiet", "-m", "Give values another \(name)")
      for _ in 0..<2 { project.lookForChanges() }
    }
    try commit("height")
    _ = try await run("pillow-lsp.mine", "file:///project/a.py")
    #expect(try count("mined-commits") == 10)
    try commit("width")
    while try count("mined-commits") < 11 { try await letOthersRun() }
    try await client.leave()
  }

  /// Also where Git writes nothing of the changes below the message (`commit.status=false`).
  @Test(arguments: ["# Changes to be committed:\n#\tnew file:   double.py\n", ""])
  func aCommitMessageGetsTheStagedDiffAndTheProjectsCommits(status: String) async throws {
    try write("def double(value):\n    return value * 2\n", "double.py")
    try git("add", "double.py")
    try await client.initialize(options: ["inlineCompletion": ["debounce": 0]])
    _ = try await run("pillow-lsp.mine", "file:///project/a.py")
    let uri = "file:///project/.git/COMMIT_EDITMSG"
    let position = try client.open(
      "|\n# Please enter the commit message.\n" + status, "gitcommit", uri: uri)
    let items = try await client.request(
      "textDocument/inlineCompletion", TestClient.at(position, uri: uri))
    // Nobody knows a pull request's number before there is one.
    #expect(items.array?.first?["insertText"] == "Add the new thing")
    let last = projects.engine.requests.withLock { $0.last }
    let request = try #require(last)
    #expect(
      request.input
        == "new double.py +2\n+ def double(value):\n+ return value * 2")
    let shots = projects.engine.shots.withLock { $0 }
    // Many brief ones instead of three with their diffs, and the nearest as it is.
    #expect(shots.count == 7)
    for shot in shots {
      let number = try #require(shot.output.split(separator: " ").last)
      #expect(shot.output == "Scale values by \(number)")
      #expect(shot.input.hasPrefix("new scale_\(number).py +4"))
    }
    #expect(
      shots.map { $0.input.contains("+ def scale_") } == Array(repeating: false, count: 6) + [true])
    try await client.leave()
  }

  @Test func aFunctionIsDocumentedInItsOwnPlace() async throws {
    try await client.initialize(edits: true)
    let text = "def double(value):\n    return value * 2\n"
    let uri = "file:///project/double.py"
    _ = try client.open("|" + text, uri: uri)
    func titles() async throws -> [String] {
      let found = try await client.request(
        "textDocument/codeAction",
        [
          "textDocument": ["uri": .string(uri)],
          "range": [
            "start": ["line": 1, "character": 4], "end": ["line": 1, "character": 4],
          ],
          "context": ["diagnostics": []],
        ])
      return found.array?.compactMap { $0["title"]?.string } ?? []
    }
    #expect(try await !titles().contains("Document this"))
    _ = try await run("pillow-lsp.mine", .string(uri))
    #expect(try await titles().contains("Document this"))
    let id = try client.ask(
      "workspace/executeCommand",
      ["command": "pillow-lsp.document", "arguments": [.string(uri), 1, 4]])
    let params = try await client.answer("workspace/applyEdit", with: ["applied": true])
    _ = try await client.response(id)
    let edit = try #require(
      params["edit"]?["documentChanges"]?.array?.first?["edits"]?.array?.first)
    #expect(edit["newText"] == "    \"\"\"Return the double of a number.\"\"\"\n")
    #expect(edit["range"]?["start"] == ["line": 1, "character": 0])
    // What is too large to be mined is not searched for its functions.
    _ = try client.open("|" + text + String(repeating: "value = 1\n", count: 50_000), uri: uri)
    #expect(try await !titles().contains("Document this"))
    try await client.leave()
  }
}
