/// How words that were asked for are written in a slot.
enum SlotTransform: Sendable, Hashable {
  case same, capitalised, lowered, uppered, titled, uncapitalised
  case hyphenated, underscored, dotted, joined
  /// The first letter, as a capital; the first three letters, such as `Sat`.
  case initial, abbreviated
  case singular, capitalisedSingular
  /// Digits with zeros in front up to a width; numbers in words count too.
  case number(width: Int)
  /// `minus 6` as `-6`.
  case negative
  /// The number that comes next, with zeros in front up to a width.
  case successor(width: Int)
  /// The number of a month's name, in two digits.
  case month

  /// Those that may explain a value; the first of several that explain all is taken.
  static func candidates(for values: [String]) -> [SlotTransform] {
    var found: [SlotTransform] = [
      .same, .capitalised, .lowered, .uppered, .uncapitalised, .titled, .hyphenated, .underscored,
      .dotted, .joined, .initial, .abbreviated, .singular, .capitalisedSingular,
    ]
    if values.allSatisfy({ $0.allSatisfy { $0.isNumber || $0 == "-" } && !$0.isEmpty }) {
      let lengths = Set(values.map(\.count))
      let isPadded = lengths.count == 1 && values.contains { $0.hasPrefix("0") && $0.count > 1 }
      let width = isPadded ? lengths.first ?? 0 : 0
      found += [.number(width: width), .negative, .month, .successor(width: width)]
    }
    return found
  }

  /// What also sees to the first letter, where copies as they are have it alike in all values.
  static func leadingCase(of values: [String]) -> SlotTransform {
    let firsts = values.compactMap(\.first)
    guard firsts.allSatisfy(\.isLetter) else { return .same }
    if firsts.allSatisfy(\.isUppercase) { return .capitalised }
    return firsts.allSatisfy(\.isLowercase) ? .uncapitalised : .same
  }

  /// Whether what it takes is one number, in digits or in words.
  var takesNumber: Bool {
    switch self {
    case .number, .successor, .negative: true
    default: false
    }
  }

  /// What the words become; nil where the transform does not apply.
  func apply(to tokens: ArraySlice<TextToken>) -> String? {
    switch self {
    case .same: return tokens.joined
    case .capitalised: return Self.capitalised(tokens.joined)
    case .lowered: return tokens.joined.lowercased()
    case .uppered: return tokens.joined.uppercased()
    case .uncapitalised:
      let text = tokens.joined
      return text.prefix(1).lowercased() + text.dropFirst()
    case .titled:
      return tokens.reduce(into: "") {
        $0 += $1.kind == .word ? Self.capitalised($1.text) : $1.text
      }
    case .hyphenated: return words(tokens, "-")
    case .underscored: return words(tokens, "_")
    case .dotted: return words(tokens, ".")
    case .joined: return words(tokens, "")
    case .initial:
      guard tokens.count == 1, let token = tokens.first, token.kind == .word else { return nil }
      return token.text.prefix(1).uppercased()
    case .abbreviated:
      guard tokens.count == 1, let token = tokens.first, token.kind == .word, token.text.count >= 3
      else { return nil }
      return Self.capitalised(String(token.text.prefix(3)))
    case .singular: return Self.singular(tokens)
    case .capitalisedSingular: return Self.singular(tokens).map(Self.capitalised)
    case .number(let width): return Self.number(tokens).map { Self.padded($0, width) }
    case .successor(let width): return Self.number(tokens).map { Self.padded($0 + 1, width) }
    case .negative:
      guard let last = tokens.last, last.kind == .number, let value = Int(last.text) else {
        return nil
      }
      if tokens.count == 1 { return last.text }
      guard let first = tokens.first else { return nil }
      let isMinus = first.folded == "minus" || first.text == "-" || first.text == "−"
      return isMinus && tokens.count <= 3 ? "-\(value)" : nil
    case .month:
      guard tokens.count == 1, let month = tokens.first.flatMap({ CommonWords.month($0.folded) })
      else { return nil }
      return Self.padded(month, 2)
    }
  }

  private func words(_ tokens: ArraySlice<TextToken>, _ separator: String) -> String? {
    guard tokens.allSatisfy({ $0.isContent || $0.kind == .blanks }) else { return nil }
    return tokens.filter(\.isContent).map(\.folded).joined(separator: separator)
  }

  private static func capitalised(_ text: String) -> String {
    text.prefix(1).uppercased() + text.dropFirst()
  }

  private static func singular(_ tokens: ArraySlice<TextToken>) -> String? {
    let text = tokens.joined
    guard tokens.last?.kind == .word, text.hasSuffix("s"), text.count > 3, !text.hasSuffix("ss")
    else { return tokens.last?.kind == .word ? text : nil }
    return String(text.dropLast())
  }

  private static func number(_ tokens: ArraySlice<TextToken>) -> Int? {
    guard tokens.count == 1, let token = tokens.first else { return nil }
    return token.kind == .number ? Int(token.text) : CommonWords.numbers[token.folded]
  }

  static func padded(_ number: Int, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}
