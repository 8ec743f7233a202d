import Foundation
import GRDB
import PromptPool
import TestSupport
import Testing

/// Processes that are killed at random moments lose nothing that they acknowledged, and leave a
/// whole database.
///
/// `Scripts/kill-test` repeats it 300 times. `PILLOW_LSP_KILLS` is the number, `PILLOW_LSP_SEED`
/// where chance starts.
@Suite(.serialized) struct KillTests {
  private static let kills = number("PILLOW_LSP_KILLS") ?? 30
  private static let seed = UInt64(number("PILLOW_LSP_SEED") ?? 1)

  private static func number(_ name: String) -> Int? {
    ProcessInfo.processInfo.environment[name].flatMap { Int($0) }
  }

  private func seconds(_ body: () throws -> Void) throws -> Double {
    try ContinuousClock().measure(body) / .seconds(1)
  }

  private func expectWhole(_ pool: PromptPool, _ what: String) throws {
    let damage = try pool.damage()
    #expect(damage.isEmpty, "\(what): \(damage)")
  }

  /// The numbers after a word in what a process said.
  private func numbers(_ lines: [String], after word: String) -> [Int64] {
    lines.compactMap { $0.hasPrefix(word + " ") ? Int64($0.dropFirst(word.count + 1)) : nil }
  }

  @Test func imports() throws {
    let folder = try TemporaryFolder()
    var generator = Generator(state: Self.seed)
    let drafts = (0..<1500).map { ExemplarDraft(instruction: "ask \($0)", output: "say \($0)") }
    let file = try folder.write(drafts.map { $0.jsonLine + "\n" }.joined().utf8)
    let whole = try seconds {
      let run = try WriterProcess(["import", folder.database.path, file.path]).finish()
      #expect(run.lines.last == "imported 1500", "\(run.errors)")
    }
    var acknowledged = 0
    for kill in 0..<Self.kills / 3 {
      let database = folder.url.appending(path: "import-\(kill)/pool.sqlite")
      let lines = try WriterProcess(["import", database.path, file.path])
        .kill(after: .random(in: 0...whole, using: &generator))
      let told = Int(numbers(lines, after: "imported").last ?? 0)
      let pool = try PromptPool(at: database)
      try expectWhole(pool, "import \(kill)")
      let there = try pool.exemplars()
      #expect(there.count >= told)
      #expect(there.map(\.draft) == Array(drafts.prefix(there.count)), "import \(kill)")
      #expect(try pool.search("say 7").isEmpty == there.isEmpty)
      #expect(try pool.importFile(file).added == 1500 - there.count)
      acknowledged += told
    }
    print("import: \(Self.kills / 3) kills, \(acknowledged) exemplars acknowledged, all there")
  }

