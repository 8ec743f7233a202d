import Dispatch
import Foundation
public import ModelStore
public import SentenceEncoder
import Synchronization

/// Loads models once for everything that uses them, off the cooperative thread pool.
public final class ModelHost: Sendable {
  public let store: ModelStore
  private let loading = Mutex<Task<SentenceEncoder, any Error>?>(nil)

  public init(store: ModelStore = ModelStore()) {
    self.store = store
  }

  /// The sentence encoder; the first call loads it. After a failure the next call tries again.
  ///
  /// - Throws: ``InstructionCompletionError/modelMissing(name:)`` or `modelUnusable`.
  public func encoder() async throws -> SentenceEncoder {
    let task = loading.withLock { loading in
      if let loading { return loading }
      let task = Task { [store] in try await Self.load(from: store) }
      loading = task
      return task
    }
    do {
      return try await task.value
    } catch {
      loading.withLock { if $0 == task { $0 = nil } }
      throw error
    }
  }

  private static func load(from store: ModelStore) async throws -> SentenceEncoder {
    try await withCheckedThrowingContinuation { continuation in
      DispatchQueue.global(qos: .userInitiated).async {
        continuation.resume(with: Result { try loadNow(from: store) })
      }
    }
  }

  private static func loadNow(from store: ModelStore) throws -> SentenceEncoder {
    let name = ModelName.miniLM
    guard let folder = store.path(of: name) else {
      throw InstructionCompletionError.modelMissing(name: name.rawValue)
    }
    do {
      return try SentenceEncoder(folder: folder)
    } catch {
      throw InstructionCompletionError.modelUnusable(name: name.rawValue, reason: "\(error)")
    }
  }
}
