/// A day, or a month, as texts write it.
struct DateText: Sendable, Hashable {
  var year: Int?
  var month: Int
  var day: Int?

  /// How a date is written.
  enum Style: Sendable, Hashable, CaseIterable {
    /// `2026-03-02`, `2026-03`.
    case iso, isoMonth
    /// `02.03.2026`.
    case dotted
    /// `2 Mar`, `2 March`, `2 March 2026`.
    case dayMonth, dayLongMonth, dayLongMonthYear
  }

  /// The parts of a text that are dates in digits alone.
  static func parts(in tokens: [TextToken]) -> [Range<Int>] {
    var parts: [Range<Int>] = []
    var index = 0
    while index < tokens.count {
      if let (_, end) = numeric(tokens, index) {
        parts.append(index..<end)
        index = end
      } else {
        index += 1
      }
    }
    return parts
  }

  /// The dates in a text, however they are written, with their places.
  static func all(in tokens: [TextToken]) -> [(date: DateText, range: Range<Int>)] {
    var found: [(date: DateText, range: Range<Int>)] = []
    var index = 0
    while index < tokens.count {
      if let (date, end) = numeric(tokens, index) ?? inWords(tokens, index) {
        found.append((date, index..<end))
        index = end
      } else {
        index += 1
      }
    }
    return found
  }

  private static func numeric(_ tokens: [TextToken], _ start: Int) -> (DateText, Int)? {
    func number(_ offset: Int, _ digits: ClosedRange<Int>) -> Int? {
      let index = start + offset
      guard index < tokens.count, tokens[index].kind == .number,
        digits.contains(tokens[index].text.count)
      else { return nil }
      return Int(tokens[index].text)
    }
    func mark(_ offset: Int, _ text: String) -> Bool {
      start + offset < tokens.count && tokens[start + offset].text == text
    }
    if let year = number(0, 4...4), (1500...2999).contains(year), mark(1, "-"),
      let month = number(2, 2...2), (1...12).contains(month)
    {
      if mark(3, "-"), let day = number(4, 2...2), (1...31).contains(day) {
        return (DateText(year: year, month: month, day: day), start + 5)
      }
      return (DateText(year: year, month: month), start + 3)
    }
    if let day = number(0, 1...2), (1...31).contains(day), mark(1, "."),
      let month = number(2, 1...2), (1...12).contains(month), mark(3, "."),
      let year = number(4, 4...4)
    {
      return (DateText(year: year, month: month, day: day), start + 5)
    }
    return nil
  }

  private static func inWords(_ tokens: [TextToken], _ start: Int) -> (DateText, Int)? {
    // The tokens that are no blanks, with their places.
    var places: [Int] = []
    var index = start
    while index < tokens.count, places.count < 5 {
      let token = tokens[index]
      if token.kind == .lineBreak { break }
      if token.kind != .blanks, token.text != "," { places.append(index) }
      index += 1
    }
    func token(_ number: Int) -> TextToken? {
      places.indices.contains(number) ? tokens[places[number]] : nil
    }
    func day(_ number: Int) -> Int? {
      guard let token = token(number), token.kind == .number, let value = Int(token.text),
        (1...31).contains(value)
      else { return nil }
      return value
    }
    func year(_ number: Int) -> Int? {
      guard let token = token(number), token.kind == .number, token.text.count == 4 else {
        return nil
      }
      return Int(token.text)
    }
    guard places.first == start else { return nil }
    if let day = day(0) {
      // `2 March`, `2nd March`, `2nd of March`, `2. March`
      for next in 1...3 {
        guard let word = token(next) else { break }
        if word.kind == .word, let month = CommonWords.month(word.folded) {
          let given = year(next + 1)
          return (
            DateText(year: given, month: month, day: day),
            places[given == nil ? next : next + 1] + 1
          )
        }
        guard ["st", "nd", "rd", "th", "of", "."].contains(word.folded) else { break }
      }
      return nil
    }
    guard let word = token(0), word.kind == .word, let month = CommonWords.month(word.folded),
      word.text.first?.isUppercase == true
    else { return nil }
    if let day = day(1), token(1)?.text.count ?? 4 <= 2 {
      let given = year(2)
      return (
        DateText(year: given, month: month, day: day), places[given == nil ? 1 : 2] + 1
      )
    }
    if let given = year(1) { return (DateText(year: given, month: month), places[1] + 1) }
    return nil
  }

  /// The date in a style; nil where it lacks a part.
  ///
  /// - Parameter usualYear: where the text names none.
  func written(_ style: Style, usualYear: Int?) -> String? {
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let year = year ?? usualYear
    switch style {
    case .iso:
      guard let year, let day else { return nil }
      return "\(year)-\(two(month))-\(two(day))"
    case .isoMonth: return year.map { "\($0)-\(two(month))" }
    case .dotted:
      guard let year, let day else { return nil }
      return "\(two(day)).\(two(month)).\(year)"
    case .dayMonth, .dayLongMonth, .dayLongMonthYear:
      guard let day, let name = CommonWords.monthName(month, isLong: style != .dayMonth) else {
        return nil
      }
      if style == .dayLongMonthYear { return year.map { "\(day) \(name) \($0)" } }
      return "\(day) \(name)"
    }
  }
}
