public import Foundation
public import PromptMatching

/// What a project may set in `.pillow/config.json`; all of it is optional.
public struct ProjectSettings: Sendable, Equatable, Codable {
  /// Names of the starter pools that the project gets.
  public var starterPools: [String]?
  /// How many exemplars are chosen, 0 to 32.
  public var shots: Int?

  /// Whether accepted and kept completions become exemplars.
  public var harvest: HarvestSetting?
  /// Suggestions and feedback are kept for so many days.
  public var historyDays: Int?

  /// What chooses exemplars; the policy by default.
  public var matcher: MatcherName?
  /// Lists are drawn from the policy, with so much of the probability spread evenly, 0 to 1;
  /// without it the likeliest list is taken, and nothing can be learned off-policy.
  public var exploration: Double?

  public static let defaultShots = 3
  public static let defaultHistoryDays = 365

  public init() {}

  /// Reads the settings of a project; a project without the file has the defaults.
  ///
  /// - Throws: ``InstructionCompletionError/badSettings(path:reason:)``.
  public init(project root: URL) throws(InstructionCompletionError) {
    let url = root.appending(path: ".pillow/config.json")
    let path = url.path(percentEncoded: false)
    guard FileManager.default.fileExists(atPath: path) else { return }
    do {
      self = try JSONDecoder().decode(Self.self, from: Data(contentsOf: url))
    } catch DecodingError.typeMismatch(_, let context) {
      let key = context.codingPath.map(\.stringValue).joined(separator: ".")
      throw .badSettings(path: path, reason: "`\(key)` has a value of the wrong kind")
    } catch DecodingError.dataCorrupted(let context) where !context.codingPath.isEmpty {
      let key = context.codingPath.map(\.stringValue).joined(separator: ".")
      throw .badSettings(path: path, reason: "`\(key)` has a value that is not known")
    } catch is DecodingError {
      throw .badSettings(path: path, reason: "it is no JSON object")
    } catch {
      throw .badSettings(path: path, reason: error.localizedDescription)
    }
    if let shots, !(0...32).contains(shots) {
      throw .badSettings(path: path, reason: "`shots` has to be a whole number from 0 to 32")
    }
    if let exploration, !(0...1).contains(exploration) {
      throw .badSettings(path: path, reason: "`exploration` has to be a number from 0 to 1")
    }
    if let historyDays, !(1...36500).contains(historyDays) {
      throw .badSettings(
        path: path, reason: "`historyDays` has to be a whole number from 1 to 36500")
    }
  }

  /// Whether accepted and kept completions become exemplars; asked for by default.
  public enum HarvestSetting: String, Sendable, Codable, CaseIterable {
    case ask, always, never
  }

  /// These settings where they are set, the others elsewhere.
  func over(_ other: ProjectSettings) -> ProjectSettings {
    var result = other
    if let starterPools { result.starterPools = starterPools }
    if let shots { result.shots = shots }
    if let harvest { result.harvest = harvest }
    if let historyDays { result.historyDays = historyDays }
    if let matcher { result.matcher = matcher }
    if let exploration { result.exploration = exploration }
    return result
  }
}
