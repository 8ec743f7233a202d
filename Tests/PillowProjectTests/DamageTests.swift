import Foundation
import PillowProject
import PromptPool
import Settings
import Testing

@Suite struct DamageTests {
  @Test func aDamagedDatabaseIsSetAsideAndSharedPoolsAreReadAgain() throws {
    let scratch = try ScratchProject()
    try scratch.write([files], to: "team.jsonl")
    try { _ = try scratch.open().pool.add(haiku) }()
    try Data(repeating: 0x55, count: 100_000).write(to: scratch.database)
    let project = try scratch.open()
    #expect(project.isDurable && project.problems.count == 1)
    #expect(project.problems.first?.contains("run `pillow-lsp pool recover`") == true)
    #expect(try project.pool.exemplars().map(\.draft) == [files])
    #expect(project.pool.setAsideFiles.count == 1)
  }

  /// What is written to a file that nobody can open any more must not count as stored.
  @Test(arguments: [false, true])
  func aDatabaseThatIsTakenAwayIsOpenedAgain(isReplaced: Bool) async throws {
    let scratch = try ScratchProject()
    try scratch.write([files], to: "team.jsonl")
    let project = try scratch.open()
    let told = Told(project)
    let path = scratch.database.path
    for suffix in ["-wal", "-shm", ""] {
      try FileManager.default.removeItem(atPath: path + suffix)
    }
    if isReplaced { try PromptPool(at: scratch.database).add(rows) }
    #expect(throws: PromptPoolError.replaced(path: path)) { try project.pool.add(haiku) }
    _ = try await project.withPool { try $0.add(haiku) }
    #expect(told.problems.count == 1)
    let there = try PromptPool(at: scratch.database).exemplars().map(\.draft)
    #expect(Set(there) == Set([haiku, files] + (isReplaced ? [rows] : [])))
  }

  /// A database of no bytes is a new one to SQLite, and the old one's log would become its own.
  @Test func aDatabaseThatIsEmptiedIsSetAsideWithItsLog() async throws {
    let scratch = try ScratchProject()
    try scratch.write([files], to: "team.jsonl")
    let project = try scratch.open()
    try project.pool.add(rows)
    let told = Told(project)
    #expect(truncate(scratch.database.path, 0) == 0)
    #expect(throws: PromptPoolError.replaced(path: scratch.database.path)) {
      try project.pool.add(haiku)
    }
    _ = try await project.withPool { try $0.add(haiku) }
    #expect(told.problems.count == 1)
    #expect(told.problems.first?.contains("run `pillow-lsp pool recover`") == true)
    let there = try PromptPool(at: scratch.database)
    #expect(Set(try there.exemplars().map(\.draft)) == Set([haiku, files]))
    // The log still had what was written last.
    let setAside = try #require(there.setAsideFiles.first)
    _ = try there.recover(from: setAside)
    #expect(Set(try there.exemplars().map(\.draft)) == Set([haiku, files, rows]))
  }

  @Test func damageThatShowsInUseIsSetAsideToo() throws {
    let scratch = try ScratchProject()
    try scratch.write([files], to: "team.jsonl")
    let project = try scratch.open()
    let told = Told(project)
    for number in 0..<200 {
      try project.pool.add(ExemplarDraft(instruction: "ask \(number)", output: "say"))
    }
    let before = project.pool
    // All pages behind the first, while it is open; the log is short, so the file has most of it.
    let backup = scratch.folder.appending(path: "backup")
    try before.backUp(to: backup)
    var bytes = try Data(contentsOf: backup)
    for index in 4096..<bytes.count { bytes[index] = 0x55 }
    for suffix in ["-wal", "-shm"] {
      try FileManager.default.removeItem(atPath: scratch.database.path + suffix)
    }
    try bytes.write(to: scratch.database)
    let damaged = try scratch.open(goesOn: true)
    let toldOfDamaged = Told(damaged)
    var failure: (any Error)?
    do { _ = try damaged.pool.exemplars() } catch { failure = error }
    if let failure {
      #expect(damaged.recovers(from: failure))
      #expect(toldOfDamaged.problems.count == 1)
    }
    #expect(try damaged.pool.exemplars().map(\.draft) == [files])
    #expect(!damaged.recovers(from: PromptPoolError.suggestionNotFound("x")))
    #expect(told.problems.isEmpty)
  }

  /// A file stands where the folder would be.
  @Test func withoutADatabaseTheServerGoesOnInMemory() throws {
    let scratch = try ScratchProject()
    try scratch.write([files], to: "team.jsonl")
    try FileManager.default.createDirectory(
      at: scratch.database, withIntermediateDirectories: true)
    #expect(throws: PromptPoolError.self) { try scratch.open() }
    let project = try scratch.open(goesOn: true)
    #expect(!project.isDurable && project.problems.count == 1)
    #expect(project.problems.first?.contains("nothing is remembered") == true)
    #expect(try project.pool.exemplars().map(\.draft) == [files])
  }

  @Test func settingsOfHarvestAndHistoryAreRead() throws {
    let scratch = try ScratchProject()
    let file = scratch.root.appending(path: ".pillow/config.json")
    try Data(#"{"harvest": "never", "historyDays": 30}"#.utf8).write(to: file)
    let project = try scratch.open()
    #expect(project.settings.harvest == .never && project.settings.historyDays == 30)
    let now = Date()
    for days in [10.0, 50] {
      try project.pool.record(
        Suggestion(
          createdAt: now.addingTimeInterval(-86_400 * days), instruction: "i", draws: [],
          propensity: 1, policyVersion: "v", temperature: 1, model: "m", text: "t"))
    }
    #expect(try project.removeOldHistory(now: now) == 1)
  }
}
