import Foundation
import InstructionCompletion
import ModelStore
import PillowServer

/// Models and adapters as settings and arguments name them.
enum ModelReference {
  /// A path as it was written; `~` is the home folder.
  static func url(_ path: String) -> URL {
    URL(filePath: (path as NSString).expandingTildeInPath)
  }

  /// The file of a model's name or path; nil for the default model.
  ///
  /// - Throws: ``InstructionCompletionError/modelMissing(name:)``.
  static func file(_ model: String, in store: ModelStore) throws -> URL? {
    if model.isEmpty { return nil }
    guard let name = ModelName(rawValue: model) else { return url(model) }
    guard let path = store.path(of: name) else {
      throw InstructionCompletionError.modelMissing(name: model)
    }
    return path
  }

  /// The adapter that the settings name.
  static func adapter(_ settings: ServerSettings) -> AdapterFile? {
    guard let path = settings.adapter, !path.isEmpty else { return nil }
    return AdapterFile(url(path), scale: Float(settings.adapterScale ?? 1))
  }
}

extension ServerSettings {
  /// The same with paths that are relative to the project made whole, wherever the program was
  /// started.
  func resolvingPaths(in root: URL) -> ServerSettings {
    func whole(_ path: String?) -> String? {
      guard let path, !path.isEmpty, !path.hasPrefix("/"), !path.hasPrefix("~") else { return path }
      return root.appending(path: path).standardizedFileURL.path(percentEncoded: false)
    }
    var result = self
    if model.flatMap(ModelName.init(rawValue:)) == nil { result.model = whole(model) }
    result.adapter = whole(adapter)
    return result
  }
}
