public import CompletionEngine
public import Foundation
public import LanguageModel
public import RemoteEngines
public import Settings
import Synchronization

/// What makes one remote engine differ from another.
struct RemoteSelection: Hashable {
  var choice: RemoteChoice
  /// The judge's settings.
  var model, adapter, chatTemplate: String
  var options: LanguageModelOptions
  var root: URL?
}

struct WeakEngine {
  weak var engine: RemoteEngine?
}

extension ModelLibrary {
  /// What completes with these settings: the server that they name, or the embedded engine.
  /// Nothing is loaded or sent yet.
  public func completionEngine(
    _ settings: PillowSettings, options: LanguageModelOptions = LanguageModelOptions(),
    root: URL? = nil
  ) -> any CompletionEngine {
    remoteEngine(settings, options: options, root: root)
      ?? engine(settings, options: options, root: root)
  }

  /// The server that settings name, with the embedded engine as its judge; nil when they name none.
  public func remoteEngine(
    _ settings: PillowSettings, options: LanguageModelOptions = LanguageModelOptions(),
    root: URL? = nil
  ) -> RemoteEngine? {
    let chosen = settings.engineOrDefault
    guard !chosen.urlOrDefault.isEmpty else { return nil }
    let adapter =
      settings.adapterOrDefault == PillowSettings.noAdapter ? "" : settings.adapterOrDefault
    let choice = RemoteChoice(
      url: chosen.urlOrDefault, model: chosen.modelOrDefault, keyFile: chosen.keyFileOrDefault,
      key: EngineKey(environment: ProcessInfo.processInfo.environment),
      adapter: adapter.split(separator: "/").last.map(String.init) ?? "",
      adapterScale: Float(settings.adapterScaleOrDefault))
    let selection = RemoteSelection(
      choice: choice, model: settings.modelOrDefault, adapter: adapter,
      chatTemplate: settings.chatTemplateOrDefault, options: options, root: root)
    let judge = engine(settings, options: options, root: root)
    return servers.withLock { servers in
      servers = servers.filter { $0.value.engine != nil }
      if let known = servers[selection]?.engine { return known }
      let made = RemoteEngine(choice, judge: judge)
      servers[selection] = WeakEngine(engine: made)
      return made
    }
  }
}
