import Foundation
import JSONRPC
import Settings
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
    var changed: FileStamp?
    var generation: Int
    var layers: SettingsLayers
    var settings: PillowSettings
    /// What is wrong in its file, told with each question: whoever reads it first need not be who
    /// tells.
    var problems: [String]
  }

  /// Tells whether a file has changed, at the price of one system call.
  private struct FileStamp: Equatable {
    var seconds: Int
    var nanoseconds: Int
    var size: Int64

    init?(_ path: String) {
      var status = stat()
      guard stat(path, &status) == 0 else { return nil }
      #if os(Linux)
        (seconds, nanoseconds) = (status.st_mtim.tv_sec, status.st_mtim.tv_nsec)
      #else
        (seconds, nanoseconds) = (status.st_mtimespec.tv_sec, status.st_mtimespec.tv_nsec)
      #endif
      size = Int64(status.st_size)
    }
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
  /// - Returns: what is wrong with it.
  func take(configuration: JSONValue?, of root: URL?) -> [String] {
    var probe = SettingsLayers()
    let problems = probe.set(configuration, as: .client)
    state.withLock { state in
      if let root {
        state.client[root.path] = configuration
      } else {
        state.everywhere = configuration
      }
      state.generation += 1
    }
    return problems
  }

  /// The settings of a folder. Its file is read again when it has changed.
  func settings(of root: URL) -> (settings: PillowSettings, problems: [String]) {
    let folder = folder(root)
    return (folder.settings, folder.problems)
  }

  private func folder(_ root: URL) -> Folder {
    let path = root.path
    let changed = FileStamp(path + "/.pillow/config.json")
    let now = state.withLock { $0 }
    if let known = now.folders[path], known.changed == changed, known.generation == now.generation {
      return known
    }
    // Nobody waits while the file is read; two who do it at once read the same.
    var (layers, problems) = SettingsSources.layers(ofProject: root, environment: environment)
    _ = layers.set(now.options, as: .initializationOptions)
    _ = layers.set(now.client[path] ?? now.everywhere, as: .client)
    let folder = Folder(
      changed: changed, generation: now.generation, layers: layers, settings: layers.settings,
      problems: problems)
    state.withLock { state in
      // What was set meanwhile makes it an old one, which the next question reads again.
      if state.folders[path]?.generation ?? 0 <= folder.generation { state.folders[path] = folder }
    }
    return folder
  }
}
