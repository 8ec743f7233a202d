/// How a project spells its subjects where nearly all of them agree: the final stop, the colon behind a
/// prefix, capital letters. Pure.
///
/// A small model takes over what subjects speak of sooner than how they are spelled.
package struct CommitStyle: Sendable {
  /// With fewer subjects, agreement says little.
  private static let fewestSubjects = 20
  private static let fewestOfWord = 5
  /// What share of all subjects must agree, and of the subjects that begin with the same word.
  private static let (agreement, agreementOfWord) = (0.95, 0.8)

  private let count: Int
  private var stops = Tally()
  private var capitals = Tally()
  /// Whether a colon stands behind a first word; words in capitals have another entry in common.
  private var colons: [String: Tally] = [:]
  private static let inCapitals = "*"
  /// How often a first word is spelled in each way, by the word in small letters.
  private var spellings: [String: [String: Int]] = [:]

  package init(messages: [String]) {
    count = messages.count
    for message in messages {
      let text = Self.withoutNumber(message.firstLine)
      let subject = Subject(text)
      stops.add(text.hasSuffix("."))
      capitals.add(subject.body.first?.isUppercase == true)
      for word in Set([subject.word, subject.bodyWord]) where !word.isEmpty {
        spellings[word.lowercased(), default: [:]][word, default: 0] += 1
      }
      guard !subject.word.isEmpty else { continue }
      colons[subject.word, default: Tally()].add(subject.hasColon)
      if subject.word.isInCapitals {
        colons[Self.inCapitals, default: Tally()].add(subject.hasColon)
      }
    }
  }

  /// A message whose subject, its first line, is spelled as the project does.
  package func applied(to message: String) -> String {
    guard count >= Self.fewestSubjects else { return message }
    let message = message.trimmed
    let subject = message.firstLine
    let text = Self.withoutNumber(subject)
    return spelled(text) + subject.dropFirst(text.count) + message.dropFirst(subject.count)
  }

  /// Without the number of a pull request at the end.
  private static func withoutNumber(_ subject: String) -> String {
    guard let number = subject.firstMatch(of: #/ *\(#\d+\) *$/#) else { return subject }
    return String(subject[..<number.range.lowerBound])
  }

  private func spelled(_ text: String) -> String {
    var subject = Subject(firstSentence(text))
    subject.word = usual(subject.word) ?? subject.word
    if let hasColon = usuallyHasColon(subject.word), subject.scope.isEmpty || hasColon {
      subject.hasColon = hasColon
    }
    let word = subject.bodyWord
    if let usual = usual(word) {
      subject.bodyWord = usual
    } else if capitals.share >= Self.agreement, word.allSatisfy(\.isLowercase) {
      subject.bodyWord = word.prefix(1).uppercased() + word.dropFirst()
    }
    return withUsualStop(subject.text)
  }

  /// Where a subject has no stop, there is no second sentence either.
  private func firstSentence(_ text: String) -> String {
    guard stops.share <= 1 - Self.agreement,
      let end = text.firstRange(of: #/[\p{L}\d`)]\. +\p{Lu}/#)
    else { return text }
    return String(text[...end.lowerBound])
  }

  private func withUsualStop(_ text: String) -> String {
    if stops.share >= Self.agreement, text.last?.isLetter == true { return text + "." }
    let hasStop = text.hasSuffix(".") && !text.hasSuffix("..")
    return stops.share <= 1 - Self.agreement && hasStop ? String(text.dropLast()) : text
  }

  /// The spelling that most subjects have; nil where they differ, or do not have the word.
  private func usual(_ word: String) -> String? {
    guard let known = spellings[word.lowercased()],
      let most = known.max(by: { ($0.value, $0.key) < ($1.value, $1.key) })
    else { return nil }
    let total = known.values.reduce(0, +)
    let isAgreed = Double(most.value) >= Self.agreementOfWord * Double(total)
    return total >= Self.fewestOfWord && isAgreed ? most.key : nil
  }

  private func usuallyHasColon(_ word: String) -> Bool? {
    let known = [word, word.isInCapitals ? Self.inCapitals : ""].lazy.compactMap { colons[$0] }
    guard let tally = known.first(where: { $0.count >= Self.fewestOfWord }) else { return nil }
    if tally.share >= Self.agreementOfWord { return true }
    return tally.share <= 1 - Self.agreementOfWord ? false : nil
  }

  private struct Tally {
    private(set) var count = 0
    private var yes = 0

    mutating func add(_ isYes: Bool) {
      count += 1
      if isYes { yes += 1 }
    }

    var share: Double { count == 0 ? 0 : Double(yes) / Double(count) }
  }
}

/// The parts of a subject: `fix(parser)!: keep it`, `FIX Keep it`, `Keep it`.
private struct Subject {
  /// What may be a prefix; empty where the subject does not begin with a word.
  var word = ""
  /// `(parser)!`
  private(set) var scope = ""
  var hasColon = false
  private var rest: String

  init(_ text: String) {
    rest = text
    guard let match = text.wholeMatch(of: #/([A-Za-z]+)((?:\([^)]*\))?!?)(:?) +(.+)/#) else {
      return
    }
    (word, scope) = (String(match.output.1), String(match.output.2))
    hasColon = !match.output.3.isEmpty
    rest = String(match.output.4)
  }

  private var hasPrefix: Bool { hasColon || word.isInCapitals }

  private var head: String { word + scope + (hasColon ? ":" : "") }

  /// What is said, without the prefix.
  var body: String { hasPrefix || word.isEmpty ? rest : text }

  /// The first word of what is said; empty where it is a name such as `read_file`.
  var bodyWord: String {
    get {
      guard hasPrefix || word.isEmpty else { return word }
      let first = rest.prefix { !$0.isWhitespace }
      return first.allSatisfy(\.isLetter) ? String(first) : ""
    }
    set {
      if hasPrefix || word.isEmpty {
        rest = newValue + rest.dropFirst(bodyWord.count)
      } else {
        word = newValue
      }
    }
  }

  var text: String { word.isEmpty ? rest : "\(head) \(rest)" }
}

extension String {
  fileprivate var isInCapitals: Bool { count >= 2 && allSatisfy { $0.isUppercase } }
}
