internal import Foundation

/// Sentence BLEU as sacrebleu's `sentence_bleu` computes it: 13a tokens, effective order up to 4,
/// exponential smoothing, brevity penalty; 0 to 100.
///
/// Sources: Papineni et al., 2002; Post, 2018.
public enum Bleu {
  public static func sentence(_ candidate: String, reference: String) -> Double {
    let (a, b) = (tokens(candidate), tokens(reference))
    guard !a.isEmpty else { return 0 }
    var logSum = 0.0
    var order = 0
    var smoothing = 1.0
    for n in 1...4 {
      guard a.count >= n else { break }
      let (left, right) = (grams(a, n), grams(b, n))
      let matches = left.reduce(0) { $0 + min($1.value, right[$1.key] ?? 0) }
      let total = a.count - n + 1
      if matches == 0, n == 1, !left.keys.contains(where: { right[$0] != nil }) { return 0 }
      order = n
      if matches == 0 {
        smoothing *= 2
        logSum += log(100 / (smoothing * Double(total)))
      } else {
        logSum += log(100 * Double(matches) / Double(total))
      }
    }
    let penalty = a.count < b.count ? exp(1 - Double(b.count) / Double(a.count)) : 1
    return penalty * exp(logSum / Double(order))
  }

  /// The tokeniser of mteval-v13a: punctuation stands apart, except inside of numbers.
  static func tokens(_ text: String) -> [String] {
    var line = text.trimmingCharacters(in: .whitespacesAndNewlines)
      .replacingOccurrences(of: "<skipped>", with: "")
      .replacingOccurrences(of: "-\n", with: "").replacingOccurrences(of: "\n", with: " ")
    for (entity, character) in [("&quot;", "\""), ("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">")] {
      line = line.replacingOccurrences(of: entity, with: character)
    }
    let scalars = Array((" " + line + " ").unicodeScalars)
    var spaced: [Unicode.Scalar] = []
    for scalar in scalars {
      if alwaysApart(scalar) { spaced += [" ", scalar, " "] } else { spaced.append(scalar) }
    }
    spaced = split(spaced) { before, mark, _ in
      ".,".unicodeScalars.contains(mark) && !isDigit(before)
    } after: { _ in
      false
    }
    spaced = split(spaced) { _, _, _ in
      false
    } after: {
      !isDigit($0)
    }
    spaced = splitDashes(spaced)
    return String(String.UnicodeScalarView(spaced)).split(whereSeparator: \.isWhitespace)
      .map(String.init)
  }

  /// `{-~[-` -&(-+:-@/`: everything ASCII that is no letter, digit, `'`, `,`, `-` or `.`.
  private static func alwaysApart(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x7B...0x7E, 0x5B...0x60, 0x21...0x26, 0x28...0x2B, 0x3A...0x40, 0x2F: true
    default: false
    }
  }

  private static func isDigit(_ scalar: Unicode.Scalar) -> Bool {
    (0x30...0x39).contains(scalar.value)
  }

  /// `([^0-9])([.,])` → `\1 \2 ` with `before`, `([.,])([^0-9])` → ` \1 \2` with `after`; like a
  /// regular expression, each match begins after the one before it.
  private static func split(
    _ scalars: [Unicode.Scalar],
    before: (Unicode.Scalar, Unicode.Scalar, Int) -> Bool,
    after: (Unicode.Scalar) -> Bool
  ) -> [Unicode.Scalar] {
    var result: [Unicode.Scalar] = []
    var i = 0
    while i < scalars.count {
      if i + 1 < scalars.count, before(scalars[i], scalars[i + 1], i) {
        result += [scalars[i], " ", scalars[i + 1], " "]
        i += 2
      } else if i + 1 < scalars.count, ".,".unicodeScalars.contains(scalars[i]),
        after(scalars[i + 1])
      {
        result += [" ", scalars[i], " ", scalars[i + 1]]
        i += 2
      } else {
        result.append(scalars[i])
        i += 1
      }
    }
    return result
  }

  /// `([0-9])(-)` → `\1 \2 `
  private static func splitDashes(_ scalars: [Unicode.Scalar]) -> [Unicode.Scalar] {
    var result: [Unicode.Scalar] = []
    var i = 0
    while i < scalars.count {
      if i + 1 < scalars.count, isDigit(scalars[i]), scalars[i + 1] == "-" {
        result += [scalars[i], " ", "-", " "]
        i += 2
      } else {
        result.append(scalars[i])
        i += 1
      }
    }
    return result
  }

  private static func grams(_ tokens: [String], _ n: Int) -> [[String]: Int] {
    guard tokens.count >= n else { return [:] }
    return Dictionary(
      (0...tokens.count - n).map { (Array(tokens[$0..<$0 + n]), 1) }, uniquingKeysWith: +)
  }
}
