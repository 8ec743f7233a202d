import Kernels

/// A thread and the pass that it alone uses.
///
/// `@unchecked`: only jobs of the serial thread use the pass.
final class EncoderRunner: @unchecked Sendable {
  /// Of 19; a tenth of the share of an ordinary thread where both want a core.
  static let backgroundNice = 10

  private let thread: SerialThread
  private let pass: EncoderPass

  init(
    _ configuration: EncoderConfiguration, _ weights: EncoderWeights, threads: Int?,
    _ priority: EncodingPriority
  ) {
    let nice = priority == .background ? Self.backgroundNice : 0
    pass = EncoderPass(configuration, weights, team: ThreadTeam(threads: threads, nice: nice))
    thread = SerialThread(name: "pillow-encoder", nice: nice)
  }

  /// Runs `body` after what was given before.
  func run(_ body: @escaping @Sendable (EncoderPass) -> Void) {
    thread.add { [self] in body(pass) }
  }
}
