import Foundation
public import JSONRPC

/// The settings of a folder, put together from where they may be set.
///
/// A value counts from the strongest place that has it: the environment, then what the client
/// answers to `workspace/configuration`, then its `initializationOptions`, then the project's
/// `.pillow/config.json`, then the default. An invalid value is left out of its layer, so the next
/// source is used instead.
public struct SettingsLayers: Sendable {
  /// Weakest first.
  public enum Origin: String, Sendable, CaseIterable {
    case defaults = "default"
    case project = ".pillow/config.json"
    case initializationOptions
    case client = "workspace/configuration"
    case environment
  }

  /// One setting in force.
  public struct Value: Sendable, Equatable {
    public var path: String
    public var value: JSONValue
    public var origin: Origin

    public init(path: String, value: JSONValue, origin: Origin) {
      self.path = path
      self.value = value
      self.origin = origin
    }
  }

  /// By origin, the values by their paths.
  private var layers: [Origin: [String: JSONValue]] = [:]

  public init() {
    layers[.defaults] = Self.leaves(Self.json(PillowSettings.defaults))
  }

  /// Replaces a layer.
  ///
  /// - Returns: a sentence for each value that is wrong, with its path.
  public mutating func set(_ value: JSONValue?, as origin: Origin) -> [String] {
    layers[origin] = nil
    guard let value, value != .null else { return [] }
    guard value.object != nil else {
      return ["\(origin.rawValue) is not an object; the defaults are used"]
    }
    var problems: [String] = []
    var accepted: [String: JSONValue] = [:]
    for (path, value) in Self.leaves(value).sorted(by: { $0.key < $1.key }) where value != .null {
      guard let rule = SettingRule.all[path] else {
        // Clients put things of their own beside ours.
        if origin == .project { problems.append("\(origin.rawValue): there is no setting \(path)") }
        continue
      }
      if rule.accepts(value) {
        accepted[path] = value
      } else {
        let name =
          switch origin {
          case .project: "\(origin.rawValue): \(path)"
          case .environment: SettingsSources.variable(for: path)
          default: "\(origin.rawValue).\(path)"
          }
        problems.append("\(name) must be \(rule.expected); the default is used")
      }
    }
    if origin == .project { problems += ProjectEngine.restrict(&accepted) }
    layers[origin] = accepted
    return problems
  }

  /// Every setting, by path, and where its value comes from.
  public var values: [Value] {
    SettingRule.all.keys.sorted().compactMap { path in
      for origin in Origin.allCases.reversed() {
        if let value = layers[origin]?[path] {
          return Value(path: path, value: value, origin: origin)
        }
      }
      return nil
    }
  }

  /// The settings in force, the defaults included.
  public var settings: PillowSettings { Self.decoded(values) ?? .defaults }

  // MARK: Trees and paths

  private static func decoded(_ values: [Value]) -> PillowSettings? {
    var tree: [String: JSONValue] = [:]
    for value in values {
      let parts = value.path.split(separator: ".").map(String.init)
      if parts.count == 1 {
        tree[parts[0]] = value.value
      } else {
        var inner = tree[parts[0]]?.object ?? [:]
        inner[parts[1]] = value.value
        tree[parts[0]] = .object(inner)
      }
    }
    guard let data = try? JSONEncoder().encode(JSONValue.object(tree)) else { return nil }
    return try? JSONDecoder().decode(PillowSettings.self, from: data)
  }

  private static func json(_ settings: PillowSettings) -> JSONValue {
    let data = try? JSONEncoder().encode(settings)
    return data.flatMap { try? JSONDecoder().decode(JSONValue.self, from: $0) } ?? [:]
  }

  /// The values of a tree by their paths; a table of names that is one setting stays whole.
  private static func leaves(_ tree: JSONValue, _ prefix: String = "") -> [String: JSONValue] {
    var found: [String: JSONValue] = [:]
    for (key, value) in tree.object ?? [:] {
      let path = prefix + key
      let isSection = SettingRule.all.keys.contains { $0.hasPrefix(path + ".") }
      if isSection, value.object != nil {
        found.merge(leaves(value, path + ".")) { first, _ in first }
      } else {
        found[path] = value
      }
    }
    return found
  }
}
