import Foundation
import PromptMatching

/// How a person writes.
public struct WritingStyle: Sendable, Hashable, CustomStringConvertible {
  public enum Letters: String, Sendable, CaseIterable { case asTheyAre, lower, capitalised }
  public enum End: String, Sendable, CaseIterable { case asItIs, withStop, withoutStop }

  public var letters: Letters
  public var end: End

  public init(_ letters: Letters = .asTheyAre, _ end: End = .asItIs) {
    self.letters = letters
    self.end = end
  }

  public func applied(to text: String) -> String {
    var text = text
    switch letters {
    case .asTheyAre: break
    case .lower: text = text.lowercased()
    case .capitalised:
      text = text.split(separator: " ", omittingEmptySubsequences: false)
        .map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined(separator: " ")
    }
    switch end {
    case .asItIs: break
    case .withStop: if let last = text.last, !last.isPunctuation { text += "." }
    case .withoutStop: while text.last == "." { text.removeLast() }
    }
    return text
  }

  public var description: String { "\(letters.rawValue), \(end.rawValue)" }
}

/// What a simulated person accepts, and how she writes before and after her habits change.
public struct PersonHabits: Sendable, Hashable {
  /// The similarity to her own answer from which on she accepts, on the average.
  public let threshold: Double
  /// Standard deviation of it, from one suggestion to the next.
  public let noise: Double
  /// How much less she looks at long suggestions: the probability that she ignores one is
  /// 1 − exp(−characters / patience), at most 0.6.
  public let patience: Double
  public let rejects: Double
  public let style, laterStyle: WritingStyle

  init(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    threshold = 0.6 + 0.2 * generator.uniform()
    noise = 0.03 + 0.05 * generator.uniform()
    patience = 400 + 800 * generator.uniform()
    rejects = 0.05 + 0.1 * generator.uniform()
    style = WritingStyle()
    let letters: [WritingStyle.Letters] = [.lower, .capitalised]
    laterStyle = WritingStyle(letters[Int(generator.uniform() * 2)], .withStop)
  }
}
