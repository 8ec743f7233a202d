import Foundation
import PromptPool
import TestSupport
import Testing

private let hasEncoder = TestModels.exists(TestModels.miniLM)

/// The pool's commands as a user runs them.
@Suite struct PoolCommandTests {
  private static let lines = """
    {"instruction": "Name the unit.", "input": "size=5", "output": "size_megabytes=5", "tags": ["naming"]}
    {"instruction": "Write a haiku about rain.", "output": "Rain on the tin roof"}
    {"instruction": "Count the rows of a table.", "output": "SELECT count(*) FROM t", "language": "sql"}

    """

  private func inWorkspace(_ body: (ScratchWorkspace) throws -> Void) throws {
    try Program.withFolder { folder in
      let workspace = try ScratchWorkspace(in: folder)
      let imported = try workspace.run("pool", "import", "-", "--pool", "ours", input: Self.lines)
      #expect(imported.output == "3 added, 0 already there, 0 nearly the same, 0 skipped\n")
      try body(workspace)
    }
  }

  @Test func recoverSavesWhatADamagedDatabaseHolds() throws {
    try inWorkspace { workspace in
      let whole = try workspace.run("pool", "recover")
      #expect(whole.code == 1)
      #expect(whole.errors == "Error: The project's database is intact, and none was set aside.\n")
      let database = try #require(workspace.database)
      let handle = try FileHandle(forUpdating: database)
      try handle.write(contentsOf: Data((0..<4096).map { UInt8(truncatingIfNeeded: $0 * 7) }))
      try handle.close()
      let recovered = try workspace.run("pool", "recover")
      #expect(recovered.code == 0)
      #expect(recovered.output.hasPrefix("3 exemplars, 0 earlier versions, "), "\(recovered)")
      #expect(try workspace.run("pool", "list").lines.count == 3)
      let again = try workspace.run("pool", "recover")
      #expect(again.output.contains("3 exemplars were in the pool already"))
    }
  }

  @Test func forgetLeavesNothingInTheFile() throws {
    try inWorkspace { workspace in
      let forgotten = try workspace.run("pool", "forget", "2")
      #expect(
        forgotten.output == "exemplar 2 is forgotten, with 0 earlier versions and 0 suggestions\n")
      let database = try #require(workspace.database)
      for suffix in ["", "-wal"] {
        let bytes = (try? Data(contentsOf: URL(filePath: database.path + suffix))) ?? Data()
        #expect(bytes.range(of: Data("tin roof".utf8)) == nil, "\(suffix) still has it")
      }
      #expect(try workspace.run("pool", "forget", "2").code == 1)
      #expect(try workspace.run("pool", "list").lines.count == 2)
    }
  }

  @Test func harvestListsTakesAndDeclines() throws {
    try inWorkspace { workspace in
      let pool = try PromptPool(at: try #require(workspace.database))
      for (id, file) in [("a", "a.py"), ("b", "b.py"), ("c", ".env")] {
        let document = workspace.root.appending(path: file).absoluteString
        try pool.record(
          Suggestion(
            id: id, createdAt: Date(), documentURI: document, instruction: "Say \(id).", draws: [],
            propensity: 1, policyVersion: "0", temperature: 0, model: "m", text: "\(id)\(id)"))
        try pool.record(Feedback(suggestionID: id, event: .accepted, at: Date()))
        try pool.record(
          Feedback(
            suggestionID: id, event: .kept, at: Date(), keptShare: 0.95, secondsAfterAccept: 120))
      }
      let listed = try workspace.run("pool", "harvest")
      #expect(
        Set(listed.lines) == ["a\t95 % kept\tSay a.", "\taa", "b\t95 % kept\tSay b.", "\tbb"])
      #expect(try workspace.run("pool", "harvest", "--take", "a", "--decline", "b").code == 0)
      #expect(try workspace.run("pool", "harvest").output.isEmpty)
      let shown = try workspace.run("pool", "show", "4").output
      #expect(shown.contains("### Response\naa\n"))
      let refused = try workspace.run("pool", "harvest", "--take", "c")
      #expect(refused.code == 1 && refused.errors.contains("of a kind that holds secrets"))
    }
  }

  @Test func searchByWordsNeedsNoEncoder() throws {
    try inWorkspace { workspace in
      let models = workspace.data.appending(path: "pillow-lsp/models")
      try FileManager.default.removeItem(at: models)
      let found = try workspace.run("pool", "search", "rows", "--by", "text")
      #expect(
        found.output
          == "3\tours\tword 1\tCount the rows of a table.\n\tCount the ⟦rows⟧ of a table.\n")
      let both = try workspace.run("pool", "search", "rows")
      #expect(both.code == 0 && both.output == found.output)
      #expect(both.errors.hasPrefix("warning: only words are searched."))
      #expect(try workspace.run("pool", "search", "rows", "--by", "meaning").code == 1)
      #expect(try workspace.run("pool", "search", "rows", "--language", "swift").output.isEmpty)
    }
  }

  @Test(.enabled(if: hasEncoder, "all-MiniLM-L6-v2 is not installed"))
  func embedGivesVectorsAndSearchUsesThem() throws {
    try inWorkspace { workspace in
      let embedded = try workspace.run("pool", "embed")
      #expect(embedded.output == "3 exemplars embedded\n")
      #expect(embedded.errors.contains("3 of 3 embedded"))
      #expect(try workspace.run("pool", "embed").output == "0 exemplars embedded\n")
      let found = try workspace.run(
        "pool", "search", "poem on bad weather", "--by", "meaning", "--limit", "1")
      #expect(found.output == "2\tours\tmeaning 1\tWrite a haiku about rain.\n")
    }
  }
}
