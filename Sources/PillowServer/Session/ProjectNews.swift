import Foundation
import PillowProject
import PromptPool
import Synchronization

/// Shows the background events of one project: progress while exemplars are embedded, and what
/// could not be used, once as a message and permanently in the status.
final class ProjectNews: Sendable {
  private let id = UUID()
  private let status: StatusReporter
  private let progress: ProgressBoard
  private let notices: Notices
  private let heads: HeadNews
  private let embedding = Mutex<WorkProgress?>(nil)

  init(status: StatusReporter, progress: ProgressBoard, notices: Notices, heads: HeadNews) {
    self.heads = heads
    self.status = status
    self.progress = progress
    self.notices = notices
  }

  deinit {
    embedding.withLock { $0 }?.end()
    status.note(nil, of: id)
  }

  /// Tells what was wrong when the project was opened, and from now on what happens to it, which
  /// keeps this object.
  func follow(_ project: Project) {
    tell(project.problems)
    project.observe { [self, weak project] event in
      switch event {
      case .embedding(let progress): embedded(progress)
      case .embeddingStopped: endEmbedding()
      case .sharedPoolsRead(let report): tell(report.problems)
      case .headMoved: if let project { heads.tell(project) }
      case .teamSynchronised: break
      case .teamIsBack: tell([])
      case .problem(let sentence): tell([sentence])
      }
    }
  }

  /// A bad pool file may have a thousand bad lines: one is shown.
  private func tell(_ problems: [String]) {
    status.note(problems.first, of: id)
    for (index, problem) in problems.enumerated() {
      if index == 0 { notices.warn(problem) } else { notices.log(problem) }
    }
  }

  private func embedded(_ state: EmbeddingProgress) {
    guard !state.isFinished else { return endEmbedding() }
    let shown = embedding.withLock { shown in
      let progress = shown ?? progress.begin(Self.title, clientsToken: nil, cancel: nil)
      shown = progress
      return progress
    }
    let left = state.timeLeft.map { ", \($0) left" } ?? ""
    shown.report(
      "\(state.embedded) of \(state.total)\(left)",
      percentage: 100 * state.embedded / max(1, state.total))
  }

  private static let title = "Embedding exemplars"

  private func endEmbedding() {
    let ended = embedding.withLock { shown in
      defer { shown = nil }
      return shown
    }
    ended?.end()
  }
}
