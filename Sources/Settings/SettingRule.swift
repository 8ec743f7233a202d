public import JSONRPC
import PromptMatching
import Tokenizers

/// What a setting may be: told to the user where it is not, and written into the schema.
public enum SettingRule: Sendable, Equatable {
  case flag
  case integer(ClosedRange<Int>)
  case number(ClosedRange<Double>)
  case text
  case texts
  /// Names with flags.
  case flags
  /// One of these names.
  case choice([String])

  /// Every setting by its path.
  public static let all: [String: SettingRule] = [
    "starterPools": .texts, "shots": .integer(0...32), "maxTokens": .integer(1...8192),
    "temperature": .number(0...2), "model": .text,
    "adapter": .text, "adapterScale": .number(0...4),
    "chatTemplate": .choice([""] + ChatTemplate.Kind.allCases.map(\.rawValue)),
    "engine.url": .text, "engine.model": .text, "engine.keyFile": .text,
    "threads": .integer(0...64), "unloadAfter": .integer(0...10_080),
    "matcher": .choice(MatcherName.serving.map(\.rawValue)), "exploration": .number(0...1),
    "harvest": .choice(HarvestSetting.allCases.map(\.rawValue)), "historyDays": .integer(1...36500),
    "mine": .choice(MiningSetting.allCases.map(\.rawValue)),
    "exemplarReading": .choice(ReadingSetting.allCases.map(\.rawValue)),
    "forms": .flag,
    "inlineCompletion.enabled": .flag,
    "inlineCompletion.eagerness": .choice(EagernessSetting.allCases.map(\.rawValue)),
    "inlineCompletion.automaticCandidates": .integer(1...8),
    "inlineCompletion.candidates": .integer(1...8), "inlineCompletion.debounce": .integer(0...3000),
    "instructions.languages": .flags, "instructions.exclude": .texts,
    "instructions.respectGitignore": .flag, "instructions.inputTokens": .integer(0...8192),
    "learning.enabled": .flag, "learning.standingText": .flag,
    "learning.standingTextDays": .integer(1...36500), "learning.whenIdle": .flag,
    "exemplars.menu": .flag, "exemplars.hover": .flag, "exemplars.codeLens": .flag,
  ]

  public var expected: String {
    switch self {
    case .flag: "true or false"
    case .integer(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
    case .number(let range): "a number from \(Int(range.lowerBound)) to \(Int(range.upperBound))"
    case .text: "a name or a path"
    case .texts: "a list of names"
    case .flags: "an object of names with true or false"
    case .choice(let names):
      (names.contains("") ? "empty or " : "")
        + "one of \(names.filter { !$0.isEmpty }.joined(separator: ", "))"
    }
  }

  public func accepts(_ value: JSONValue) -> Bool {
    switch self {
    case .flag: value.bool != nil
    case .integer(let range): value.integer.map(range.contains) ?? false
    case .number(let range): value.number.map(range.contains) ?? false
    case .text: value.string != nil
    case .texts: value.array?.allSatisfy { $0.string != nil } ?? false
    case .flags: value.object?.values.allSatisfy { $0.bool != nil } ?? false
    case .choice(let names): value.string.map(names.contains) ?? false
    }
  }
}
