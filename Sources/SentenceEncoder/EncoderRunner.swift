import Kernels

/// A thread and the pass that only this thread uses.
///
/// `@unchecked`: only jobs of the serial thread use the pass.
final class EncoderRunner: @unchecked Sendable {
  private let thread: SerialThread
  private let pass: EncoderPass

  init(
    _ configuration: EncoderConfiguration, _ weights: EncoderWeights, threads: Int?,
    _ priority: EncodingPriority
  ) {
    let nice = priority == .background ? SerialThread.backgroundNice : 0
    pass = EncoderPass(configuration, weights, team: ThreadTeam(threads: threads, nice: nice))
    thread = SerialThread(name: "pillow-encoder", nice: nice)
  }

  /// Runs `body` after all earlier jobs.
  func run(_ body: @escaping @Sendable (EncoderPass) -> Void) {
    thread.add { [self] in body(pass) }
  }
}
