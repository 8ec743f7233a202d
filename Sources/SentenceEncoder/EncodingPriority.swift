import Kernels

/// How urgent some texts' vectors are.
public enum EncodingPriority: Sendable {
  /// Somebody waits for them.
  case interactive
  /// Nobody does: threads of lower priority compute them, which an editor and its completions push aside.
  case background
}

/// A thread and the pass that it alone uses.
///
/// `@unchecked`: only jobs of the serial thread use the pass.
final class EncoderRunner: @unchecked Sendable {
  /// The lowest priority but one or two: what else the machine does goes before.
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
