import Foundation
import GRDB
import PromptPool
import TestSupport
import Testing

@Suite struct MigrationTests {
  /// What each version stored is there after the newest has opened it, and a backup is beside it.
  @Test(arguments: 1...6) func everyEarlierVersionIsTakenOver(version: Int) throws {
    let folder = try TemporaryFolder()
    try PromptPool.makeEarlierVersion(version, at: folder.database)
    let drafts = (0..<20).map {
      ExemplarDraft(instruction: "ask \($0)", input: "é\n", output: "say \($0)", tags: ["t"])
    }
    let old = try DatabaseQueue(path: folder.database.path)
    try old.write { db in
      for draft in drafts {
        try db.execute(
          sql: """
            INSERT INTO exemplars (instruction, input, output, tags, origin, pool, contentHash,
              version, createdAt, updatedAt, isPinned, isMuted)
            VALUES (?, ?, ?, '["t"]', 'o', 'p', ?, 1, 5, 6, 1, 0)
            """,
          arguments: [draft.instruction, draft.input, draft.output, draft.contentHash])
      }
      if version >= 2 {
        try db.execute(
          sql: """
            INSERT INTO suggestions VALUES ('s', 1, NULL, 'i', '', NULL, 0.5, 'v', 1, 'm', NULL, 't');
            INSERT INTO shots VALUES ('s', 0, 3);
            INSERT INTO feedback (suggestionID, event, at) VALUES ('s', 'accepted', 2);
            """)
      }
    }
    try old.close()
    let pool = try PromptPool(at: folder.database)
    let exemplars = try pool.exemplars()
    #expect(exemplars.map(\.draft) == drafts)
    #expect(exemplars.allSatisfy { $0.isPinned && $0.pool == "p" })
    #expect(try pool.search("ask 7").first?.instruction == "ask 7")
    if version >= 2 {
      #expect(try pool.suggestion("s")?.shots == [3])
      #expect(try pool.use(of: 3).accepted == 1)
    }
    if version < 5 {
      // The signatures that version 5 brought are there for older exemplars, too.
      let near = ExemplarDraft(instruction: "ASK  4", input: "é", output: "say 4")
      let file = try folder.write(near.jsonLine.utf8)
      #expect(try pool.importFile(file).nearDuplicates.map(\.exemplar) == [5])
    }
    let place = folder.database.deletingLastPathComponent()
    let backups = try FileManager.default.contentsOfDirectory(atPath: place.path)
      .filter { $0.contains("before-migration") }
    #expect(backups.count == 1)
    let backup = place.appending(path: try #require(backups.first))
    let kept = try DatabaseQueue(path: backup.path).read {
      try Int.fetchOne($0, sql: "SELECT count(*) FROM exemplars")
    }
    #expect(kept == 20)
  }
}

@Suite struct BackupTests {
  @Test func aBackupComesBackAlsoForThoseWhoHaveItOpen() throws {
    let folder = try TemporaryFolder()
    let pool = try PromptPool(at: folder.database)
    let other = try PromptPool(at: folder.database)
    try pool.add(ExemplarDraft(instruction: "one", output: "1"))
    let backup = folder.url.appending(path: "backup.sqlite")
    try pool.backUp(to: backup)
    let mode = try FileManager.default.attributesOfItem(atPath: backup.path)[.posixPermissions]
    #expect(mode as? Int == 0o600)
    #expect(throws: PromptPoolError.self) { try pool.backUp(to: backup) }
    try pool.add(ExemplarDraft(instruction: "two", output: "2"))
    let kept = try #require(try pool.restoreBackup(from: backup))
    #expect(try pool.exemplars().map(\.instruction) == ["one"])
    #expect(try other.exemplars().map(\.instruction) == ["one"])
    #expect(try PromptPool(at: kept).count() == 2)
  }

  @Test func whatIsNoBackupIsRefused() throws {
    let folder = try TemporaryFolder()
    let pool = try PromptPool(at: folder.database)
    try pool.add(ExemplarDraft(instruction: "one", output: "1"))
    let file = try folder.write(Array(repeating: 65, count: 5000), to: "no.sqlite")
    #expect(throws: PromptPoolError.corrupt(path: file.path)) {
      try pool.restoreBackup(from: file)
    }
    #expect(throws: PromptPoolError.self) {
      try pool.restoreBackup(from: folder.url.appending(path: "none"))
    }
    #expect(try pool.count() == 1)
  }
}
