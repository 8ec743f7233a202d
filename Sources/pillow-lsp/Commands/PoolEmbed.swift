import ArgumentParser
import Foundation
import PillowProject
import Synchronization

extension Pool {
  struct Embed: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "embed",
      abstract: "Compute all missing vectors now; resumes where it was interrupted.",
      discussion:
        "A server also does this in the background; until then it finds exemplars without vectors by their words."
    )

    @OptionGroup var project: ProjectOption

    func run() async throws {
      let project = try project.open()
      let isTerminal = isatty(STDERR_FILENO) == 1
      let lastTold = Mutex<ContinuousClock.Instant?>(nil)
      let total = Mutex(0)
      try await project.embedAll { progress in
        total.withLock { $0 = progress.embedded }
        let now = ContinuousClock.now
        let isDue = lastTold.withLock { last in
          let isDue = progress.isFinished || last.map { now - $0 > .milliseconds(500) } ?? true
          if isDue { last = now }
          return isDue
        }
        guard isDue else { return }
        let left = progress.timeLeft.map { ", \($0) left" } ?? ""
        let line =
          "\(progress.embedded) of \(progress.total) embedded" + (progress.isFinished ? "" : left)
        Output.message(isTerminal ? "\r\u{1B}[K" + line : line, terminator: isTerminal ? "" : "\n")
      }
      if isTerminal, total.withLock({ $0 }) > 0 { Output.message("") }
      Output.line("\(total.withLock { $0 }) exemplars embedded")
    }
  }
}
