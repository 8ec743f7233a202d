/// Words that hold sentences together: that several texts have them says nothing.
package enum CommonWords {
  static let all: Set<String> = [
    "a", "an", "and", "are", "as", "at", "be", "by", "for", "from", "has", "have", "in", "is", "it",
    "its", "no", "not", "of", "on", "or", "so", "that", "the", "their", "them", "there", "they",
    "this", "to", "was", "we", "were", "when", "which", "while", "will", "with", "you", "your",
  ]

  /// Numbers in words.
  package static let numbers: [String: Int] = [
    "none": 0, "nobody": 0, "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5,
    "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12,
    "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18,
    "nineteen": 19, "twenty": 20, "once": 1, "twice": 2, "first": 1, "second": 2, "third": 3,
    "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9, "tenth": 10,
  ]

  private static let months = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
  ]
  private static let longMonths = [
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
  ]

  /// The number of a month's name, from 1 on.
  package static func month(_ folded: String) -> Int? {
    (longMonths.firstIndex(of: folded) ?? months.firstIndex(of: folded)
      ?? (folded == "sept" ? 8 : nil)).map { $0 + 1 }
  }

  static func monthName(_ number: Int, isLong: Bool) -> String? {
    guard (1...12).contains(number) else { return nil }
    let name = (isLong ? longMonths : months)[number - 1]
    return name.prefix(1).uppercased() + name.dropFirst()
  }
}
