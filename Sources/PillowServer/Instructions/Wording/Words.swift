/// The words of a sentence, read from its start.
struct Words {
  struct Word {
    var text: Substring
    /// In lower case, without the marks around it.
    var plain: String

    init(_ text: Substring) {
      self.text = text
      let core = text.drop { !$0.isLetter && !$0.isNumber }
      let end = core.lastIndex { $0.isLetter || $0.isNumber }
      plain = end.map { core[...$0].lowercased() } ?? ""
    }

    var endsWithColon: Bool { text.hasSuffix(":") }
    var endsWithComma: Bool { text.hasSuffix(",") }
    var endsClause: Bool {
      text.hasSuffix(",") || text.hasSuffix(":") || text == "-" || text == "–"
    }

    /// Whether it names something in a program: `parse_file`, `ParseFile`, `` `x` ``, `f()`.
    var isName: Bool {
      let inner = text.dropFirst()
      return text.contains("_") || text.hasSuffix("()") || text.hasPrefix("`")
        || inner.contains(where: \.isUppercase)
    }
  }

  var rest: [Word]
  /// Whether a mark such as `TODO` stood before them.
  private(set) var isTask = false

  init(_ sentence: String) {
    rest = sentence.split(whereSeparator: \.isWhitespace).map { Word($0) }
  }

  func dropped(_ count: Int) -> Words {
    var words = self
    words.rest = Array(rest.dropFirst(count))
    return words
  }

  // MARK: What stands before the request

  private static let tasks = Verbs.words("todo fixme wip tbd")
  private static let labels = Verbs.words(
    """
    task prompt question q instruct exercise instruction instructions user problem request brief summary
    description desc doc step goal assignment challenge copilot ai method function
    public private internal protected static optional
    """)
  /// What introduces remarks for readers.
  private static let remarks = Verbs.words(
    """
    note notes warning important caution hack xxx bug deprecated safety remark remarks nb
    caveat attention info see example examples e.g i.e perf invariant todo's panics errors reference
    ref refs source author authors date version file module package since default never don't
    """)

  /// The same without a colon.
  private static let openings = Verbs.words(
    "note warning see since e.g i.e hack xxx bug nb never don't")

  /// Skips bullets, numbers and labels.
  ///
  /// - Returns: `false` where the label says that a remark follows.
  mutating func skipMarks(in place: RequestWording.Place) -> Bool {
    while let word = rest.first {
      let name = word.plain.prefix { $0.isLetter || $0 == "'" }
      let isLabel = word.endsWithColon || word.text.hasPrefix("@") || word.text.hasPrefix("\\")
      if Self.tasks.contains(String(name)),
        name.count == word.plain.count || word.text.contains("(")
          || word.text.contains("[")
      {
        isTask = true
      } else if word.endsWithColon, word.text.contains(#/^[A-Z][A-Z0-9]*-\d+:$/#) {
        // A ticket's number.
      } else if isLabel, Self.labels.contains(word.plain) {
        // It says what follows.
      } else if word.plain == "step" || word.plain == "question" || word.plain == "exercise"
        || word.plain == "task" || word.plain == "problem",
        let next = rest.dropFirst().first, next.plain.allSatisfy(\.isNumber), !next.plain.isEmpty
      {
        rest.removeFirst()
      } else if word.plain == "issue", let next = rest.dropFirst().first, next.endsWithColon {
        rest.removeFirst()
      } else if isLabel, Self.remarks.contains(word.plain) {
        return false
      } else if !isBullet(word) {
        break
      }
      rest.removeFirst()
    }
    guard let first = rest.first else { return false }
    if place == .comment, Self.openings.contains(first.plain) { return false }
    let second = rest.dropFirst().first?.plain ?? ""
    if first.plain == "check", second == "out" { return false }
    return second != "not"
  }

  private func isBullet(_ word: Word) -> Bool {
    if word.plain.isEmpty { return true }
    let digits = word.plain.allSatisfy(\.isNumber) && word.text.contains { ".):]".contains($0) }
    let letter = word.plain.count == 1 && word.text.hasSuffix(")")
    let box = word.text == "[x]" || word.text == "[X]" || word.text == "x]"
    return digits || letter || box
  }

  private static let polite = Verbs.words(
    """
    please kindly now then next finally first firstly second secondly third thirdly lastly last also
    and so just simply again otherwise only always still maybe instead ok okay hi hello hey or additionally
    """)
  private static let phrases = split(
    [
      "can you", "could you", "would you", "will you", "i want you to", "i want to",
      "i need you to", "i need to", "i'd like you to", "i would like you to", "i'd like to",
      "i would like to", "help me to", "help me", "help us", "try to", "be sure to", "remember to",
      "your task is to", "the task is to", "your job is to", "let's", "lets", "let us", "i want",
      "i need", "i'd like", "i would like", "give me", "how to", "how do i", "how can i",
    ])
  /// What speaks to a model in prose, and to a reader in comments.
  private static let phrasesOfProse = split(
    ["you have to", "you will", "you must", "you should"])

  private static func split(_ phrases: [String]) -> [[String]] {
    phrases.map { $0.split(separator: " ").map(String.init) }
  }

  private static let sufficient: Set<[String]> = Set(
    [
      "i want you to", "i need you to", "i'd like you to", "i would like you to", "your task is to",
      "the task is to", "your job is to", "can you", "could you", "would you", "help me to",
      "help me", "give me",
    ].map { $0.split(separator: " ").map(String.init) })

