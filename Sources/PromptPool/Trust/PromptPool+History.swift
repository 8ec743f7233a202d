public import Foundation
internal import GRDB

extension PromptPool {
  /// Deletes suggestions from before a date together with their feedback. Exemplars stay.
  ///
  /// It uses small transactions, so that nobody waits for long.
  ///
  /// - Returns: the number of deleted suggestions.
  @discardableResult
  public func removeHistory(before date: Date) throws(PromptPoolError) -> Int {
    var removed = 0
    while true {
      let count = try write { db in
        try db.execute(
          sql: """
            DELETE FROM suggestions WHERE rowid IN (
              SELECT rowid FROM suggestions WHERE createdAt < ? LIMIT 500)
            """,
          arguments: [date.timeIntervalSince1970])
        return db.changesCount
      }
      removed += count
      if count < 500 { return removed }
    }
  }
}
