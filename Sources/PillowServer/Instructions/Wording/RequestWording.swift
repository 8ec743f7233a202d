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
  /// Whether names that are one word begin documentation: “Engine returns …”.
  var namesBegin = false

  func asks(_ text: String) -> Bool {
    var lines = text.lines.map(\.trimmed).filter { !$0.isEmpty }
    // Tags describe parameters and results.
    if let tag = lines.dropFirst().firstIndex(where: { Self.isTag($0) }) {
      lines.removeSubrange(tag...)
    }
    // “Run with” and a block of code is for readers.
    if let fence = lines.firstIndex(where: { $0.hasPrefix("```") || $0.contains(" ```") }) {
      let before = lines[fence].firstRange(of: "```").map { lines[fence][..<$0.lowerBound] } ?? ""
      let intro = fence == 1 ? lines[0] : String(before)
      if fence <= 1, intro.split(separator: " ").count <= 3 { return false }
    }
    guard let first = lines.first, let last = lines.last else { return false }
    if place == .paragraph, lines.count == 1, TextLabel.namesWhatToWrite(first) { return true }
    let text = place == .paragraph ? Self.withoutLabels(text) : text
    if let asks = ForeignWording(isParagraph: place == .paragraph).asks(text) { return asks }
    if place == .paragraph, lines.count > 1, lines.allSatisfy(Self.isItem) { return false }
    let opening = Self.sentences(first).filter { !Self.isEmptyAnswer($0) }
    guard let beginning = opening.first else { return false }
    let isAlone = lines.count == 1 && opening.count == 1
    if sentenceAsks(beginning, isFirst: true, isAlone: isAlone) { return true }
    if place == .paragraph, opening.contains(where: { isPleading($0) }) { return true }
    // What is asked for may come last: “The list is long. Sum it up.”
    let closing = lines.count == 1 ? opening : Self.sentences(last)
    // A longer text tells something, and may speak to its reader at the end.
    if place == .paragraph, lines.count == 1, opening.count > Self.fewSentences { return false }
    guard let end = closing.last, !isAlone, lines.count == 1 || !Self.isItem(last) else {
      return false
    }
    return sentenceAsks(end, isFirst: false, isAlone: true)
  }

  private static let fewSentences = 3

  /// Without `Q:` before a question and `A:` behind it.
  private static func withoutLabels(_ text: String) -> String {
    var text = text[...]
    for label in ["Q", "Question", "Instruct", "问", "質問", "F", "Frage", "P"] {
      for colon in [":", "："] where text.hasPrefix(label + colon) {
        text = text.dropFirst(label.count + 1)
      }
    }
    for label in ["A", "Answer", "Output", "R", "答", "回答", "Antwort"] {
      for colon in [":", "："] {
        guard let range = text.ranges(of: label + colon).last,
          !text[range.upperBound...].contains(where: { $0.isLetter || $0.isNumber })
        else { continue }
        text = text[..<range.lowerBound]
      }
    }
    return text.trimmed
  }

  private static func isTag(_ line: String) -> Bool {
    line.hasPrefix("@") || line.hasPrefix(":param") || line.hasPrefix("Args:")
      || line.hasPrefix("Returns:") || line.hasPrefix("Parameters:")
  }

  private static func isItem(_ line: String) -> Bool {
    ["- ", "* ", "+ "].contains { line.hasPrefix($0) } || line.first?.isNumber == true
  }

  /// `A:`, where an answer is to follow.
  private static func isEmptyAnswer(_ sentence: String) -> Bool {
    guard let colon = sentence.firstIndex(of: ":") ?? sentence.firstIndex(of: "：") else {
      return false
    }
    let label = sentence[..<colon].lowercased()
    let rest = sentence[sentence.index(after: colon)...]
    return ["a", "answer", "output", "r", "response", "antwort"].contains(label)
      && !rest.contains { $0.isLetter || $0.isNumber }
  }

  /// Whether a question stands here with its answer.
  static func isAnswered(_ text: String) -> Bool {
    guard ["Q:", "Q：", "Question:", "F:", "P:"].contains(where: { text.hasPrefix($0) }) else {
      return false
    }
    for mark in [" A:", " A：", "\nA:", "\nA：", " Answer:", " R:"] {
      guard let range = text.firstRange(of: mark) else { continue }
      if text[range.upperBound...].contains(where: { $0.isLetter || $0.isNumber }) { return true }
    }
    return false
  }

  /// “Please tell me …”, wherever it stands.
  private func isPleading(_ sentence: String) -> Bool {
    guard sentence.lowercased().hasPrefix("please ") else { return false }
    return startsWithVerb(Words(sentence).dropped(1), isFirst: false)
  }

  private var verbs: Set<String> { place == .paragraph ? Verbs.ofProse : Verbs.base }

  /// The sentences of a line; a dot ends one only before a space and a capital.
  static func sentences(_ line: String) -> [String] {
    var found: [String] = []
    var current = ""
    let characters = Array(line)
    for (index, character) in characters.enumerated() {
      current.append(character)
      guard ".!?;".contains(character), index + 2 < characters.count, characters[index + 1] == " ",
        character == ";" || characters[index + 2].isUppercase || !characters[index + 2].isASCII,
        !(character == "." && current.dropLast().last?.isNumber == true),
        character != "." || !SentenceEnds.isAbbreviated(current.dropLast()),
        !current.hasSuffix("etc.")
      else { continue }
      found.append(current.trimmed)
      current = ""
    }
    if !current.trimmed.isEmpty { found.append(current.trimmed) }
    return found
  }

  // MARK: One sentence

  private func sentenceAsks(_ sentence: String, isFirst: Bool, isAlone: Bool) -> Bool {
    var words = Words(sentence)
    guard words.skipMarks(in: place) else { return false }
    // “Try the other one?” is a thought.
    if place == .comment, sentence.hasSuffix("?"), !isQuestion(sentence, words) { return false }
    if words.isTask { return words.rest.count >= 2 && !words.isStatement }
    // A link that begins an item is no verb.
    if place == .paragraph, words.rest.first?.text.hasPrefix("[") == true { return false }
    // A question that is answered below is none.
    if isAlone || place == .comment, isQuestion(sentence, words) { return true }
    if place == .paragraph, isWish(words) { return true }
    if words.skipPoliteWords(in: place) { return true }
    return startsWithVerb(words, isFirst: isFirst) || asksAfterClause(words)
      || isFirst && namesWhatIsWanted(words)
  }

  /// “Come up with a slogan”, “I need a short text about tea”
  private func isWish(_ words: Words) -> Bool {
    let plain = words.rest.prefix(8).map(\.plain)
    if plain.starts(with: ["come", "up", "with"]) { return plain.count > 3 }
    guard plain.first == "i", plain.count > 3, ["need", "want"].contains(plain[1]),
      ["a", "an", "some"].contains(plain[2])
    else { return false }
    return plain.dropFirst(3).contains { Self.texts.contains($0) || $0 == "text" }
  }

  private func startsWithVerb(_ words: Words, isFirst: Bool) -> Bool {
    guard let first = words.rest.first else { return false }
    if verbs.contains(first.plain) {
      if first.endsWithColon {
        let isPlain = !Verbs.nounLike.contains(first.plain) && words.rest.count >= 3
        return place == .paragraph || isPlain || Self.labelled.contains(first.plain)
      }
      let isToReader = place == .paragraph && words.rest.dropFirst().first?.plain == "sure"
      let isSubject = place == .paragraph && words.isSubject
      return !isToReader && !isSubject && !words.isNounUse
    }
    if first.plain == "do", let next = words.rest.dropFirst().first?.plain {
      return ["something", "this", "it", "the", "a", "all", "nothing"].contains(next)
    }
    guard place == .comment, isFirst else { return false }
    if let base = Verbs.thirdPerson[first.plain] {
      let isHeading = words.rest.count == 1 && Verbs.nounLike.contains(base)
      return !first.endsWithColon && !isHeading && !words.isNounUse
    }
    // Go names what it documents: “ParseFile reads a file”.
    let isName = first.isName || namesBegin && !Self.pronouns.contains(first.plain)
    guard isName, words.rest.count >= 3 else {
      return false
    }
    // “Render (XML) writes …”
    let isAside = words.rest[1].text.hasPrefix("(") && words.rest[1].text.hasSuffix(")")
    let skipped = isAside || Words.adverbs.contains(words.rest[1].plain) ? 2 : 1
    guard skipped < words.rest.count else { return false }
    let second = words.rest[skipped]
    return Verbs.thirdPerson[second.plain] != nil && !words.dropped(skipped).isNounUse
  }

  private static let pronouns = Verbs.words(
    "this that it which who he she these those there here what")
  private static let labelled = Verbs.words(
    "translate summarize summarise explain write create generate implement rewrite convert answer")

  /// “For each order, return the total”, “Given a list, sort it”.
  private func asksAfterClause(_ words: Words) -> Bool {
    guard let first = words.rest.first else { return false }
    // “im2col, turn the pixels into a row”
    let isName = first.endsWithComma && first.text.contains(where: \.isNumber)
    guard Self.clauses.contains(first.plain) || isName else { return false }
    // What a reader of a manual is to do.
    let second = words.rest.dropFirst().first?.plain
    if place == .paragraph, second == "you" || first.plain == "to" && second != "the" {
      return false
    }
    let ends = words.rest.indices.dropLast().filter { words.rest[$0].endsClause }
    for index in ends.prefix(2) {
      var after = words.dropped(index + 1)
      if after.skipPoliteWords(in: place) { return true }
      if let next = after.rest.first, verbs.contains(next.plain), !after.isNounUse { return true }
    }
    return false
  }

  private static let clauses = Verbs.words(
    """
    for if regardless when whenever while given using with without after before in on from as to based
    assuming unless once until by at like
    """)

  private func isQuestion(_ sentence: String, _ words: Words) -> Bool {
    guard sentence.hasSuffix("?"), let first = words.rest.first?.plain else { return false }
    if place == .paragraph {
      guard words.rest.count >= 3 else { return false }
      // “Apart from that, what …?”
      let later = words.rest.indices.dropFirst().contains {
        words.rest[$0 - 1].endsWithComma
          && ["what", "how", "why", "which", "who", "where", "when"].contains(words.rest[$0].plain)
      }
      return Self.questionWords.contains(first) || later
    }
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
    // “The class that …” speaks of one that is there.
    guard rest.count >= 4, limit > 0, rest[0].plain != "the" else { return false }
    if Self.namesPattern(rest) { return true }
    guard rest.count <= 24 else { return false }
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

  /// “Regular expression DATE for dates such as …”, “regex: three digits”.
  private static func namesPattern(_ words: [Words.Word]) -> Bool {
    let start = ["a", "an"].contains(words[0].plain) ? 1 : 0
    let isLong = words[start].plain == "regular" && words[start + 1].plain == "expression"
    guard isLong || ["regex", "regexp"].contains(words[start].plain) else { return false }
    let noun = start + (isLong ? 1 : 0)
    if words[noun].endsWithColon { return true }
    // Between the noun and what follows may stand its name.
    return words[(noun + 1)...].prefix(2).contains {
      links.contains($0.plain) || $0.endsWithColon
    }
  }

  private static let programs = Verbs.words(
    """
    function method class struct script program query regex regexp helper component hook endpoint
    decorator macro command loop procedure subroutine routine closure lambda
    """)
  private static let links = Verbs.words("that which to for returning taking")
  private static let texts = Verbs.words(
    """
    haiku poem story essay email letter limerick sonnet joke recipe summary list slogan tweet speech
    dialogue song tagline function script program query regex
    """)
  private static let textLinks = Verbs.words("about on of for that with in to from between")
  static let finite = Verbs.words(
    """
    cannot is are was were has have had can could will would should must may might does do did
    isn't aren't wasn't doesn't don't can't won't needs means contains
    """)
}
