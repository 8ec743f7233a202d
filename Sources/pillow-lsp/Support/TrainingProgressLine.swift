import FineTuning
import Foundation

/// The progress of a training on standard error: one line that is rewritten on a terminal, every
/// tenth step a line otherwise.
enum TrainingProgressLine {
  static func show(_ progress: TrainingProgress) {
    let isTerminal = isatty(STDERR_FILENO) == 1
    let isLast = progress.step == progress.steps
    guard isTerminal || progress.step % 10 == 0 || isLast else { return }
    let heldOut = progress.heldOut.map { String(format: ", held out %.4f", $0) } ?? ""
    let text = String(
      format: "step %d of %d: loss %.4f%@, %.0f tokens per second, %.0f s left", progress.step,
      progress.steps, progress.loss, heldOut, progress.tokensPerSecond, progress.secondsLeft)
    Output.message(
      isTerminal ? "\r\u{1B}[K\(text)" : text, terminator: isTerminal && !isLast ? "" : "\n")
  }
}
