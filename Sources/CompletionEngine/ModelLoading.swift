package import Foundation
package import LanguageModel
import Synchronization

/// The files of a language model: its weights, and the adapter that belongs to them.
package struct ModelFiles: Sendable {
  /// A GGUF file.
  package var model: URL
  /// Used where no other adapter is chosen.
  package var adapter: URL?

  package init(model: URL, adapter: URL? = nil) {
    self.model = model
    self.adapter = adapter
  }
}

/// A language model and the adapters that were laid out for its weights.
final class LoadedModel: Sendable {
  let answering: AnsweringModel
  /// The adapter that belongs to the model's files.
  let ownAdapter: URL?
  private let adapters = Mutex<[URL: LoadOnce<LowRankAdapter>]>([:])

  init(_ answering: AnsweringModel, ownAdapter: URL?) {
    self.answering = answering
    self.ownAdapter = ownAdapter
  }

  /// - Throws: ``ModelError/adapterUnusable(reason:)``.
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
        throw ModelError.adapterUnusable(reason: "\(error)")
      }
    }
  }
}

/// A language model that is loaded when it is first needed, and released when nobody has used it for
/// a while.
package final class ModelLoading: Sendable {
  private let unloadsAfter: Duration?
  private let lastUse = Mutex<(instant: ContinuousClock.Instant, isWatched: Bool)>((.now, false))
  private let loading = LoadOnce<LoadedModel>()
  private let load: @Sendable () throws -> LoadedModel

  /// - Parameters:
  ///   - chatTemplate: the name of a chat template to use instead of the model file's own.
  ///   - unloadsAfter: how long it may stay idle; nil keeps it.
  ///   - files: where the model's files are; throws ``ModelError`` when it is not installed.
  package init(
    chatTemplate: String?, options: LanguageModelOptions, unloadsAfter: Duration?,
    files: @escaping @Sendable () throws -> ModelFiles
  ) {
    self.unloadsAfter = unloadsAfter
    load = {
      let found = try files()
      let url = found.model
      do {
        return LoadedModel(
          try AnsweringModel(
            LanguageModel(contentsOf: url, options: options), chatTemplate: chatTemplate),
          ownAdapter: found.adapter)
      } catch {
        throw ModelError.modelFileUnusable(
          path: url.path(percentEncoded: false), reason: "\(error)")
      }
    }
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

  /// Releases the model when it has been idle for long enough. Who still uses it keeps it until done.
  ///
  /// - Returns: how long it may stay idle from now on; nil when it was released.
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
