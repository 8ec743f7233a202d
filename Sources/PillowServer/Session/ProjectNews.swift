import Foundation
import Synchronization

/// Shows what happens to one project by itself, as long as the project lives: progress while
/// exemplars get their vectors, and what could not be used, once as a message and lasting in the
/// status.
final class ProjectNews: Sendable {
  private let id = UUID()
  private let status: StatusReporter
  private let progress: ProgressBoard
  private let notices: Notices
  private let embedding = Mutex<WorkProgress?>(nil)

  init(status: StatusReporter, progress: ProgressBoard, notices: Notices) {
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
  func follow(_ service: any CompletionService) {
    tell(service.problems)
    service.observe { [self] event in
      switch event {
      case .embedding(let done, let total, let timeLeft): embedded(done, of: total, timeLeft)
      case .embeddingStopped: endEmbedding()
      case .sharedPoolsRead(let problems): tell(problems)
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

  private func embedded(_ done: Int, of total: Int, _ timeLeft: String?) {
    guard done < total else { return endEmbedding() }
    let shown = embedding.withLock { shown in
      let progress = shown ?? progress.begin(Self.title, clientsToken: nil, cancel: nil)
      shown = progress
      return progress
    }
    let left = timeLeft.map { ", \($0) left" } ?? ""
    shown.report("\(done) of \(total)\(left)", percentage: 100 * done / max(1, total))
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
