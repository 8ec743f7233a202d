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

  /// Nothing is written, moved or called done for a pool that is not there.
  @Test func aPoolThatIsNotThereIsNamed() throws {
    try inWorkspace { workspace in
      let file = workspace.root.appending(path: "keep.txt")
      try Data("keep".utf8).write(to: file)
      let sentence = "Error: There is no pool named nope. The project's pools are ours.\n"
      for arguments in [
        ["export", "--pool", "nope", file.path], ["merge", "nope", "ours"],
        ["split", "nope", "--tag", "naming", "ours"],
      ] {
        let outcome = try Program.run(
          ["pool"] + arguments, in: workspace.root, data: workspace.data)
        #expect(outcome.code == 1 && outcome.errors == sentence, "\(arguments)")
      }
      #expect(try String(contentsOf: file, encoding: .utf8) == "keep")
      #expect(try workspace.run("pool", "merge", "ours", "ours").code == 64)
      #expect(try workspace.run("pool", "split", "ours", "--tag", "none", "x").code == 1)
    }
  }

  @Test func aFileThatCannotBeWrittenIsSaidInOneSentence() throws {
    try inWorkspace { workspace in
      let missing = try workspace.run("pool", "export", "/no/such/folder/x.jsonl")
      #expect(missing.code == 1)
      #expect(
        missing.errors == "Error: /no/such/folder/x.jsonl cannot be written: it does not exist.\n")
      let folder = try workspace.run("pool", "export", workspace.root.path)
      #expect(folder.code == 1 && !folder.errors.contains("Domain"))
    }
  }

  @Test func aSecretIsNotSentToAModel() throws {
    try inWorkspace { workspace in
      let outcome = try workspace.run(
        "complete", "Log in with ghp_16C7e42F292c6912E7710c838347Ae178B4a")
      #expect(outcome.code == 1 && outcome.output.isEmpty)
      #expect(outcome.errors.contains("secret"))
    }
  }

  @Test func settingsThatCannotBeReadAreTold() throws {
    try inWorkspace { workspace in
      let config = workspace.root.appending(path: ".pillow/config.json")
      try FileManager.default.createDirectory(at: config, withIntermediateDirectories: true)
      let outcome = try workspace.run("config", "show")
      #expect(outcome.errors.contains(".pillow/config.json is no file; the defaults are used"))
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
      let noise = workspace.root.appending(path: "noise")
      try Data((0..<20_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }).write(to: noise)
      let nothing = try workspace.run("pool", "recover", noise.path)
      #expect(nothing.code == 1)
      #expect(nothing.errors.contains("can be read: it may be no pool's database"), "\(nothing)")
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

  /// What a file is, and why nothing comes from it, is said; the command ends with 1.
  @Test func importsOfNothingFail() throws {
    try inWorkspace { workspace in
      let folder = workspace.root
      let files = [
        ("notes.md", "# Notes\n\ntext\n", "### Instruction"),
        ("page.json", "<html>404</html>", "web page"),
        ("train.parquet", "PAR1", "Parquet"), ("empty.jsonl", "", "it is empty"),
        ("old.csv", "instruction,output\na,\u{1B}$BF|K\\\u{1B}(B\n", "iconv -f ISO-2022-JP"),
        ("pool.toml", "[[a]]\nb = 1\n", "TOML"),
        ("bad.json", "[{\"instruction\":\"a\"},{\"instruction\":\"b\"}]", "(record 2)"),
      ]
      for (name, text, words) in files {
        try Data(text.utf8).write(to: folder.appending(path: name))
        let run = try workspace.run("pool", "import", name)
        #expect(run.code == 1 && run.errors.contains(words), "\(name): \(run.errors)")
        #expect(try workspace.run("pool", "import", "--json", name).code == 1)
      }
      #expect(try workspace.run("pool", "list").lines.count == 3)
    }
  }

  /// A starter pool goes before a folder of its name; an unknown name lists them.
  @Test func starterPoolsAreFoundByName() throws {
    try inWorkspace { workspace in
      try FileManager.default.createDirectory(
        at: workspace.root.appending(path: "sql"), withIntermediateDirectories: true)
      let imported = try workspace.run("pool", "import", "sql")
      #expect(imported.code == 0 && imported.output.hasPrefix("41 added"), "\(imported.errors)")
      let unknown = try workspace.run("pool", "import", "sqll")
      #expect(unknown.code == 1 && unknown.errors.contains(" sql, "), "\(unknown.errors)")
      try FileManager.default.createDirectory(
        at: workspace.root.appending(path: "mine"), withIntermediateDirectories: true)
      #expect(try workspace.run("pool", "import", "mine").errors.contains("is a folder"))
    }
  }

  @Test func sharesEditsAndHarvestsOfNothingSaySo() throws {
    try inWorkspace { workspace in
      let shared = try workspace.run("pool", "share", "theirs")
      #expect(shared.code == 1 && shared.errors.contains("The project's pools are ours."))
      #expect(
        !FileManager.default.fileExists(
          atPath: workspace.root.appending(path: ".pillow/pools/theirs.jsonl").path))
      let edited = try workspace.run("pool", "edit", "1", "--output", "size_megabytes=5")
      #expect(edited.output == "exemplar 1 is unchanged, version 1\n")
      #expect(try workspace.run("pool", "show", "1").output.contains("version 1 of"))
      let harvest = try workspace.run("pool", "harvest")
      #expect(harvest.code == 0 && harvest.errors.contains("No completion was accepted"))
      #expect(try workspace.run("pool", "harvest", "--json").output == "[]\n")
    }
  }

  @Test func datesAreISO8601() throws {
    try inWorkspace { workspace in
      let database = try #require(workspace.database)
      let pool = try PromptPool(at: database)
      let moment = Date(timeIntervalSince1970: 1_750_000_000.25)
      try pool.record(
        Suggestion(
          id: "s", createdAt: moment, instruction: "i", draws: [], propensity: 1,
          policyVersion: "p", temperature: 0, model: "m", text: "t"))
      for event in [FeedbackEvent.shown, .ignored, .accepted] {
        try pool.record(Feedback(suggestionID: "s", event: event, at: moment))
      }
      let exported = try workspace.run("feedback", "export").output
      #expect(exported.contains("\"createdAt\":\"2025-06-15T15:06:40.250Z\""), "\(exported)")
      #expect(exported.contains("\"at\":\"2025-06-15T15:06:40.250Z\""))
      // Both count it once, as accepted.
      let statistics = try workspace.run("pool", "stats", "--json").output
      #expect(statistics.contains("\"feedback\":{\"accepted\":1}"), "\(statistics)")
      #expect(
        try workspace.run("feedback", "stats", "--json").output
          .contains("\"outcomes\":{\"accepted\":1}"))
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
      #expect(both.errors.hasPrefix("warning: searching by words only."))
      #expect(try workspace.run("pool", "search", "rows", "--by", "meaning").code == 1)
      let nothing = try workspace.run(
        "pool", "search", "rows", "--by", "text", "--language", "swift")
      #expect(nothing.code == 0 && nothing.output.isEmpty)
      #expect(nothing.errors == "No exemplar was found.\n")
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
