import Foundation
import Kernels
import PromptPool
import TestSupport
import Testing

@Suite struct ForgetTests {
  private let secret = "the plan of the northern harbour tunnel"

  @Test func nothingOfItIsLeftInAnyFile() throws {
    let folder = try TemporaryFolder()
    let pool = try PromptPool(at: folder.database)
    let other = try pool.add(ExemplarDraft(instruction: "keep", output: "this"))
    let draft = ExemplarDraft(instruction: "quuxify it", input: "zyzzyva", output: secret + " 1")
    let exemplar = try pool.add(draft)
    try pool.update(
      exemplar.id, to: ExemplarDraft(instruction: "quuxify it", output: secret + " 2"))
    let quoting = try pool.add(
      ExemplarDraft(instruction: "say again", output: "It says: " + secret + " 2."))
    try pool.store(
      embeddings: [(id: exemplar.id, vector: [1, 0]), (id: other.id, vector: [0, 1])], encoder: "e")
    let team = ThreadTeam(threads: 1)
    #expect(try pool.vectorIndex(encoder: "e", team: team).count == 2)
    try pool.record(suggestion(shots: [exemplar.id]))
    try pool.record(suggestion(shots: [quoting.id]))
    var quotes = suggestion(shots: [other.id])
    quotes.text = "so " + secret + " 1"
    try pool.record(quotes)
    let kept = try pool.record(suggestion(shots: [other.id]))

    let report = try pool.forget(exemplar.id)
    #expect(report.versions == 1 && report.quotingExemplars == [quoting.id])
    #expect(try pool.suggestions().map(\.id) == [kept])
    #expect(try pool.exemplars(includingRetired: true).map(\.id) == [other.id])
    #expect(
      try pool.vectorIndex(encoder: "e", team: team).nearest(to: [1, 0], count: 9).map(\.id) == [
        other.id
      ])
    let place = folder.database.deletingLastPathComponent()
    for name in try FileManager.default.contentsOfDirectory(atPath: place.path) {
      let data = try Data(contentsOf: place.appending(path: name))
      for word in [secret, "quuxif", "zyzzyva"] {
        #expect(data.range(of: Data(word.utf8)) == nil, "\(name) still holds \(word)")
      }
    }
    #expect(throws: PromptPoolError.exemplarNotFound(exemplar.id)) { try pool.forget(exemplar.id) }
  }

  /// An answer is indented where it is inserted, and files have other line ends.
  @Test func quotesAreFoundWhateverTheirWhiteSpace() throws {
    let pool = try PromptPool.inMemory()
    let other = try pool.add(ExemplarDraft(instruction: "keep", output: "this"))
    let exemplar = try pool.add(
      ExemplarDraft(instruction: "plan", output: secret + "\n  with two gates\nand a lock"))
    var ofInstruction = suggestion(shots: [other.id])
    ofInstruction.instruction = "Rewrite: " + secret + " with two gates and a lock."
    var indented = suggestion(shots: [other.id])
    indented.input = "- a list\n\n      " + secret + "\n        with two gates\n      and a lock"
    var nearly = suggestion(shots: [other.id])
    nearly.text = secret + " with one gate"
    for one in [ofInstruction, indented, nearly] { try pool.record(one) }
    let id = try #require(
      try pool.record(Outcome(at: someDay, instruction: "plan", encoder: "e", vector: [1, 0])))
    let standing = "# " + secret + "\r\n  with two gates\r\n\tand a lock\r\n"
    try pool.record(StandingText(standing, kind: .typed, at: someDay), ofOutcome: id)
    let quoting = try pool.add(
      ExemplarDraft(instruction: "quote\n" + secret + " with two gates and a lock", output: "x"))
    let report = try pool.forget(exemplar.id)
    #expect(report.quotingExemplars == [quoting.id] && report.suggestions == 2)
    let left = try pool.suggestions()
    #expect(left.contains { $0.text == nearly.text })
    #expect(!left.contains { $0.instruction.contains(secret) || $0.input.contains(secret) })
    #expect(try pool.outcome(id) == nil)
  }

  @Test func filesThatNobodyAskedForDoNotBringItBack() throws {
    let folder = try TemporaryFolder()
    let shared = folder.url.appending(path: "pools")
    try FileManager.default.createDirectory(at: shared, withIntermediateDirectories: true)
    let drafts = (0..<4).map { ExemplarDraft(instruction: "ask \($0)", output: "say \($0)") }
    let lines = drafts.map { $0.jsonLine + "\n" }.joined()
    let starter = try folder.write(lines.utf8)
    try Data(lines.utf8).write(to: shared.appending(path: "a.jsonl"))
    let pool = try PromptPool(at: folder.database)
    _ = try pool.readSharedPools(in: shared)
    try pool.forget(1)
    try pool.remove(2)
    try pool.update(3, to: ExemplarDraft(instruction: "ask two", output: "say 2"))
    let unasked = ImportOptions(respectsRemovals: true)
    #expect(try pool.importFile(starter, options: unasked).added == 0)
    try Data((lines + "\n").utf8).write(to: shared.appending(path: "a.jsonl"))
    #expect(try pool.readSharedPools(in: shared).added == 0)
    #expect(try pool.exemplars().map(\.instruction) == ["ask two", "ask 3"])
    // Asked for, all of it comes.
    #expect(try pool.importFile(starter).added == 3)
  }
}

