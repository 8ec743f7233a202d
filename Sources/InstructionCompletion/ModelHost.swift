import Dispatch
public import Foundation
public import LanguageModel
public import ModelStore
public import SentenceEncoder
import Synchronization
import Tokenizers

/// A LoRA adapter's file, and how much of it counts.
public struct AdapterFile: Sendable {
  /// A folder of PEFT's, or a GGUF file of llama.cpp's.
  public var url: URL
  /// 1 is what it was trained for.
  public var scale: Float

  public init(_ url: URL, scale: Float = 1) {
    self.url = url
    self.scale = scale
  }
}

/// Loads models once for everything that uses them, off the cooperative thread pool.
public final class ModelHost: Sendable {
  public let store: ModelStore
  private let adapter: AdapterFile?
  private let encoderLoading: LoadOnce<SentenceEncoder>
  private let modelLoading: ModelLoading

  /// - Parameters:
  ///   - modelFile: a GGUF file; by default the installed default model.
  ///   - chatTemplate: the name of a chat template to use in place of the model file's own.
  ///   - adapter: what tunes the model.
  ///   - unloadsAfter: how long the language model may be idle before it is given up; nil keeps it.
  ///   - other: has the sentence encoder already, or will load it for both.
  public init(
    store: ModelStore = ModelStore(), modelFile: URL? = nil, chatTemplate: String? = nil,
    adapter: AdapterFile? = nil, options: LanguageModelOptions = LanguageModelOptions(),
    unloadsAfter: Duration? = nil, sharingEncoderOf other: ModelHost? = nil
  ) {
    self.store = store
    self.adapter = adapter
    encoderLoading = other?.encoderLoading ?? LoadOnce()
    modelLoading = ModelLoading(unloadsAfter: unloadsAfter) {
      try Self.loadModel(modelFile, chatTemplate, options, from: store)
    }
  }

  /// The models of another host, with another adapter or none.
  public init(sharing other: ModelHost, adapter: AdapterFile?) {
    store = other.store
    self.adapter = adapter
    encoderLoading = other.encoderLoading
    modelLoading = other.modelLoading
  }

  /// The sentence encoder; the first call loads it. After a failure the next call tries again.
  ///
  /// - Throws: ``InstructionCompletionError/modelMissing(name:)`` or `modelUnusable`.
  public func encoder() async throws -> SentenceEncoder {
    try await encoderLoading.value { [store] in try Self.loadEncoder(from: store) }
  }

  /// The language model with its chat template and adapter; the first call loads them. After a
  /// failure the next call tries again.
  ///
  /// - Throws: ``InstructionCompletionError/modelMissing(name:)``, `modelUnusable` or
  ///   `adapterUnusable`.
  public func answeringModel() async throws -> AnsweringModel {
    let loaded = try await modelLoading.value()
    var answering = loaded.answering
    if let adapter {
      answering.adapter = AdapterUse(try await loaded.adapter(adapter.url), scale: adapter.scale)
    }
    return answering
  }

  /// Gives the language model up when nobody has asked for it long enough.
  ///
  /// - Returns: how long it may stay idle from now on; nil when it was given up.
  package func releaseIdle(now: ContinuousClock.Instant) -> Duration? {
    modelLoading.releaseIdle(now: now)
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
      throw file.map {
        InstructionCompletionError.modelFileUnusable(path: $0.path, reason: "\(error)")
      }
        ?? InstructionCompletionError.modelUnusable(name: name.rawValue, reason: "\(error)")
    }
  }
}

/// A language model and what was made for it: the same adapter for another model may be another
/// one.
private final class LoadedModel: Sendable {
  let answering: AnsweringModel
  private let adapters = Mutex<[URL: LoadOnce<LowRankAdapter>]>([:])

  init(_ answering: AnsweringModel) { self.answering = answering }

  /// - Throws: ``InstructionCompletionError/adapterUnusable(reason:)``.
  func adapter(_ url: URL) async throws -> LowRankAdapter {
    let loading = adapters.withLock { adapters in
      let loading = adapters[url] ?? LoadOnce()
      adapters[url] = loading
      return loading
    }
    let model = answering.model
    return try await loading.value {
      do {
        return try model.adapter(contentsOf: url)
      } catch {
        throw InstructionCompletionError.adapterUnusable(reason: "\(error)")
      }
    }
  }
}

/// A language model that is loaded when it is asked for, and given up when nobody has asked for it
/// long enough.
private final class ModelLoading: Sendable {
  private let unloadsAfter: Duration?
  private let lastUse = Mutex<(instant: ContinuousClock.Instant, isWatched: Bool)>((.now, false))
  private let loading = LoadOnce<LoadedModel>()
  private let load: @Sendable () throws -> LoadedModel

  /// - Parameter unloadsAfter: nil keeps it.
  init(unloadsAfter: Duration?, _ load: @escaping @Sendable () throws -> AnsweringModel) {
    self.unloadsAfter = unloadsAfter
    self.load = { LoadedModel(try load()) }
  }

  func value() async throws -> LoadedModel {
    used()
    return try await loading.value(load)
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

  /// Gives the model up when nobody has asked for it long enough; who uses it then keeps it to the
  /// end.
  ///
  /// - Returns: how long it may stay idle from now on; nil when it was given up.
  func releaseIdle(now: ContinuousClock.Instant) -> Duration? {
    guard let unloadsAfter else { return nil }
    return lastUse.withLock { use in
      let left = unloadsAfter - (now - use.instant)
      guard left <= .zero else { return left }
      loading.forget()
      use.isWatched = false
      return nil
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
