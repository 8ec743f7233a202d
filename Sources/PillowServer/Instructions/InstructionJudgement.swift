import Languages

/// Whether a comment or a paragraph asks for something.
struct InstructionJudgement {
  let language: Language?
  let place: RequestWording.Place
  let openings: InstructionOpenings

  /// - Parameters:
  ///   - text: what it says, unwrapped.
  ///   - lines: its lines as they stand, without comment marks.
  /// - Returns: why it is no instruction; `nil` when it is one.
  func refusal(_ text: String, lines: [String]) -> NoInstruction? {
    if MachineComments.isLicence(text) { return .licence }
    if place == .comment, text.contains(where: \.isLetter) {
      if MachineComments.isForMachines(text) { return .forMachines }
      if CommentedOutCode(language: language).isCode(lines) { return .commentedOutCode }
      if Self.isBanner(lines) { return .heading }
    }
    guard Self.isLongEnough(text) else { return .tooShort }
    if RequestWording.isAnswered(text) { return .finished }
    let wording = RequestWording(place: place, namesBegin: language?.id == "go")
    return wording.asks(text) || openings.begins(text) ? nil : .statement
  }

  /// At least two words, or a few characters of a script without spaces.
  static func isLongEnough(_ text: String) -> Bool {
    let words = text.split(whereSeparator: \.isWhitespace)
      .filter { $0.contains(where: \.isLetter) }
    if words.count >= 2 { return true }
    return text.unicodeScalars.count { hasNoSpaces($0) } >= 4
  }

  /// Thai, Lao, Burmese and Khmer, and the scripts of China, Japan and Korea.
  private static func hasNoSpaces(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x0E00..<0x0F00, 0x1000..<0x10A0, 0x1780..<0x1800, 0x19E0..<0x1A00, 0x2E80...:
      scalar.properties.isAlphabetic
    default: false
    }
  }

  /// A heading with a rule beside it or around it: `--- Parsing ---`.
  private static func isBanner(_ lines: [String]) -> Bool {
    let filled = lines.map(\.trimmed).filter { !$0.isEmpty }
    let texts = filled.filter { !isRule($0) }
    guard let first = texts.first else { return true }
    if texts.count <= 2, filled.count >= texts.count + 2, filled.first.map(isRule) == true {
      return texts.allSatisfy { $0.count < 60 && !$0.hasSuffix(".") }
    }
    guard texts.count == 1 else { return false }
    // Underlined, or in capitals.
    if filled.count == 2, filled.last.map(isRule) == true { return true }
    if first.contains(where: \.isLetter), first == first.uppercased(), first != first.lowercased(),
      !first.hasSuffix(".")
    {
      return true
    }
    return first.hasPrefixRule || first.hasSuffixRule
  }

  static func isRule(_ line: String) -> Bool {
    line.count >= 3 && !line.contains { $0.isLetter || $0.isNumber }
      && line.contains { "-=*#/~_+%".contains($0) }
  }
}

extension String {
  fileprivate var hasPrefixRule: Bool { isRuleOf(prefix { !$0.isLetter && !$0.isNumber }) }

  fileprivate var hasSuffixRule: Bool {
    isRuleOf(Substring(reversed()).prefix { !$0.isLetter && !$0.isNumber })
  }

  private func isRuleOf(_ marks: Substring) -> Bool {
    guard let mark = marks.first(where: { !$0.isWhitespace }), "-=*#~_+%/".contains(mark) else {
      return false
    }
    return marks.count { $0 == mark } >= 3
  }
}