@Suite struct HistoryTests {
  @Test func oldSuggestionsGoWithWhatWasSaid() throws {
    let pool = try PromptPool.inMemory()
    for day in 0..<1200 {
      var old = suggestion(shots: [])
      old.createdAt = someDay.addingTimeInterval(-86_400 * Double(day))
      try pool.record(old)
      try pool.record(Feedback(suggestionID: old.id, event: .shown, at: old.createdAt))
    }
    #expect(try pool.removeHistory(before: someDay.addingTimeInterval(-86_400 * 99.5)) == 1100)
    let statistics = try pool.statistics()
    #expect(statistics.suggestions == 100 && statistics.feedback == ["shown": 100])
  }

  @Test func spaceIsToldByParts() throws {
    let folder = try TemporaryFolder()
    let pool = try PromptPool(at: folder.database)
    for number in 0..<50 {
      try pool.add(
        ExemplarDraft(instruction: "\(number)", output: String(repeating: "x", count: 2000)))
    }
    try pool.backUp(to: URL(filePath: folder.database.path + "-copy"))
    let space = try pool.space()
    #expect(
      space.first?.what == "copies" || space.first?.what == "exemplars"
        || space.first?.what == "write-ahead log")
    let exemplars = try #require(space.first { $0.what == "exemplars" })
    #expect(exemplars.bytes >= 100_000 && exemplars.bytes < 400_000)
    #expect(space.contains { $0.what == "full-text index" && $0.bytes >= 4096 })
  }

  @Test func theRevisionFollowsWhatCanBeMatched() throws {
    let folder = try TemporaryFolder()
    let (pool, other) = (try PromptPool(at: folder.database), try PromptPool(at: folder.database))
    var seen = Set([try other.revision()])
    func expectNew(_ what: String) throws {
      #expect(seen.insert(try other.revision()).inserted, "\(what)")
    }
    let id = try pool.add(ExemplarDraft(instruction: "a", output: "b")).id
    try expectNew("added")
    try pool.store(embedding: [1], of: id, encoder: "e")
    try expectNew("embedded")
    try pool.pin(id)
    try expectNew("pinned")
    try pool.mute(id)
    try expectNew("muted")
    try pool.remove(id)
    try expectNew("removed")
    try pool.serveMatcher(try pool.storeMatcher(parameters: Data(), encoder: "e"))
    try expectNew("network")
    try pool.record(suggestion(shots: []))
    #expect(seen.contains(try other.revision()))
  }
}
