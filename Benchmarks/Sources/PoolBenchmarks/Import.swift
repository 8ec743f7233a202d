import Foundation
import PromptPool

/// Imports made-up exemplars into a new database on disk, full-text index and near duplicates included.
func benchmarkImport(count: Int, in folder: URL) throws {
  let file = folder.appending(path: "corpus.jsonl")
  let size = try Corpus.write(count, seed: 1, to: file)
  let clock = ContinuousClock()
  for keepsNearDuplicates in [false, true] {
    let database = folder.appending(path: "db-\(keepsNearDuplicates)/pool.sqlite")
    let pool = try PromptPool(at: database)
    let options = ImportOptions(keepsNearDuplicates: keepsNearDuplicates)
    var report = ImportReport()
    let time = try clock.measure { report = try pool.importFile(file, options: options) }
    let rate = Double(count) / (time / .seconds(1))
    print(
      "\(keepsNearDuplicates ? "without" : "with") near duplicates: \(count) exemplars, "
        + "\(size / 1_000_000) MB, \(report.added) added, \(time), \(Int(rate)) a second")
    let again = try clock.measure { report = try pool.importFile(file, options: options) }
    print("  repeated: \(report.duplicates) there already, \(again)")
  }
}
