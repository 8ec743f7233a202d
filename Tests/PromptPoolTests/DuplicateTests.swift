import Foundation
import PromptPool
import TestSupport
import Testing

@Suite struct DuplicateTests {
  private let long = (0..<40).map { "word number \($0) of a text" }.joined(separator: ", ")

  private func lines(_ drafts: [ExemplarDraft]) -> String {
    drafts.map { $0.jsonLine + "\n" }.joined()
  }

  @Test func whatIsNearlyTheSameIsKeptOnceAndReported() throws {
    let folder = try TemporaryFolder()
    let drafts = [
      ExemplarDraft(instruction: "Shorten the text.", input: long, output: "Forty words."),
      ExemplarDraft(instruction: "shorten  the TEXT.", input: long + "!", output: "Forty words."),
      ExemplarDraft(instruction: "Translate the text.", input: long, output: "Forty words."),
      ExemplarDraft(instruction: "Shorten the text.", input: long, output: "Fifty words."),
    ]
    let file = try folder.write(lines(drafts).utf8)
    let pool = try PromptPool.inMemory()
    let report = try pool.importFile(file)
    #expect(report.added == 3 && report.nearDuplicateCount == 1)
    #expect(report.nearDuplicates.first?.line == 2 && report.nearDuplicates.first?.exemplar == 1)
    let again = try pool.importFile(file)
    #expect(again.added == 0 && again.duplicates == 3 && again.nearDuplicateCount == 1)
    #expect(try pool.importFile(file, options: ImportOptions(keepsNearDuplicates: true)).added == 1)
  }

  @Test func shortAnswersThatDifferAreNoDuplicates() throws {
    let folder = try TemporaryFolder()
    let drafts = (0..<50).map {
      ExemplarDraft(instruction: "What is \($0) plus one?", output: "\($0 + 1)")
    }
    let pool = try PromptPool.inMemory()
    #expect(try pool.importFile(try folder.write(lines(drafts).utf8)).added == 50)
  }

  /// Of real instructions nearly nothing may be taken for another's twin.
  @Test(.enabled(if: TestData.folder != nil, "../shared/data is missing"))
  func realInstructionsStay() throws {
    let folder = try #require(TestData.folder)
    for name in ["alpaca-en", "code-alpaca", "seed-tasks"] {
      let pool = try PromptPool.inMemory()
      let report = try pool.importFile(folder.appending(path: name + ".jsonl"))
      #expect(report.nearDuplicateCount * 100 <= report.added, "\(name): \(report)")
    }
  }
}

@Suite struct StrictImportTests {
  @Test func aStrictImportTakesAllOrNothing() throws {
    let folder = try TemporaryFolder()
    let good = #"{"instruction":"a","output":"b"}"#
    let pool = try PromptPool(at: folder.database)
    let options = ImportOptions(isStrict: true)
    let report = try pool.importFile(
      try folder.write("\(good)\nbad\n{}\n".utf8), options: options)
    #expect(report.isRefused && report.added == 0)
    #expect(report.rejected.map(\.line) == [2, 3])
    #expect(try pool.count() == 0)
    #expect(try pool.importFile(try folder.write(good.utf8), options: options).added == 1)
  }
}
