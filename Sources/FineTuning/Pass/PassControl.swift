import Synchronization

/// Lets another thread stop or hold up a training that runs. Looked at between the steps of a
/// layer, some milliseconds apart.
public final class PassControl: Sendable {
  private let cancelled = Atomic<Bool>(false)
  private let pausesWhile: (@Sendable () -> Bool)?
  /// Waits a moment while the training is held up.
  private let rest: @Sendable () -> Void

  /// - Parameters:
  ///   - pausesWhile: Whether somebody needs the processor now; asked between steps.
  ///   - rest: Called again and again while it holds.
  public init(
    pausesWhile: (@Sendable () -> Bool)? = nil, rest: @escaping @Sendable () -> Void = restBriefly
  ) {
    self.pausesWhile = pausesWhile
    self.rest = rest
  }

  public func cancel() { cancelled.store(true, ordering: .relaxed) }

  public var isCancelled: Bool { cancelled.load(ordering: .relaxed) }

  /// Returns when the training may go on.
  func check() throws(CancellationError) {
    if isCancelled { throw CancellationError() }
    guard let pausesWhile else { return }
    while pausesWhile() {
      rest()
      if isCancelled { throw CancellationError() }
    }
  }
}
