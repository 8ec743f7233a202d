public import Foundation

extension PillowSettings {
  /// The settings of a project as a command sees them: without those of an editor.
  ///
  /// - Returns: also one sentence for each value that is wrong; the next source is used for it.
  public static func ofProject(
    _ root: URL, environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> (settings: PillowSettings, problems: [String]) {
    let (layers, problems) = SettingsSources.layers(ofProject: root, environment: environment)
    return (layers.settings.resolvingPaths(in: root), problems)
  }

  /// Those that an open project depends on: when one of them changes, the project is opened again.
  /// The others are looked up where they count.
  public var openedWith: PillowSettings {
    var settings = self
    settings.harvest = nil
    settings.mine = nil
    settings.inlineCompletion = nil
    settings.instructions = nil
    settings.exemplars = nil
    return settings
  }

  /// The same with model and adapter paths made absolute, so that they do not depend on where the
  /// program was started.
  public func resolvingPaths(in root: URL) -> PillowSettings {
    var result = self
    result.model = model.map { Self.isPath($0) ? Self.absolute($0, root) : $0 }
    result.adapter = adapter.map { $0 == Self.noAdapter ? $0 : Self.absolute($0, root) }
    result.engine?.keyFile = engine?.keyFile.map { Self.absolute($0, root) }
    return result
  }

  /// Installed models have plain names; a slash or a file's ending makes a path, and a scheme such
  /// as `hf:` names another source.
  private static func isPath(_ model: String) -> Bool {
    guard !model.contains(":") else { return false }
    return model.contains("/") || model.lowercased().hasSuffix(".gguf")
  }

  private static func absolute(_ path: String, _ root: URL) -> String {
    guard !path.isEmpty, !path.hasPrefix("/"), !path.hasPrefix("~") else { return path }
    return root.appending(path: path).standardizedFileURL.path(percentEncoded: false)
  }
}
