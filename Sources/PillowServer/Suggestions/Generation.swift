import CompletionEngine
import LanguageServerProtocol
import PillowProject
import PromptMatching
import Synchronization

/// The language model at work on one instruction, for whichever request wants the answer.
///
/// It outlives the request that began it: what is typed meanwhile may still fit. One that begins
/// ahead of the pause in typing reads the prompt, and writes once it is released.
final class Generation: Sendable {
  let key: AnswerCache.Key
  /// Where the answer goes, in bytes.
  let offset: Int
  /// Whether what is finished of an answer may be shown before the rest is there.
  let givesParts: Bool
  private let state: Mutex<State>
  private let (released, releasing) = AsyncStream<Void>.makeStream()

  /// What is there of an answer.
  enum Result: Sendable {
    case whole(AnswerCache.Value)
    /// Lines or sentences that are finished; more is being written.
    case part(AnswerCache.Value)

    var value: AnswerCache.Value {
      switch self {
      case .whole(let value), .part(let value): value
      }
    }

    var isPart: Bool { if case .part = self { true } else { false } }
  }

  private struct State {
    var isReleased: Bool
    var match: MatchResult?
    var identity: EngineIdentity?
    var partial = ""
    var task: Task<AnswerCache.Value, any Error>?
    /// Gets what is there when something comes.
    var watch: (@Sendable () -> Void)?
  }

  /// - Parameter isReleased: whether it writes at once.
  init(
    key: AnswerCache.Key, offset: Int, isReleased: Bool, givesParts: Bool,
    _ make: @escaping @Sendable (Generation) async throws -> AnswerCache.Value
  ) {
    self.key = key
    self.offset = offset
    self.givesParts = givesParts
    state = Mutex(State(isReleased: isReleased))
    let task = Task { try await make(self) }
    state.withLock { $0.task = task }
  }

  // MARK: Release

  var isReleased: Bool { state.withLock { $0.isReleased } }

  /// The pause in typing is long enough.
  func release() {
    state.withLock { $0.isReleased = true }
    releasing.finish()
  }

  /// - Throws: `CancellationError`.
  func untilReleased() async throws {
    if !isReleased { for await _ in released {} }
    try Task.checkCancellation()
  }

  // MARK: The text

  /// What there is of the text so far.
  var partial: String { state.withLock { $0.partial } }

  /// Where the text that comes is from.
  func begins(with match: MatchResult, _ identity: EngineIdentity) {
    state.withLock { ($0.match, $0.identity) = (match, identity) }
  }

  func grow(by piece: String) {
    let watch = state.withLock { state in
      state.partial += piece
      return state.watch
    }
    watch?()
  }

  /// The answer. Giving up the wait does not stop the work.
  func value() async throws -> AnswerCache.Value {
    guard let task = state.withLock({ $0.task }) else { throw CancellationError() }
    return try await task.value
  }

  /// The answer, or what is finished of it once the time for the whole is up.
  ///
  /// - Parameters:
  ///   - budget: how long to wait for the whole.
  ///   - isWorthShowing: of the finished lines or sentences; asked until it says yes.
  func value(
    within budget: Duration, _ clock: any ServerClock,
    isWorthShowing: @escaping @Sendable (String) -> Bool
  ) async throws -> Result {
    let first = First<Swift.Result<Result, any Error>>()
    let whole = Task {
      do { first.set(.success(.whole(try await value()))) } catch { first.set(.failure(error)) }
    }
    let timer = Task {
      try await clock.sleep(for: budget)
      let look: @Sendable () -> Void = { [weak self] in
        guard let part = self?.part, isWorthShowing(part.completion.text) else { return }
        first.set(.success(.part(part)))
      }
      state.withLock { $0.watch = look }
      look()
    }
    defer {
      timer.cancel()
      whole.cancel()
      state.withLock { $0.watch = nil }
    }
    return try await first.value().get()
  }

  private var part: AnswerCache.Value? {
    state.withLock { state in
      guard let match = state.match, let identity = state.identity,
        let text = FinishedPart.of(state.partial, isCode: key.request.language != nil)
      else { return nil }
      // Which shots found room is known once the answer is whole; a part is recorded as if all did.
      let completion = Completion(
        text: text, identity: identity, shots: Array(match.shots.indices))
      return AnswerCache.Value(match: match, completion: completion)
    }
  }

  func cancel() {
    state.withLock { $0.task }?.cancel()
    releasing.finish()
  }
}

/// A value that is set once; later ones do not count.
private final class First<Value: Sendable>: Sendable {
  private struct State {
    var value: Value?
    var waiting: CheckedContinuation<Value, Never>?
  }

  private let state = Mutex(State())

  func set(_ value: Value) {
    let waiting: CheckedContinuation<Value, Never>? = state.withLock { state in
      guard state.value == nil else { return nil }
      state.value = value
      return state.waiting.take()
    }
    waiting?.resume(returning: value)
  }

  /// To be asked for once.
  func value() async -> Value {
    await withCheckedContinuation { continuation in
      let known = state.withLock { state in
        if state.value == nil { state.waiting = continuation }
        return state.value
      }
      if let known { continuation.resume(returning: known) }
    }
  }
}
