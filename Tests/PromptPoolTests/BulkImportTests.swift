import Foundation
import GRDB
import PromptPool
import TestSupport
import Testing

/// What imports do otherwise than single additions must come to the same.
@Suite struct BulkImportTests {
  private func lines(_ drafts: [ExemplarDraft]) -> [UInt8] {
    Array(drafts.map { $0.jsonLine + "\n" }.joined().utf8)
  }

  private func checkIndex(_ database: URL) throws {
    let queue = try DatabaseQueue(path: database.path)
    try queue.write { db in
      // Compares the index with the texts; an error when they differ.
      try db.execute(
        sql: "INSERT INTO exemplarText (exemplarText, rank) VALUES ('integrity-check', 1)")
      let names = try String.fetchSet(
        db, sql: "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'exemplars'")
      #expect(
        names.isSuperset(of: ["exemplarTextInsert", "exemplarTextDelete", "exemplarTextUpdate"]))
    }
  }

  @Test func theTextIndexFollowsEveryWayIn() throws {
    let folder = try TemporaryFolder()
    let pool = try PromptPool(at: folder.database)
    var options = ImportOptions()
    options.smallestBatch = 7
    let drafts = (0..<40).map { ExemplarDraft(instruction: "Number \($0)", output: "apple \($0)") }
    #expect(try pool.importFile(folder.write(lines(drafts)), options: options).added == 40)
    let single = try pool.add(ExemplarDraft(instruction: "One more", output: "pear"))
    try pool.update(single.id, to: ExemplarDraft(instruction: "One more", output: "plum"))
    try pool.remove(3)
    #expect(try pool.importFile(folder.write(lines(drafts)), options: options).added == 1)
    let shared = folder.url.appending(path: "shared")
    try FileManager.default.createDirectory(at: shared, withIntermediateDirectories: true)
    try Data(lines([ExemplarDraft(instruction: "Ours", output: "quince")])).write(
      to: shared.appending(path: "team.jsonl"))
    #expect(try pool.readSharedPools(in: shared).added == 1)
    for (word, count) in [("apple", 40), ("pear", 0), ("plum", 1), ("quince", 1)] {
      #expect(try pool.search(word, limit: 100).count == count, "\(word)")
    }
    try checkIndex(folder.database)
  }

  @Test func aRefusedImportLeavesTheIndexAsItWas() throws {
    let folder = try TemporaryFolder()
    let pool = try PromptPool(at: folder.database)
    let file = try folder.write(
      lines([ExemplarDraft(instruction: "One", output: "apple")]) + Array("bad\n".utf8))
    #expect(try pool.importFile(file, options: ImportOptions(isStrict: true)).isRefused)
    #expect(try pool.search("apple").isEmpty)
    try pool.add(ExemplarDraft(instruction: "Two", output: "pear"))
    #expect(try pool.search("pear").count == 1)
    try checkIndex(folder.database)
  }

  /// One character of four hundred leaves a Jaccard similarity of at least 0.97, at which no pair
  /// of these is missed; sixty of them leave less than a half.
  @Test func variantsAreFoundAndOthersAreNot() throws {
    let folder = try TemporaryFolder()
    var random = SplitMix(state: 7)
    func text(_ length: Int) -> [UInt8] { (0..<length).map { _ in random.letter() } }
    func changed(_ text: [UInt8], _ places: Int) -> [UInt8] {
      var text = text
      for number in 0..<places {
        text[number * text.count / places + text.count / places / 2] = UInt8(ascii: "0")
      }
      return text
    }
    var drafts: [ExemplarDraft] = []
    for number in 0..<300 {
      let base = text(400)
      for variant in [base, changed(base, 1), changed(base, 60)] {
        drafts.append(
          ExemplarDraft(
            instruction: "Shorten it.", output: String(decoding: variant, as: UTF8.self)))
      }
      if number % 3 == 0 {
        drafts.append(ExemplarDraft(instruction: "Say \(number).", output: "é\(number)"))
      }
    }
    var options = ImportOptions()
    options.smallestBatch = 50
    let pool = try PromptPool(at: folder.database)
    let report = try pool.importFile(folder.write(lines(drafts)), options: options)
    #expect(report.nearDuplicateCount == 300)
    #expect(report.nearDuplicates.allSatisfy { $0.similarity >= 0.9 && $0.similarity < 1 })
    #expect(report.added == 700 && report.rejectedCount == 0)
  }
}

private struct SplitMix {
  var state: UInt64

  mutating func letter() -> UInt8 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return UInt8(ascii: "a") + UInt8((z ^ (z >> 31)) % 26)
  }
}
