import Foundation
import GRDB
import PromptPool
import TestSupport
import Testing

@Suite struct SearchTests {
  private func filled() throws -> (pool: PromptPool, ids: [Int64]) {
    let pool = try PromptPool.inMemory(clock: { someDay })
    let drafts = [
      ExemplarDraft(instruction: "Sort a list of files", output: "ls -S", tags: ["shell"]),
      ExemplarDraft(instruction: "Sort rows by date", output: "ORDER BY", language: "sql"),
      ExemplarDraft(instruction: "Describe a picture", output: "A sorted shelf."),
    ]
    let names = ["a", "b", "a"]
    let ids = try zip(drafts, names).map { try pool.add($0, pool: $1, origin: $1 + ".jsonl").id }
    return (pool, ids)
  }

  @Test func snippetsShowWhatWasFound() throws {
    let (pool, ids) = try filled()
    let found = try pool.search("files", near: [], filter: ExemplarFilter())
    #expect(found.map(\.exemplar.id) == [ids[0]])
    #expect(found.first?.snippet == "Sort a list of ⟦files⟧")
    #expect(found.first?.textRank == 1 && found.first?.meaningRank == nil)
  }

  @Test func wordsAndMeaningAreMerged() throws {
    let (pool, ids) = try filled()
    let found = try pool.search("files", near: [ids[1], ids[0]], filter: ExemplarFilter())
    #expect(found.map(\.exemplar.id) == [ids[0], ids[1]])
    #expect(found[0].textRank == 1 && found[0].meaningRank == 2)
    #expect(abs(found[0].score - (1.0 / 61 + 1.0 / 62)) < 1e-12)
    #expect(found[1].snippet == nil)
  }

  @Test func filtersHoldForBoth() throws {
    let (pool, ids) = try filled()
    func found(_ filter: ExemplarFilter) throws -> Set<Int64> {
      Set(try pool.search("sort", near: ids, filter: filter).map(\.exemplar.id))
    }
    #expect(try found(ExemplarFilter()) == Set(ids))
    #expect(try found(ExemplarFilter(pool: "a")) == [ids[0], ids[2]])
    #expect(try found(ExemplarFilter(tag: "shell")) == [ids[0]])
    #expect(try found(ExemplarFilter(language: "sql")) == [ids[1]])
    #expect(try found(ExemplarFilter(origin: "b.jsonl")) == [ids[1]])
    #expect(try found(ExemplarFilter(createdAfter: someDay + 1)).isEmpty)
    #expect(try found(ExemplarFilter(createdBefore: someDay)).isEmpty)
    let suggested = try pool.record(suggestion(shots: [ids[0]]))
    try pool.record(Feedback(suggestionID: suggested, event: .shown, at: someDay))
    #expect(try found(ExemplarFilter(use: .shown)) == [ids[0]])
    #expect(try found(ExemplarFilter(use: .accepted)).isEmpty)
    #expect(try found(ExemplarFilter(use: .never)) == [ids[1], ids[2]])
    try pool.remove(ids[2])
    #expect(try found(ExemplarFilter(pool: "a")) == [ids[0]])
  }

  @Test func poolsAreMergedAndSplit() throws {
    let (pool, ids) = try filled()
    #expect(try pool.split(pool: "a", tag: "shell", into: "c") == 1)
    #expect(try pool.exemplars(pool: "c").map(\.id) == [ids[0]])
    #expect(try pool.merge(pool: "a", into: "b") == 1)
    #expect(try pool.exemplars(pool: "b").map(\.id) == [ids[1], ids[2]])
  }
}

@Suite struct LargeSearchTests {
  /// Words that more rows hold than are ranked: the rare word decides, and common ones alone find
  /// what is dense.
  @Test func commonWordsDoNotDecide() throws {
    let folder = try TemporaryFolder()
    let pool = try PromptPool(at: folder.database)
    let lines =
      (0..<4500).map { number in
        let word = number % 500 == 7 ? "zebra" : "horse\(number)"
        return ExemplarDraft(
          instruction: "count the \(word)", output: "the filler of line \(number)"
        ).jsonLine + "\n"
      } + [ExemplarDraft(instruction: "count the count", output: "the count").jsonLine + "\n"]
    let options = ImportOptions(keepsNearDuplicates: true)
    let file = try folder.write(lines.joined().utf8)
    #expect(try pool.importFile(file, options: options).added == 4501)
    let found = try pool.search("count the zebra", near: [], filter: ExemplarFilter())
    #expect(found.count == 9 && found.allSatisfy { $0.exemplar.instruction == "count the zebra" })
    #expect(found.first?.snippet?.contains("⟦zebra⟧") == true)
    #expect(try pool.search("hors", limit: 3).count == 3)
    let dense = try pool.search("the count")
    #expect(dense.count == 20)
    #expect(try pool.search("count", near: [], filter: ExemplarFilter(origin: "none")).isEmpty)
  }

  /// A pool as large as that by its numbers: a beginning stands for the words that are next in
  /// order.
  @Test func beginningsCountInAVeryLargePool() throws {
    let folder = try TemporaryFolder()
    try PromptPool(at: folder.database).add(ExemplarDraft(instruction: "first", output: "1"))
    let queue = try DatabaseQueue(path: folder.database.path)
    try queue.write { try $0.execute(sql: "UPDATE sqlite_sequence SET seq = 1000000") }
    try queue.close()
    let pool = try PromptPool(at: folder.database)
    let words = ["sort", "sorted", "sorting", "Café", "cafés", "s", "한국어", "été"]
    for word in words { try pool.add(ExemplarDraft(instruction: "do \(word)", output: "x")) }
    for number in 0..<40 {
      try pool.add(ExemplarDraft(instruction: "do tail\(number)", output: "x"))
    }
    func found(_ text: String) throws -> Set<String> {
      Set(try pool.search(text, limit: 100).map { String($0.instruction.dropFirst(3)) })
    }
    #expect(try found("sort") == ["sort", "sorted", "sorting"])
    #expect(try found("sorte") == ["sorted"])
    #expect(try found("café") == ["Café", "cafés"])
    #expect(try found("cafe") == ["Café", "cafés"])
    #expect(try found("한국어") == ["한국어"])
    #expect(try found("ét") == ["été"])
    #expect(try found("sorts").isEmpty)
    #expect(try found("tail").count == 6)
    #expect(try found("tail7 été") == ["tail7", "été"])
    let sorted = try #require(try pool.search("sorted").first)
    try pool.remove(sorted.id)
    #expect(try found("sort") == ["sort", "sorting"])
  }

  /// A beginning that no exemplar holds as a word, and that many go on from.
  @Test func theBeginningOfACommonWordFindsIt() throws {
    let folder = try TemporaryFolder()
    let pool = try PromptPool(at: folder.database)
    let lines = (0..<17_000).map {
      ExemplarDraft(instruction: "number \($0) without end", output: "x").jsonLine + "\n"
    }
    let options = ImportOptions(keepsNearDuplicates: true)
    #expect(
      try pool.importFile(folder.write(lines.joined().utf8), options: options).added == 17_000)
    let found = try pool.search("withou", near: [], filter: ExemplarFilter())
    #expect(found.count == 20)
    #expect(found.allSatisfy { $0.snippet?.contains("⟦without⟧") == true })
    #expect(try pool.search("withou 16999").first?.instruction == "number 16999 without end")
  }
}
