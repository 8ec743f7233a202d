import Foundation
import JSONRPC
import Synchronization

/// The settings of a session: what the client says, over what each folder has in its own file.
final class ClientSettings: Sendable {
  private let state = Mutex(State())
  private let environment: [String: String]

  private struct State {
    var options: JSONValue?
    var client: [String: JSONValue] = [:]
    var everywhere: JSONValue?
    var folders: [String: Folder] = [:]
    var generation = 0
  }

  private struct Folder {
    var changed: Date?
    var generation: Int
    var layers: SettingsLayers
  }

  init(environment: [String: String]) {
    self.environment = environment
  }

  /// - Returns: what is wrong with them.
  func take(initializationOptions: JSONValue?) -> [String] {
    var probe = SettingsLayers()
    let problems = probe.set(initializationOptions, as: .initializationOptions)
    state.withLock { state in
      state.options = initializationOptions
      state.generation += 1
    }
    return problems
  }

  /// Takes the answer to `workspace/configuration`, of one folder or (`nil`) of all.
  ///
  /// - Returns: what is wrong with it, and whether it differs from what was known.
  func take(configuration: JSONValue?, of root: URL?) -> (problems: [String], isNew: Bool) {
    var probe = SettingsLayers()
    let problems = probe.set(configuration, as: .client)
    let isNew = state.withLock { state in
      let before = root.map { state.client[$0.path] ?? nil } ?? state.everywhere
      if let root { state.client[root.path] = configuration } else { state.everywhere = configuration }
      state.generation += 1
      return before != configuration && !(before == nil && configuration == .null)
    }
    return (problems, isNew)
  }

  /// The settings of a folder. Its file is read again when it has changed.
  func layers(of root: URL) -> (layers: SettingsLayers, problems: [String]) {
    let file = root.appending(path: ".pillow/config.json")
    let changed =
      (try? FileManager.default.attributesOfItem(atPath: file.path))?[.modificationDate] as? Date
    return state.withLock { state in
      if let known = state.folders[root.path], known.changed == changed,
        known.generation == state.generation
      {
        return (known.layers, [])
      }
      var (layers, problems) = SettingsSources.layers(ofProject: root, environment: environment)
      _ = layers.set(state.options, as: .initializationOptions)
      _ = layers.set(state.client[root.path] ?? state.everywhere, as: .client)
      state.folders[root.path] = Folder(
        changed: changed, generation: state.generation, layers: layers)
      return (layers, problems)
    }
  }
}
