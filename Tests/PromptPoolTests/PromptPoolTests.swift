import Foundation
import PromptPool
import TestSupport
import Testing

@Suite struct PromptPoolTests {
  @Test func filesAreTheUsersAlone() throws {
    let folder = try TemporaryFolder()
    let pool = try PromptPool(at: folder.database)
    try pool.add(ExemplarDraft(instruction: "a", output: "b"))
    func mode(_ path: String) throws -> Int? {
      try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }
    #expect(try mode(folder.database.deletingLastPathComponent().path) == 0o700)
    for suffix in ["", "-wal", "-shm"] {
      #expect(try mode(folder.database.path + suffix) == 0o600)
    }
  }

  @Test func whatIsStoredIsThereAfterReopening() throws {
    let folder = try TemporaryFolder()
    let draft = ExemplarDraft(
      instruction: "Übersetze „é“ 👩‍👩‍👧", input: "a\tb", output: "c\nd", tags: ["x", "y \"z\""],
      language: "swift")
    let stored: Exemplar = try {
      let pool = try PromptPool(at: folder.database, clock: { someDay })
      return try pool.add(draft, pool: "mine", origin: "test")
    }()
    let found = try PromptPool(at: folder.database).exemplar(stored.id)
    #expect(found == stored)
    #expect(found?.tags == draft.tags && found?.instruction == draft.instruction)
    #expect(found?.createdAt == someDay && found?.contentHash == draft.contentHash)
  }

  @Test func theHashIgnoresLineEndsAndCompositionOnly() {
    let draft = ExemplarDraft(instruction: "caf\u{E9}", output: "x\n  y")
    let same = ExemplarDraft(instruction: "cafe\u{301}  ", output: "\nx \r\n  y\n", tags: ["t"])
    #expect(draft.contentHash == same.contentHash)
    #expect(draft.contentHash.count == 64)
    #expect(draft.contentHash != ExemplarDraft(instruction: "Café", output: "x\n  y").contentHash)
    #expect(draft.contentHash != ExemplarDraft(instruction: "café", output: "x\ny").contentHash)
    #expect(
      ExemplarDraft(instruction: "ab", output: "c").contentHash
        != ExemplarDraft(instruction: "a", input: "b", output: "c").contentHash)
  }

  @Test func editingKeepsTheEarlierVersion() throws {
    let pool = try PromptPool.inMemory(clock: { someDay })
    let first = try pool.add(ExemplarDraft(instruction: "one", output: "1"))
    let other = try pool.add(ExemplarDraft(instruction: "two", output: "2"))
    let edited = try pool.update(first.id, to: ExemplarDraft(instruction: "uno", output: "1"))
    #expect(edited.version == 2 && edited.instruction == "uno")
    #expect(try pool.history(of: first.id).map(\.instruction) == ["one"])
    #expect(throws: PromptPoolError.duplicate(of: other.id)) {
      try pool.update(first.id, to: ExemplarDraft(instruction: "two", output: "2"))
    }
    #expect(throws: PromptPoolError.exemplarNotFound(99)) {
      try pool.update(99, to: ExemplarDraft(instruction: "x", output: "y"))
    }
  }

  @Test func removedExemplarsAreRetiredAndComeBack() throws {
    let pool = try PromptPool.inMemory()
    let draft = ExemplarDraft(instruction: "one", output: "1")
    let exemplar = try pool.add(draft)
    #expect(throws: PromptPoolError.duplicate(of: exemplar.id)) { try pool.add(draft) }
    try pool.remove(exemplar.id)
    #expect(try pool.count() == 0)
    #expect(try pool.exemplars().isEmpty)
    #expect(try pool.exemplar(exemplar.id)?.retiredAt != nil)
    #expect(try pool.add(draft).id == exemplar.id)
    #expect(try pool.count() == 1)
    #expect(throws: PromptPoolError.exemplarNotFound(7)) { try pool.remove(7) }
  }

  @Test func exemplarsAreFilteredAndFound() throws {
    let pool = try PromptPool.inMemory()
    let sql = try pool.add(
      ExemplarDraft(instruction: "Count rows", output: "SELECT", tags: ["sql"], language: "sql"),
      pool: "data")
    let shell = try pool.add(ExemplarDraft(instruction: "List files by size", output: "ls -S"))
    #expect(try pool.exemplars(pool: "data").map(\.id) == [sql.id])
    #expect(try pool.exemplars(tag: "sql").map(\.id) == [sql.id])
    #expect(try pool.exemplars(language: "sql").map(\.id) == [sql.id])
    #expect(try pool.exemplars(ids: [shell.id, 99, sql.id]).map(\.id) == [shell.id, sql.id])
    #expect(try pool.search("file siz").map(\.id) == [shell.id])
    #expect(try pool.search("\" OR ( *").isEmpty)
    try pool.update(shell.id, to: ExemplarDraft(instruction: "Show folders", output: "ls -d"))
    #expect(try pool.search("files").isEmpty)
    #expect(try pool.search("folders").map(\.id) == [shell.id])
  }

  /// With and without what JSON escapes.
  @Test(arguments: [
    [], ["a"], ["a", "b c"], ["a,b", "]"], ["é", "漢字", "🧶"], ["say \"no\"", "x"], ["\\", "a\tb"],
    ["[]"],
  ])
  func tagsComeBackAsTheyWere(_ tags: [String]) throws {
    let pool = try PromptPool.inMemory()
    let draft = ExemplarDraft(instruction: "a", output: "b", tags: tags)
    let id = try pool.add(draft).id
    #expect(try pool.exemplar(id)?.tags == draft.tags)
    #expect(try pool.exemplars(ids: [id, id]).map(\.tags) == [draft.tags, draft.tags])
  }

  @Test func statisticsCount() throws {
    let pool = try PromptPool.inMemory()
    let first = try pool.add(ExemplarDraft(instruction: "a", output: "b"), pool: "p")
    let second = try pool.add(ExemplarDraft(instruction: "c", output: "d"), pool: "q")
    try pool.pin(first.id)
    try pool.remove(second.id)
    try pool.store(embedding: [1, 0], of: first.id, encoder: "e")
    let id = try pool.record(suggestion(shots: [first.id]))
    try pool.record(Feedback(suggestionID: id, event: .shown, at: someDay))
    let statistics = try pool.statistics()
    #expect(statistics.exemplars == 1 && statistics.retired == 1 && statistics.pinned == 1)
    #expect(statistics.pools.map(\.name) == ["p"] && statistics.pools[0].exemplars == 1)
    #expect(statistics.embeddings == ["e": 1] && statistics.feedback == ["shown": 1])
    #expect(statistics.suggestions == 1 && statistics.muted == 0 && statistics.bytes > 0)
  }
}
