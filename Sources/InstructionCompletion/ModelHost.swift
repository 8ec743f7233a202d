import Dispatch
public import Foundation
public import LanguageModel
public import ModelStore
public import SentenceEncoder
import Synchronization
import Tokenizers

/// Loads models once for everything that uses them, off the cooperative thread pool.
public final class ModelHost: Sendable {
  public let store: ModelStore
  /// A GGUF file to use in place of the default model.
  public let modelFile: URL?
  /// The name of a chat template to use in place of the model file's own.
  public let chatTemplate: String?
  private let options: LanguageModelOptions
  /// The language model is given up when nobody has asked for it so long; nil keeps it.
  private let unloadsAfter: Duration?
  private let lastUse = Mutex<(instant: ContinuousClock.Instant, isWatched: Bool)>((.now, false))
  private let encoderLoading = LoadOnce<SentenceEncoder>()
  private let modelLoading = LoadOnce<AnsweringModel>()

  public init(
    store: ModelStore = ModelStore(), modelFile: URL? = nil, chatTemplate: String? = nil,
    options: LanguageModelOptions = LanguageModelOptions(), unloadsAfter: Duration? = nil
  ) {
    self.unloadsAfter = unloadsAfter
    self.store = store
    self.modelFile = modelFile
    self.chatTemplate = chatTemplate
    self.options = options
  }

  /// The sentence encoder; the first call loads it. After a failure the next call tries again.
  ///
  /// - Throws: ``InstructionCompletionError/modelMissing(name:)`` or `modelUnusable`.
  public func encoder() async throws -> SentenceEncoder {
    try await encoderLoading.value { [store] in try Self.loadEncoder(from: store) }
  }

  /// The language model with its chat template; the first call loads it. After a failure the next
  /// call tries again.
  ///
  /// - Throws: ``InstructionCompletionError/modelMissing(name:)`` or `modelUnusable`.
  public func answeringModel() async throws -> AnsweringModel {
    used()
    return try await modelLoading.value { [store, modelFile, chatTemplate, options] in
      try Self.loadModel(modelFile, chatTemplate, options, from: store)
    }
  }

  private func used() {
    guard unloadsAfter != nil else { return }
    let begins = lastUse.withLock { use in
      defer { use = (.now, true) }
      return !use.isWatched
    }
    guard begins else { return }
    Task.detached(priority: .utility) { [weak self] in
      while let wait = self?.releaseIdle(now: .now) { try? await Task.sleep(for: wait) }
    }
  }

  /// Gives the language model up when nobody has asked for it long enough; who uses it then keeps it to the end.
  ///
  /// - Returns: how long it may stay idle from now on; nil when it was given up.
  package func releaseIdle(now: ContinuousClock.Instant) -> Duration? {
    guard let unloadsAfter else { return nil }
    return lastUse.withLock { use in
      let left = unloadsAfter - (now - use.instant)
      guard left <= .zero else { return left }
      modelLoading.forget()
      use.isWatched = false
      return nil
    }
  }

  private static func loadEncoder(from store: ModelStore) throws -> SentenceEncoder {
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

  private static func loadModel(
    _ file: URL?, _ chatTemplate: String?, _ options: LanguageModelOptions, from store: ModelStore
  ) throws -> AnsweringModel {
    let name = ModelName.smollm2
    guard let url = file ?? store.path(of: name) else {
      throw InstructionCompletionError.modelMissing(name: name.rawValue)
    }
    do {
      return try AnsweringModel(
        LanguageModel(contentsOf: url, options: options), chatTemplate: chatTemplate)
    } catch {
      throw file.map { InstructionCompletionError.modelFileUnusable(path: $0.path, reason: "\(error)") }
        ?? InstructionCompletionError.modelUnusable(name: name.rawValue, reason: "\(error)")
    }
  }
}

/// A value that the first call makes, on a thread that may take its time, and later calls share.
private final class LoadOnce<Value: Sendable>: Sendable {
  private let loading = Mutex<Task<Value, any Error>?>(nil)

  /// The next call makes it anew.
  func forget() { loading.withLock { $0 = nil } }

  func value(_ load: @escaping @Sendable () throws -> Value) async throws -> Value {
    let task = loading.withLock { loading in
      if let loading { return loading }
      let task = Task {
        try await withCheckedThrowingContinuation { continuation in
          DispatchQueue.global(qos: .userInitiated).async {
            continuation.resume(with: Result { try load() })
          }
        }
      }
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
}
