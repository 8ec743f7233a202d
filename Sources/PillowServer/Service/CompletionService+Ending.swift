import Synchronization

extension CompletionService {
  /// The same as ``complete(_:match:onText:)``, ended as soon as nothing that may follow would be
  /// kept: small models go on to explain, and the user waits for it.
  func completeToItsEnd(
    _ query: InstructionQuery, match: ExemplarMatch,
    onText: @escaping @Sendable (String) -> Void
  ) async throws -> CompletedText {
    let growing = GrowingAnswer(isCode: query.language != nil)
    let task = Task {
      try await complete(query, match: match) { piece in
        onText(piece)
        growing.add(piece)
      }
    }
    growing.onEnd { task.cancel() }
    do {
      return try await withTaskCancellationHandler {
        try await task.value
      } onCancel: {
        task.cancel()
      }
    } catch {
      guard !Task.isCancelled, let text = growing.endedText else { throw error }
      return CompletedText(text: text, model: try await modelName())
    }
  }
}

/// An answer while it comes.
private final class GrowingAnswer: Sendable {
  private struct State {
    var text = ""
    var isEnded = false
    var onEnd: (@Sendable () -> Void)?
  }

  private let isCode: Bool
  private let state = Mutex(State())

  init(isCode: Bool) { self.isCode = isCode }

  /// The text if it came to its end by itself.
  var endedText: String? { state.withLock { $0.isEnded ? $0.text : nil } }

  func add(_ piece: String) {
    let action: (@Sendable () -> Void)? = state.withLock { state in
      guard !state.isEnded else { return nil }
      state.text += piece
      // An end shows at the beginning of a line; looking at each token would cost more than it
      // saves.
      guard let last = state.text.lastIndex(of: "\n"),
        piece.contains("\n") || state.text[last...].count <= 24,
        AnswerCleaning.isEnded(state.text, isCode: isCode)
      else { return nil }
      state.isEnded = true
      return state.onEnd
    }
    action?()
  }

  func onEnd(_ action: @escaping @Sendable () -> Void) {
    let isLate = state.withLock { state in
      state.onEnd = action
      return state.isEnded
    }
    if isLate { action() }
  }
}
