import Foundation

/// A limit that an instruction states for its answer, such as “in at most 20 words”. Pure.
package struct StatedLimit: Sendable, Equatable {
  package enum Unit: String, Sendable { case words, characters, sentences, lines }

  package var most: Int
  package var unit: Unit

  /// All limits that a text states.
  package static func all(in text: String) -> [StatedLimit] {
    let text = text.lowercased()
    let words = numbers.keys.sorted().joined(separator: "|")
    let number = #"(\d+|\#(words))"#
    let unit = #"[\s-]+(words?|characters?|letters?|sentences?|lines?)\b"#
    let before =
      "(at most|no more than|not more than|up to|a maximum of|fewer than|less than|under|below|"
      + "within|in|with|of)"
    guard let stated = try? Regex<AnyRegexOutput>(#"\b"# + before + #"\s+"# + number + unit),
      let behind = try? Regex<AnyRegexOutput>(
        #"\b"# + number + unit + #"\s+(at most|or less|or fewer|maximum|max)\b"#)
    else { return [] }
    var limits: [StatedLimit] = []
    for match in text.matches(of: stated) {
      let isBelow = ["fewer than", "less than", "under", "below"].contains(match[1].substring ?? "")
      if let limit = limit(match[2].substring, match[3].substring) {
        limits.append(StatedLimit(most: isBelow ? limit.most - 1 : limit.most, unit: limit.unit))
      }
    }
    for match in text.matches(of: behind) {
      if let limit = limit(match[1].substring, match[2].substring) { limits.append(limit) }
    }
    return limits
  }

  /// Whether a text is longer. Words, sentences and lines are counted as a person would.
  package func isExceeded(by text: String) -> Bool {
    let count =
      switch unit {
      case .words:
        text.split { $0.isWhitespace }.count { $0.contains { $0.isLetter || $0.isNumber } }
      case .characters: text.trimmed.count
      case .lines: text.lines.count { !$0.trimmed.isEmpty }
      case .sentences: SentenceEnds.count(in: text)
      }
    return count > most
  }

  private static func limit(_ number: Substring?, _ unit: Substring?) -> StatedLimit? {
    guard let number, let unit, let most = Int(number) ?? numbers[String(number)] else {
      return nil
    }
    let name = unit.hasSuffix("s") ? String(unit) : unit + "s"
    guard let unit = Unit(rawValue: name == "letters" ? "characters" : name) else { return nil }
    return StatedLimit(most: most, unit: unit)
  }

  private static let numbers = [
    "a single": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
    "eight": 8, "nine": 9, "ten": 10, "twelve": 12, "twenty": 20, "fifty": 50,
  ]
}
