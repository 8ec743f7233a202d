public import Foundation
import ModelStore
import PromptMatching
public import PromptPool

extension Project {
  /// Forgets an exemplar and everything on this machine that quotes it: suggestions, drafts that
  /// were opened for editing, answers that models gave while training, and what models have read of
  /// exemplars. Waits for the disk.
  ///
  /// - Throws: `PromptPoolError`.
  @discardableResult
  public func forget(_ id: Int64) throws -> ForgetReport {
    let report = try pool.forget(id)
    for forgotten in [id] + report.quotingExemplars {
      try? FileManager.default.removeItem(at: Self.draft(of: forgotten, in: pool))
    }
    let answers = models.store.folder.url.appending(path: "answers.sqlite")
    if FileManager.default.fileExists(atPath: answers.path) {
      try AnswerMemo(at: answers).forgetAnswers()
    }
    try? FileManager.default.removeItem(at: models.store.folder.blocks)
    poolChanged()
    return report
  }

  /// The file in which an exemplar is edited.
  public static func draft(of exemplar: Int64, in pool: PromptPool) -> URL {
    let base = pool.url?.deletingLastPathComponent() ?? FileManager.default.temporaryDirectory
    return base.appending(path: "drafts/exemplar-\(exemplar).md")
  }
}
