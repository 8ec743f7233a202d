import Foundation
import GRDB
import PromptPool
import TestSupport
import Testing

@Suite struct RecoveryTests {
  private struct Filled {
    let folder: TemporaryFolder
    let drafts: [ExemplarDraft]
    let suggestions: Set<String>
    var database: URL { folder.database }
  }

  /// 300 exemplars, some over several pages, edited, pinned and removed ones, and feedback; all in
  /// the main file.
  private func filled() throws -> Filled {
    let folder = try TemporaryFolder()
    var drafts = (0..<300).map { number in
      let text = String(repeating: "answer \(number) é ", count: number % 50 == 7 ? 900 : 3)
      return ExemplarDraft(instruction: "ask \(number)", output: text, tags: ["t"])
    }
    let pool = try PromptPool(at: folder.database)
    try pool.importFile(try folder.write(drafts.map { $0.jsonLine + "\n" }.joined().utf8))
    drafts[4] = ExemplarDraft(instruction: "ask anew", output: "answer")
    try pool.update(5, to: drafts[4])
    try pool.pin(6)
    try pool.remove(7)
    var suggestions: Set<String> = []
    for number in 0..<40 {
      let id = try pool.record(suggestion(shots: [Int64(number % 5 + 1)]))
      try pool.record(Feedback(suggestionID: id, event: .accepted, at: someDay))
      suggestions.insert(id)
    }
    _ = try pool.storeMatcher(parameters: Data([1, 2, 3]), encoder: "e", note: "n")
    let queue = try DatabaseQueue(path: folder.database.path)
    try queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)") }
    return Filled(folder: folder, drafts: drafts, suggestions: suggestions)
  }

  private func damage(_ file: URL, _ change: (inout [UInt8]) -> Void) throws {
    var bytes = Array(try Data(contentsOf: file))
    change(&bytes)
    try Data(bytes).write(to: file)
  }

  @Test func whatIsNoDatabaseIsSetAsideAndANewOneBegun() throws {
    let folder = try TemporaryFolder()
    let bytes = Array(String(repeating: "this is no database. ", count: 400).utf8)
    let file = try folder.write(bytes, to: "pool.sqlite")
    let opened = try PromptPool.openSettingDamageAside(at: file, clock: { someDay })
    let setAside = try #require(opened.setAside)
    #expect(setAside.lastPathComponent.hasPrefix("pool.sqlite-corrupt-20250615"))
    #expect(try Data(contentsOf: setAside) == Data(bytes))
    #expect(opened.pool.setAsideFiles.map(\.path) == [setAside.path])
    try opened.pool.add(ExemplarDraft(instruction: "a", output: "b"))
    let again = try PromptPool.openSettingDamageAside(at: file)
    #expect(again.setAside == nil)
    #expect(try again.pool.count() == 1)
  }

  /// Without the header and the schema SQLite can read nothing; the rows are all there.
  @Test func aLostHeaderLosesNothing() throws {
    let filled = try filled()
    try damage(filled.database) { bytes in
      for index in 0..<4096 { bytes[index] = 0xA5 }
    }
    let opened = try PromptPool.openSettingDamageAside(at: filled.database)
    let setAside = try #require(opened.setAside)
    let report = try opened.pool.recover(from: setAside)
    #expect(report.exemplars == 300 && report.versions == 1 && report.suggestions == 40)
    #expect(report.feedback == 40 && report.matchers == 1 && report.alreadyThere == 0)
    let all = try opened.pool.exemplars(includingRetired: true)
    #expect(all.map(\.draft) == filled.drafts)
    #expect(all.filter(\.isPinned).map(\.id) == [6])
    #expect(all.filter { $0.retiredAt != nil }.map(\.id) == [7])
    #expect(try opened.pool.history(of: 5).map(\.instruction) == ["ask 4"])
    #expect(try opened.pool.use(of: 1).accepted == 8)
    #expect(try Set(opened.pool.suggestions().map(\.id)) == filled.suggestions)
    let again = try opened.pool.recover(from: setAside)
    #expect(again.exemplars == 0 && again.alreadyThere == 300 && again.suggestions == 0)
    #expect(try opened.pool.search("anew").map(\.id) == [5])
    #expect(try opened.pool.damage().isEmpty)
  }

  /// Whatever is broken: nothing false is read, and with a few broken pages most is.
  @Test(arguments: 1...4) func randomDamage(seed: UInt64) throws {
    let filled = try filled()
    var generator = Generator(state: seed)
    try damage(filled.database) { bytes in
      let pages = bytes.count / 4096
      for _ in 0..<max(1, pages / 20) {
        let page = Int.random(in: 0..<pages, using: &generator)
        for index in page * 4096..<(page + 1) * 4096 {
          bytes[index] = UInt8.random(in: 0...255, using: &generator)
        }
      }
      for _ in 0..<20 {
        bytes[Int.random(in: bytes.indices, using: &generator)] ^=
          1 << Int.random(in: 0..<8, using: &generator)
      }
    }
    let pool = try PromptPool.inMemory()
    let report = try pool.recover(from: filled.database)
    let known = Set(
      filled.drafts + [ExemplarDraft(instruction: "ask 4", output: filled.drafts[4].output)])
    let found = try pool.exemplars(includingRetired: true)
    for exemplar in found where exemplar.tags == ["t"] && exemplar.language == nil {
      #expect(known.contains(exemplar.draft) || exemplar.instruction == "ask 4", "\(exemplar)")
    }
    #expect(report.exemplars == found.count && found.count >= 200, "\(report)")
  }

  /// What a process that was killed has left in the log only.
  @Test func theLogIsReadToo() throws {
    let folder = try TemporaryFolder()
    let pool = try PromptPool(at: folder.database)
    for number in 0..<50 {
      try pool.add(ExemplarDraft(instruction: "ask \(number)", output: "x"))
    }
    let copy = folder.url.appending(path: "copy.sqlite")
    for suffix in ["", "-wal"] {
      try FileManager.default.copyItem(
        atPath: folder.database.path + suffix, toPath: copy.path + suffix)
    }
    let report = try PromptPool.inMemory().recover(from: copy)
    #expect(report.exemplars == 50)
  }
}