  /// Skips what is said out of politeness or to put things in order.
  ///
  /// - Returns: whether that alone makes a request of it: “Could you …”.
  mutating func skipPoliteWords(in place: RequestWording.Place) -> Bool {
    var isRequest = false
    search: while let word = rest.first {
      let plain = rest.prefix(5).map(\.plain)
      let phrases = Self.phrases + (place == .paragraph ? Self.phrasesOfProse : [])
      for phrase in phrases
      where plain.count > phrase.count && Array(plain.prefix(phrase.count)) == phrase {
        rest.removeFirst(phrase.count)
        isRequest = isRequest || Self.sufficient.contains(phrase)
        continue search
      }
      let isAdverb =
        word.plain.hasSuffix("ly") && word.plain.count > 4 && !Verbs.base.contains(word.plain)
      guard Self.polite.contains(word.plain) || isAdverb, rest.count > 1 else { break }
      rest.removeFirst()
    }
    return isRequest
  }

  // MARK: Noun or verb

  private static let determiners = Verbs.words(
    """
    the a an this that these those its their his her our your my each every all any some no one two
    three four five ten both either another it them us me him what which how whether if when where
    why who up out down off on over back away into to from for as at and until through by with
    against new only more within without between than per based across around before after again
    once both first last something nothing anything
    """)

  /// Whether the first words are what a sentence is about: “Write access is restricted”, “Explain
  /// plans are printed”. An object would have an article, or a clause of its own.
  var isSubject: Bool {
    let verbs: Set = ["is", "are", "was", "were", "has", "have", "can", "will", "must", "should"]
    for word in rest.dropFirst().prefix(4) {
      if verbs.contains(word.plain) { return true }
      if Self.determiners.contains(word.plain) || Self.joins.contains(word.plain)
        || word.endsWithComma || word.endsWithColon || !(word.text.first?.isLetter ?? false)
      {
        return false
      }
    }
    return false
  }

  private static let joins = Verbs.words(
    """
    that which who whose what how why if whether where when and or but to for of in on with about it
    he she we you they there sure because
    """)

  /// Whether the first word, which could be a verb, is a noun here: “Test data”, “List of users”,
  /// “Name is missing”.
  var isNounUse: Bool {
    guard let first = rest.first else { return false }
    guard let next = rest.dropFirst().first else { return false }
    if next.plain == "of" {
      return !["get", "take", "think", "dispose", "make"].contains(first.plain)
    }
    if RequestWording.finite.contains(next.plain), next.plain != "do" { return true }
    guard first.endsWithComma == false else {
      return !Verbs.base.contains(next.plain) && next.plain != "then" && next.plain != "and"
    }
    if let base = Verbs.thirdPerson[first.plain] {
      // “Tests for the parser”, but “Tests behavior” and “Looks for files”.
      let isNoun = ["for", "of", "in", "on", "with", "to"].contains(next.plain)
      let isHeading = next.plain != "to" && base != "search" && Self.mostlyNouns.contains(base)
      return isNoun && (isHeading || isStatement)
    }
    guard Verbs.nounLike.contains(first.plain) else { return false }
    if first.plain == "test" {
      return Self.ofTests.contains(next.plain) || rest.count == 2 && next.plain.hasSuffix("s")
    }
    let isNoun = Self.mostlyNouns.contains(first.plain) || first.plain == "build"
    if rest.count == 2, isNoun, next.plain.hasSuffix("s") { return true }
    // “split removes whitespace”, “request pushes a second one”
    let adverbs = rest.dropFirst().prefix { Self.adverbs.contains($0.plain) }.count
    let follower = rest.dropFirst(1 + adverbs).first ?? next
    if let verb = Verbs.thirdPerson[follower.plain] {
      let third = rest.dropFirst(2 + adverbs).first?.plain ?? ""
      if adverbs > 0 { return true }
      if !Verbs.nounLike.contains(verb) || ["a", "an", "the", "no"].contains(third) { return true }
    }
    if Self.determiners.contains(next.plain) || !(next.text.first?.isLetter ?? false) || next.isName
    {
      return false
    }
    let isSingular = ["ss", "us", "is", "as"].contains { next.plain.hasSuffix($0) }
    // “Sort numbers by size”, but not “Test results are below” and not “Sort order”.
    if next.plain.hasSuffix("s") && !isSingular || next.plain.hasSuffix("ed")
      || next.plain.hasSuffix("ing")
    {
      return isStatement
    }
    return Self.mostlyNouns.contains(first.plain) || isStatement
  }

  static let adverbs = Verbs.words("just only also already never always simply still not")

  private static let ofTests = Verbs.words(
    """
    data case cases file files suite suites result results helper helpers fixture fixtures setup
    utilities utils class classes module runner environment driver code coverage
    """)

  private static let mostlyNouns = Verbs.words(
    """
    test log cache index sort debug default name state map list table type key time hash file form
    query request block tag sample state root point note label group graph flag buffer branch color
    access address code comment count design document end input output order place position process slice
    program record report style display search scale trace track link limit level mask match
    """)

  private static let conjunctions = Verbs.words(
    """
    that which who whom whose if when where whether what how because as until while so unless
    wherever whatever
    """)

  /// Whether there is a finite verb outside of a clause such as “that is empty”, so that it states
  /// something.
  var isStatement: Bool {
    for word in rest.dropFirst() {
      if Self.conjunctions.contains(word.plain) { return false }
      if RequestWording.finite.contains(word.plain), word.plain != "do" { return true }
    }
    return false
  }

  /// The same behind “that”, whose clause has a verb of its own.
  var isStatementAfterLink: Bool {
    rest.dropFirst(2).contains { ["is", "are", "was", "were"].contains($0.plain) }
  }
}
