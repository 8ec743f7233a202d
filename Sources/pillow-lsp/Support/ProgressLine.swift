import Foundation
import ModelStore
import Synchronization

/// The progress of a fetch on standard error: a bar on a terminal, a line a phase otherwise.
final class ProgressLine: Sendable {
  private let isTerminal = isatty(STDERR_FILENO) == 1
  private let last = Mutex<(phase: FetchProgress.Phase?, percent: Int)>((nil, -1))

  func show(_ progress: FetchProgress) {
    let percent = Int(progress.fraction * 100)
    let (isNewPhase, isNew) = last.withLock { last in
      defer { last = (progress.phase, percent) }
      return (last.phase != progress.phase, last.phase != progress.phase || last.percent != percent)
    }
    if !isTerminal {
      if isNewPhase { Output.message("\(progress.name): \(words(progress))") }
    } else if isNew {
      let filled = percent * 30 / 100
      let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: 30 - filled)
      let size = progress.totalBytes / 1_000_000
      Output.message(
        "\r\u{1B}[K\(progress.name) [\(bar)] \(percent) % of \(size) MB, "
          + words(progress),
        terminator: progress.phase == .finished ? "\n" : "")
    }
  }

  private func words(_ progress: FetchProgress) -> String {
    switch progress.phase {
    case .waiting: "waiting for another fetch"
    case .downloading: "downloading"
    case .unpacking: "unpacking"
    case .checking: "checking SHA-256"
    case .finished: "in place"
    }
  }
}
