/// Whether words ask for something.
///
/// English is read word by word: a request starts with a verb in its base form (*Return the mean*),
/// documentation with its third person (*Returns the mean*), and a short noun phrase may name what is
/// wanted (*a function that adds two numbers*). Other languages: ``ForeignWording``.
struct RequestWording {
  /// What the words stand in, since manuals and programs are full of imperatives that ask a
  /// reader, not a model.
  enum Place { case comment, paragraph }

  let place: Place

  func asks(_ text: String) -> Bool {
    let lines = text.lines.map(\.trimmed).filter { !$0.isEmpty }
    guard let first = lines.first, let last = lines.last else { return false }
    if let asks = ForeignWording(isParagraph: place == .paragraph).asks(text) { return asks }
    let opening = Self.sentences(first)
    guard let beginning = opening.first else { return false }
    if sentenceAsks(beginning, isFirst: true) { return true }
    // What is asked for may come last: “The list is long. Sum it up.”
    let closing = lines.count == 1 ? opening : Self.sentences(last)
    guard let end = closing.last, lines.count > 1 || opening.count > 1 else { return false }
    return sentenceAsks(end, isFirst: false)
  }

  private var verbs: Set<String> { place == .paragraph ? Verbs.ofProse : Verbs.base }

  /// The sentences of a line; a dot ends one only before a space and a capital.
  static func sentences(_ line: String) -> [String] {
    var found: [String] = []
    var current = ""
    let characters = Array(line)
    for (index, character) in characters.enumerated() {
      current.append(character)
      guard ".!?".contains(character), index + 2 < characters.count, characters[index + 1] == " ",
        characters[index + 2].isUppercase || !characters[index + 2].isASCII,
        !Self.abbreviations.contains(where: { current.hasSuffix($0) })
      else { continue }
      found.append(current.trimmed)
      current = ""
    }
    if !current.trimmed.isEmpty { found.append(current.trimmed) }
    return found
  }

  private static let abbreviations = ["e.g.", "i.e.", "etc.", "vs.", "Mr.", "Dr.", "No.", "cf."]

  // MARK: One sentence

  private func sentenceAsks(_ sentence: String, isFirst: Bool) -> Bool {
    var words = Words(sentence)
    guard words.skipMarks(in: place) else { return false }
    if words.isTask { return words.rest.count >= 2 && !words.isStatement }
    if isQuestion(sentence, words) { return true }
    if words.skipPoliteWords() { return true }
    return startsWithVerb(words, isFirst: isFirst) || asksAfterClause(words)
      || isFirst && namesWhatIsWanted(words)
  }

  private func startsWithVerb(_ words: Words, isFirst: Bool) -> Bool {
    guard let first = words.rest.first else { return false }
    if verbs.contains(first.plain) {
      if first.endsWithColon {
        return place == .paragraph || Self.labelled.contains(first.plain)
      }
      return !words.isNounUse
    }
    guard place == .comment, isFirst else { return false }
    if Verbs.thirdPerson[first.plain] != nil { return !first.endsWithColon && !words.isNounUse }
    // Go names what it documents: “ParseFile reads a file”.
    guard first.isName, words.rest.count >= 3 else { return false }
    let second = words.rest[1]
    return Verbs.thirdPerson[second.plain] != nil && !words.dropped(1).isNounUse
  }

  private static let labelled = Verbs.words(
    "translate summarize summarise explain write create generate implement rewrite convert answer")

  /// “For each order, return the total”, “Given a list, sort it”.
  private func asksAfterClause(_ words: Words) -> Bool {
    guard let first = words.rest.first, Self.clauses.contains(first.plain) else { return false }
    for index in words.rest.indices.dropLast() where words.rest[index].endsClause {
      var after = words.dropped(index + 1)
      if after.skipPoliteWords() { return true }
      if let next = after.rest.first, verbs.contains(next.plain), !after.isNounUse { return true }
    }
    return false
  }

  private static let clauses = Verbs.words(
    """
    for if when whenever while given using with without after before in on from as to based
    assuming unless once until by at like
    """)

  private func isQuestion(_ sentence: String, _ words: Words) -> Bool {
    guard sentence.hasSuffix("?"), let first = words.rest.first?.plain else { return false }
    if place == .paragraph { return Self.questionWords.contains(first) && words.rest.count >= 3 }
    let second = words.rest.dropFirst().first?.plain ?? ""
    return ["what", "how"].contains(first) && ["do", "does", "can", "to", "would"].contains(second)
      || ["can", "could"].contains(first) && second == "you"
  }

  private static let questionWords = Verbs.words(
    """
    what how why when where who which whose whom is are do does did can could would should will was
    were has have what's who's how's in
    """)

  // MARK: Noun phrases

  /// “A function that adds two numbers”, “haiku about the sea”.
  private func namesWhatIsWanted(_ words: Words) -> Bool {
    let rest = words.rest
    let limit = min(rest.count - 1, 5)
    guard rest.count >= 4, limit > 0, rest.count <= 24 else { return false }
    for index in 0..<limit {
      let (word, next) = (rest[index].plain, rest[index + 1].plain)
      if place == .comment, Self.programs.contains(word), !rest[index].endsWithComma,
        Self.links.contains(next)
      {
        return !words.dropped(index + 2).isStatementAfterLink
      }
      if place == .paragraph, Self.texts.contains(word), Self.textLinks.contains(next) {
        return !words.isStatement
      }
      // Between the article and the noun only adjectives may stand.
      if Self.links.contains(word) || Self.finite.contains(word) { return false }
    }
    return false
  }

  private static let programs = Verbs.words(
    """
    function method class struct script program query regex regexp helper component hook endpoint
    decorator macro command loop procedure subroutine routine closure lambda test
    """)
  private static let links = Verbs.words("that which to for returning taking")
  private static let texts = Verbs.words(
    """
    haiku poem story essay email letter limerick sonnet joke recipe summary list table slogan tweet
    speech dialogue song paragraph headline description outline explanation translation tagline
    function script program query regex review article
    """)
  private static let textLinks = Verbs.words("about on of for that with in to from between")
  static let finite = Verbs.words(
    """
    is are was were be been has have had can could will would should must may might does do did
    isn't aren't wasn't doesn't don't can't won't needs means contains
    """)
}
