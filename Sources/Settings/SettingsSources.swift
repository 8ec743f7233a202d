import ErrorWording
public import Foundation
public import JSONRPC

/// Reads the layers of settings that lie outside the protocol.
public enum SettingsSources {
  /// The name of the variable that sets a value: `shots` is `PILLOW_LSP_SHOTS`,
  /// `inlineCompletion.enabled` is `PILLOW_LSP_INLINE_COMPLETION_ENABLED`.
  public static func variable(for path: String) -> String {
    var name = "PILLOW_LSP_"
    for character in path {
      if character == "." {
        name += "_"
      } else {
        if character.isUppercase { name += "_" }
        name += character.uppercased()
      }
    }
    return name
  }

  /// The settings of the environment. Lists are separated by commas.
  public static func environment(_ variables: [String: String]) -> JSONValue {
    var tree: [String: JSONValue] = [:]
    for (path, rule) in SettingRule.all {
      guard let text = variables[variable(for: path)], !text.isEmpty else { continue }
      let value: JSONValue
      switch rule {
      case .text, .choice: value = .string(text)
      case .texts:
        let names = text.split(separator: ",").map {
          JSONValue.string($0.trimmingCharacters(in: .whitespaces))
        }
        value = .array(names)
      default:
        value =
          (try? JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))) ?? .string(text)
      }
      let parts = path.split(separator: ".").map(String.init)
      if parts.count == 1 {
        tree[parts[0]] = value
      } else {
        var inner = tree[parts[0]]?.object ?? [:]
        inner[parts[1]] = value
        tree[parts[0]] = .object(inner)
      }
    }
    return .object(tree)
  }

  /// The project's own file; `nil` where it has none.
  ///
  /// - Returns: a sentence instead when it is no JSON.
  public static func project(_ root: URL) -> (value: JSONValue?, problem: String?) {
    let file = root.appending(path: ".pillow/config.json")
    let data: Data
    do {
      // A pipe would be waited for, and a device has no end.
      guard let isFile = try isFile(file) else { return (nil, nil) }
      guard isFile else {
        return (nil, ".pillow/config.json is no file; the defaults are used")
      }
      data = try Data(contentsOf: file)
    } catch {
      let reason = ErrorWording.reason(error)
      return (nil, ".pillow/config.json cannot be read: \(reason); the defaults are used")
    }
    guard let value = try? JSONDecoder().decode(JSONValue.self, from: data) else {
      return (nil, ".pillow/config.json is not JSON; the defaults are used")
    }
    return (value, nil)
  }

  /// Nil where nothing has the name.
  private static func isFile(_ url: URL) throws -> Bool? {
    var status = stat()
    if stat(url.path(percentEncoded: false), &status) == 0 {
      return status.st_mode & S_IFMT == S_IFREG
    }
    guard errno != ENOENT, errno != ENOTDIR else { return nil }
    throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO)
  }

  /// The layers of a project as a command sees it: without those of an editor.
  public static func layers(
    ofProject root: URL, environment variables: [String: String]
  ) -> (layers: SettingsLayers, problems: [String]) {
    var layers = SettingsLayers()
    let (value, problem) = project(root)
    var problems = problem.map { [$0] } ?? []
    problems += layers.set(value, as: .project)
    problems += layers.set(environment(variables), as: .environment)
    return (layers, problems)
  }
}
