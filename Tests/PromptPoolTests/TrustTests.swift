import Foundation
import GRDB
import PromptPool
import TestSupport
import Testing

@Suite struct TrustTests {
  @Test func migrationsAreNamedAndInOrder() throws {
    let folder = try TemporaryFolder()
    _ = try PromptPool(at: folder.database)
    let names = try DatabaseQueue(path: folder.database.path).read {
      try String.fetchAll($0, sql: "SELECT identifier FROM grdb_migrations ORDER BY identifier")
    }
    #expect(
      names == [
        "001-exemplars", "002-suggestions-and-feedback", "003-matcher-versions",
        "004-full-text-index", "005-origins", "006-vector-state", "007-harvest",
        "008-draws", "009-learning", "010-mining", "012-teams", "013-mined-twins",
        "014-fit", "015-team-outcomes", "016-team-member",
      ])
  }

  @Test func aDatabaseOfANewerVersionIsRefused() throws {
    let folder = try TemporaryFolder()
    try { _ = try PromptPool(at: folder.database) }()
    try DatabaseQueue(path: folder.database.path).write {
      try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('999-future')")
    }
    let error = #expect(throws: PromptPoolError.newerVersion(path: folder.database.path)) {
      try PromptPool(at: folder.database)
    }
    #expect(
      error?.description == "The prompt pool \(folder.database.path) was written by a newer "
        + "pillow-lsp; update this one to use it.")
  }

  @Test func whatIsNoDatabaseIsRefusedAndLeftAlone() throws {
    let folder = try TemporaryFolder()
    let bytes = Array(String(repeating: "this is no database. ", count: 400).utf8)
    let file = try folder.write(bytes, to: "pool.sqlite")
    #expect(throws: PromptPoolError.corrupt(path: file.path)) { try PromptPool(at: file) }
    #expect(try Data(contentsOf: file) == Data(bytes))
  }

  @Test(.enabled(if: geteuid() != 0, "root may write everywhere"))
  func aReadOnlyFolderIsNamed() throws {
    let folder = try TemporaryFolder()
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o500], ofItemAtPath: folder.url.path)
    let file = folder.url.appending(path: "pool.sqlite")
    #expect(throws: PromptPoolError.readOnly(path: file.path)) { try PromptPool(at: file) }
  }

  @Test func writesWaitForTheDisk() throws {
    let folder = try TemporaryFolder()
    let pool = try PromptPool(at: folder.database)
    #expect(try pool.synchronousLevel() == 2)
    #expect(try pool.journalMode() == "wal")
  }

  @Test func aFolderThatCannotBeMadeIsNamed() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write("x".utf8, to: "file")
    let error = #expect(throws: PromptPoolError.self) {
      try PromptPool(at: file.appending(path: "below/pool.sqlite"))
    }
    #expect(error?.description.contains("\(file.path)/below cannot be created") == true)
  }

  @Test func twoPoolsOnOneFileLoseNothing() async throws {
    let folder = try TemporaryFolder()
    let database = folder.database
    try await withThrowingTaskGroup(of: Void.self) { group in
      for writer in 0..<4 {
        group.addTask {
          let pool = try PromptPool(at: database)
          for number in 0..<25 {
            let exemplar = try pool.add(
              ExemplarDraft(instruction: "\(writer) \(number)", output: "x"))
            let id = try pool.record(suggestion(shots: [exemplar.id]))
            try pool.record(Feedback(suggestionID: id, event: .shown, at: someDay))
          }
        }
      }
      try await group.waitForAll()
    }
    let statistics = try PromptPool(at: database).statistics()
    #expect(statistics.exemplars == 100 && statistics.suggestions == 100)
    #expect(statistics.feedback == ["shown": 100])
  }
}
