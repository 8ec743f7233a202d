import Foundation
import JSONRPC
import TestSupport
import Testing

private let hasEncoder = TestModels.exists(TestModels.miniLM)

/// The server's process, over its pipes: what a project tells by itself reaches the client.
@Suite(.timeLimit(.minutes(5))) struct ServeTests {
  /// Runs what waits for a process on a thread of its own: those of the tests are few.
  private func inWorkspace(
    _ body: @escaping @Sendable (ScratchWorkspace) throws -> Void
  ) async throws {
    try await withCheckedThrowingContinuation { continuation in
      Thread.detachNewThread {
        continuation.resume(
          with: Result { try Program.withFolder { try body(ScratchWorkspace(in: $0)) } })
      }
    }
  }

  private static let good = #"{"instruction": "Name the unit.", "output": "time_out_seconds"}"#

  @Test func badLinesAndSecretsOfASharedPoolAreTold() async throws {
    try await inWorkspace { workspace in
      let key = "ghp_" + "a8Kd93jLs02mQpZx71Tb" + "Vn5Rw6Yc4EfGh0Zq"
      try workspace.share([
        Self.good, "{", #"{"instruction": "Log in.", "output": "curl -H \#(key)"}"#,
      ])
      let server = try ServerProcess(in: workspace.root, data: workspace.data)
      let shown = try server.told("window/showMessage")["message"]?.string
      #expect(shown == "team.jsonl, line 2 is skipped: it is not valid JSON")
      let logged = try server.told("window/logMessage")["message"]?.string
      #expect(
        logged
          == "team.jsonl, line 3 is skipped: “output” seems to hold a GitHub token, in its line 1")
      #expect(try server.request("pillow/status", [:])["message"]?.string == shown)

      // Read again within seconds.
      try workspace.share([Self.good, "[]"])
      let again = try server.told("window/showMessage")["message"]?.string
      #expect(again == "team.jsonl, line 2 is skipped: it is not a JSON object")
      #expect(try server.leave() == 0)
    }
  }

  @Test func aDamagedDatabaseIsTold() async throws {
    try await inWorkspace { workspace in
      try workspace.share([Self.good])
      #expect(try workspace.run("pool", "list").code == 0)
      let database = try #require(workspace.database)
      for name in ["-wal", "-shm"] {
        try? FileManager.default.removeItem(atPath: database.path + name)
      }
      try Data(repeating: 0x5A, count: 40_000).write(to: database)
      let server = try ServerProcess(in: workspace.root, data: workspace.data)
      #expect(try server.told("window/showMessage")["message"] == "Run `pillow-lsp pool recover`")
      let status = try server.request("pillow/status", [:])
      #expect(status["kind"] == "Warning")
      #expect(status["message"]?.string?.contains("it is kept as") == true)
      #expect(try server.request("pillow/pool/stats", [:])["exemplars"] == 1)
      #expect(try server.leave() == 0)
    }
  }

  @Test func theProjectsSettingsAreKnown() async throws {
    try await inWorkspace { workspace in
      let settings =
        #"{"harvest": "never", "historyDays": 30, "chatTemplate": "zephyr", "shots": 99}"#
      try Data(settings.utf8).write(to: workspace.root.appending(path: ".pillow/config.json"))
      let document: JSONValue = [
        "uri": .string(workspace.root.appending(path: "a.py").absoluteString), "version": 1,
        "languageId": "python", "text": "# Add two numbers.\n",
      ]
      let server = try ServerProcess(in: workspace.root, data: workspace.data)
      try server.send([
        "jsonrpc": "2.0", "method": "textDocument/didOpen", "params": ["textDocument": document],
      ])
      _ = try server.request(
        "textDocument/hover",
        [
          "textDocument": ["uri": document["uri"] ?? .null],
          "position": ["line": 0, "character": 5],
        ])
      let logged = try server.told("window/logMessage")["message"]?.string
      #expect(
        logged
          == ".pillow/config.json: shots must be a whole number from 0 to 32; the default is used"
      )
      #expect(try server.leave() == 0)
    }
  }

  @Test(.enabled(if: hasEncoder, "all-MiniLM-L6-v2 is not installed"))
  func embeddingShowsHowFarItIs() async throws {
    try await inWorkspace { workspace in
      // So much that it takes its time on any machine; the end is not waited for.
      let input = String(repeating: "seventeen words and more ", count: 40)
      try workspace.share(
        (0..<2000).map {
          #"{"instruction": "Say \#($0).", "input": "\#(input)", "output": "\#($0)"}"#
        })
      let server = try ServerProcess(in: workspace.root, data: workspace.data)
      _ = try server.told("window/workDoneProgress/create")
      let begin = try server.told("$/progress")["value"]
      #expect(begin?["kind"] == "begin" && begin?["title"] == "Embedding exemplars")
      #expect(begin?["percentage"]?.integer == 0)
      let report = try server.told("$/progress")["value"]
      #expect(report?["kind"] == "report")
      #expect((1..<100).contains(report?["percentage"]?.integer ?? 0))
      #expect(report?["message"]?.string?.contains(" of 2000, ") == true)
      #expect(report?["message"]?.string?.hasSuffix(" left") == true)
      #expect(try server.leave() == 0)
    }
  }
}