  @Test func feedback() throws {
    let folder = try TemporaryFolder()
    var generator = Generator(state: Self.seed + 1)
    let database = folder.database
    let pool = try PromptPool(at: database)
    for number in 0..<4 { try pool.add(ExemplarDraft(instruction: "\(number)", output: "x")) }
    var acknowledged: Set<String> = []
    var rows: [Int64] = []
    for kill in 0..<Self.kills / 3 {
      let lines = try WriterProcess(["feedback", database.path, "run\(kill)"])
        .kill(after: .random(in: 0...0.6, using: &generator))
      let ids = lines.filter { $0.hasPrefix("suggestion ") }.map { String($0.dropFirst(11)) }
      acknowledged.formUnion(ids)
      rows += numbers(lines, after: "feedback")
      // A process that has it open meanwhile, and one that opens it now.
      for reader in [pool, try PromptPool(at: database)] {
        try expectWhole(reader, "feedback \(kill)")
        for id in ids { #expect(try reader.suggestion(id) != nil, "\(id)") }
      }
    }
    let stored = try DatabaseQueue(path: database.path).read {
      try Set(Int64.fetchAll($0, sql: "SELECT id FROM feedback"))
    }
    #expect(stored.isSuperset(of: rows))
    #expect(try Set(pool.suggestions(limit: .max).map(\.id)).isSuperset(of: acknowledged))
    print(
      "feedback: \(Self.kills / 3) kills, \(acknowledged.count) suggestions and \(rows.count) "
        + "events acknowledged, all there")
  }

  @Test func learning() throws {
    let folder = try TemporaryFolder()
    var generator = Generator(state: Self.seed + 3)
    let pool = try PromptPool(at: folder.database)
    var (outcomes, standing): (Set<Int64>, Set<Int64>) = ([], [])
    for kill in 0..<Self.kills / 3 {
      let lines = try WriterProcess(["learn", folder.database.path, "run\(kill)"])
        .kill(after: .random(in: 0...0.6, using: &generator))
      outcomes.formUnion(numbers(lines, after: "outcome"))
      standing.formUnion(numbers(lines, after: "standing"))
      try expectWhole(pool, "learning \(kill)")
    }
    let stored = try DatabaseQueue(path: folder.database.path).read { db in
      (
        try Set(Int64.fetchAll(db, sql: "SELECT id FROM outcomes")),
        try Set(Int64.fetchAll(db, sql: "SELECT id FROM outcomes WHERE standing IS NOT NULL"))
      )
    }
    #expect(stored.0.isSuperset(of: outcomes))
    #expect(stored.1.isSuperset(of: standing))
    print(
      "learning: \(Self.kills / 3) kills, \(outcomes.count) outcomes and \(standing.count) texts "
        + "acknowledged, all there")
  }

  private let oldDrafts = (0..<1500).map {
    ExemplarDraft(instruction: "ask \($0)", output: "say \($0)")
  }

  @Test func migrations() throws {
    let folder = try TemporaryFolder()
    var generator = Generator(state: Self.seed + 2)
    func old(_ name: String, _ version: Int) throws -> URL {
      let database = folder.url.appending(path: name + "/pool.sqlite")
      try PromptPool.makeEarlierVersion(version, at: database)
      let queue = try DatabaseQueue(path: database.path)
      try queue.write { db in
        for draft in oldDrafts {
          try db.execute(
            sql: """
              INSERT INTO exemplars (instruction, input, output, tags, origin, pool, contentHash,
                version, createdAt, updatedAt, isPinned, isMuted)
              VALUES (?, '', ?, '[]', 'o', 'p', ?, 1, 5, 6, 0, 0)
              """,
            arguments: [draft.instruction, draft.output, draft.contentHash])
        }
      }
      try queue.close()
      return database
    }
    let first = try old("first", 3)
    let whole = try seconds {
      let run = try WriterProcess(["migrate", first.path]).finish()
      #expect(run.lines == ["opened"], "\(run.errors)")
    }
    var finished = 0
    for kill in 0..<Self.kills / 3 {
      let database = try old("migrate-\(kill)", 1 + kill % 6)
      let lines = try WriterProcess(["migrate", database.path])
        .kill(after: .random(in: 0...whole, using: &generator))
      finished += lines.count
      let pool = try PromptPool(at: database)
      try expectWhole(pool, "migration \(kill)")
      #expect(try pool.exemplars().map(\.draft) == oldDrafts)
      #expect(try pool.search("ask 77").first?.instruction == "ask 77")
      try expectBackupsWhole(database.deletingLastPathComponent())
    }
    print(
      "migration: \(Self.kills / 3) kills, \(finished) after the end, 1500 exemplars there each time"
    )
  }

  private func expectBackupsWhole(_ folder: URL) throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    for name in names where name.contains("before-migration") {
      #expect(!name.contains(".part"))
      let count = try DatabaseQueue(path: folder.appending(path: name).path).read {
        try Int.fetchOne($0, sql: "SELECT count(*) FROM exemplars")
      }
      #expect(count == 1500)
    }
  }
}

@Suite struct ManyProcessesTests {
  /// Two that open it for each row, one that imports, and one that stays.
  @Test func nobodySeesALockAndNothingIsLost() throws {
    let folder = try TemporaryFolder()
    let drafts = (0..<1500).map { ExemplarDraft(instruction: "ask \($0)", output: "say \($0)") }
    let file = try folder.write(drafts.map { $0.jsonLine + "\n" }.joined().utf8)
    let database = folder.database.path
    let writers = try [
      WriterProcess(["add", database, "a", "40"]), WriterProcess(["add", database, "b", "40"]),
      WriterProcess(["import", database, file.path]),
    ]
    let pool = try PromptPool(at: folder.database)
    for number in 0..<40 {
      let id = try pool.add(ExemplarDraft(instruction: "c \(number)", output: "x")).id
      let suggested = try pool.record(suggestion(shots: [id]))
      try pool.record(Feedback(suggestionID: suggested, event: .shown, at: someDay))
    }
    for writer in writers {
      let run = try writer.finish()
      #expect(run.code == 0 && run.errors.isEmpty, "\(run.errors)")
    }
    let statistics = try pool.statistics()
    #expect(statistics.exemplars == 1500 + 120)
    #expect(statistics.suggestions == 120 && statistics.feedback == ["shown": 120])
    #expect(try pool.damage().isEmpty)
  }
}
