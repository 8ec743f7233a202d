public import CompletionEngine
public import Foundation
public import LanguageModel
public import ModelStore
public import SentenceEncoder
public import Settings
import Synchronization

/// The models of a process: the sentence encoder, and one language model per choice of the
/// settings, shared by all projects that make the same choice and released when none uses it.
public final class ModelLibrary: Sendable {
  public let store: ModelStore
  private let encoderLoading: LoadOnce<SentenceEncoder>
  private let models = Mutex<[Choice: Weak]>([:])
  /// Shared, so that what is known of a server and its faults is known to all projects.
  let servers = Mutex<[RemoteSelection: WeakEngine]>([:])

  /// What makes one language model differ from another in memory.
  private struct Choice: Hashable {
    /// Empty for the default model.
    var model: String
    /// Empty for what the model's file says.
    var chatTemplate: String
    /// In minutes; 0 for never.
    var unloadAfter: Int
    var options: LanguageModelOptions
  }

  private struct Weak {
    weak var loading: ModelLoading?
  }

  public init(store: ModelStore = ModelStore()) {
    self.store = store
    encoderLoading = LoadOnce()
  }

  /// A library for another data folder that has the sentence encoder of another one.
  package init(store: ModelStore, sharingEncoderOf other: ModelLibrary) {
    self.store = store
    encoderLoading = other.encoderLoading
  }

  /// The sentence encoder; the first call loads it. After a failure the next call tries again.
  ///
  /// - Throws: `ModelError.modelMissing` or `modelUnusable`.
  public func encoder() async throws -> SentenceEncoder {
    try await encoderLoading.value { [store] in
      let name = ModelName.miniLM
      guard let folder = store.path(of: name) else {
        throw ModelError.modelMissing(name: name.rawValue)
      }
      do {
        return try SentenceEncoder(folder: folder)
      } catch {
        throw ModelError.modelUnusable(name: name.rawValue, reason: "\(error)")
      }
    }
  }

  /// The embedded engine that settings choose. Nothing is loaded yet; what is wrong with the choice
  /// shows when it is used.
  ///
  /// - Parameters:
  ///   - options: context and priority; the threads of the settings count where it names none.
  ///   - root: the folder of the project whose adapters count; nil for none.
  public func engine(
    _ settings: PillowSettings, options: LanguageModelOptions = LanguageModelOptions(),
    root: URL? = nil
  ) -> EmbeddedEngine {
    var options = options
    let threads = settings.threadsOrDefault
    if options.threads == nil, threads > 0 { options.threads = threads }
    options.blockFolder = store.folder.blocks
    let name = settings.modelOrDefault
    let choice = Choice(
      model: name == ModelName.smollm2.rawValue ? "" : name,
      chatTemplate: settings.chatTemplateOrDefault, unloadAfter: settings.unloadAfterOrDefault,
      options: options)
    let loading = models.withLock { models in
      models = models.filter { $0.value.loading != nil }
      let loading = models[choice]?.loading ?? makeLoading(of: choice)
      models[choice] = Weak(loading: loading)
      return loading
    }
    let adapters = AdapterChoice(settings, project: root.map(store.folder.folder(forProject:)))
    return EmbeddedEngine(
      loading, readsApart: settings.exemplarReadingOrDefault == .apart,
      adapters: { adapters.candidates })
  }

  /// How many language models the projects of the process use.
  package var modelsInUse: Int { models.withLock { $0.values.filter { $0.loading != nil }.count } }

  private func makeLoading(of choice: Choice) -> ModelLoading {
    let unloadsAfter: Duration? =
      choice.unloadAfter > 0 ? .seconds(60 * choice.unloadAfter) : nil
    return ModelLoading(
      chatTemplate: choice.chatTemplate.isEmpty ? nil : choice.chatTemplate,
      options: choice.options, unloadsAfter: unloadsAfter
    ) { [store] in try Self.files(choice.model, in: store) }
  }

  // MARK: Names and paths

  /// A path as it was written; `~` is the home folder.
  public static func url(_ path: String) -> URL {
    URL(filePath: (path as NSString).expandingTildeInPath)
  }

  /// The file of a model's name or path; the default model for an empty one.
  ///
  /// - Parameter model: An installed model's name, the name of a model in another program's store
  ///   (`hf:…`, `ollama:…`, `lmstudio:…`), or a path.
  /// - Throws: `ModelError.modelMissing`, `ModelError.modelUnresolved`.
  public static func file(_ model: String, in store: ModelStore) throws(ModelError) -> URL {
    try files(model, in: store).model
  }

  /// The adapter that belongs to a model, as Ollama's can have one.
  ///
  /// - Throws: `ModelError.modelMissing`, `ModelError.modelUnresolved`.
  public static func ownAdapter(
    of model: String, in store: ModelStore
  ) throws(ModelError) -> URL? {
    try files(model, in: store).adapter
  }

  /// The same with the adapter that belongs to the model.
  package static func files(
    _ model: String, in store: ModelStore
  ) throws(ModelError) -> ModelFiles {
    if let reference = ModelReference(model) {
      do throws(ModelSearchError) {
        let found = try store.search.find(reference)
        return ModelFiles(model: found.path, adapter: found.adapter)
      } catch {
        throw .modelUnresolved(reason: "\(error)")
      }
    }
    guard let name = model.isEmpty ? ModelName.smollm2 : ModelName(rawValue: model) else {
      return ModelFiles(model: url(model))
    }
    guard let path = store.path(of: name) else { throw .modelMissing(name: name.rawValue) }
    return ModelFiles(model: path)
  }
}
