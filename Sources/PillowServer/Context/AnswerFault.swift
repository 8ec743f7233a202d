import Foundation
import OutputForms
import PromptPool

/// What makes an answer unfit to be shown by itself, found by cheap checks. Pure.
package enum AnswerFault: String, Sendable, CaseIterable {
  /// It says the instruction, or what stands beside it, once more.
  case echo
  /// It repeats itself.
  case repetition
  /// Brackets or quotes are left open, or closed without having been opened.
  case unbalanced
  /// It ended because the budget was used up, not because it was complete.
  case unfinished
  /// It uses tables, columns or names that nothing defines.
  case unknownNames
  /// It is written in another language than the file, or as prose where code is asked for.
  case otherLanguage
  /// A command that deletes or overwrites more than was asked for, or runs what it downloads.
  case danger
  /// A regular expression that does not compile, or fails on the examples of the instruction.
  case pattern
  /// A commit message that is none.
  case message
  /// Numbers that neither the instruction nor its input have.
  case inventedNumbers
  /// A query with other values than the instruction names.
  case otherValues
  /// Code that fails whenever it runs.
  case slip
  /// Code that leaves a parameter, or what it goes through, unused.
  case unused
  /// A commit message that says another thing than its diff shows.
  case otherChange
  /// More words, sentences or lines than the instruction allows.
  case tooLong
  /// The model would rather have written nothing.
  case reluctant

  /// What a person reads about it.
  package var sentence: String {
    switch self {
    case .echo: "The answer repeats the instruction or the text beside it."
    case .repetition: "The answer repeats itself."
    case .unbalanced: "The answer leaves brackets or quotes open."
    case .unfinished: "The answer did not come to its end."
    case .unknownNames: "The answer uses names that nothing in the file defines."
    case .otherLanguage: "The answer is not in the file's language."
    case .danger: "The command may destroy data or run what it downloads."
    case .pattern: "The regular expression does not fit the examples in the instruction."
    case .message: "The answer is not a commit message."
    case .reluctant: "The model would rather write nothing here."
    case .otherValues: "The query has other values than the instruction."
    case .slip: "The code would fail when it runs."
    case .unused: "The code does not use all that it is given."
    case .otherChange: "The message says another thing than the diff shows."
    case .tooLong: "The answer is longer than the instruction allows."
    case .inventedNumbers: "The answer has numbers that the text does not have."
    }
  }

  /// All faults of an answer.
  ///
  /// - Parameters:
  ///   - answer: as it would be inserted.
  ///   - instruction: what it answers, with its input.
  ///   - document: the whole text before the answer is inserted.
  ///   - isFinished: whether it ended by itself.
  package static func all(
    in answer: String, for instruction: Instruction, document: String, isFinished: Bool
  ) -> Set<AnswerFault> {
    var faults: Set<AnswerFault> = isFinished ? [] : [.unfinished]
    if isEcho(answer, instruction) { faults.insert(.echo) }
    let asksForPattern = RequestedPattern.isAsked(instruction)
    // A pattern may well say the same class three times.
    if !asksForPattern, repeatedShare(answer) > 0.4 { faults.insert(.repetition) }
    if asksForPattern, !RequestedPattern.fits(answer, instruction.text) { faults.insert(.pattern) }
    guard instruction.kind == .comment, let language = instruction.language else {
      var known = [instruction.text, instruction.input, document].joined(separator: "\n")
      if instruction.kind == .commitMessage {
        if !isMessage(answer) { faults.insert(.message) }
        if CommitFacts.contradict(answer, diff: instruction.input) { faults.insert(.otherChange) }
        known = CommitFacts.withoutCounts(known)
      }
      if !asksForPattern, !numbers(answer).isSubset(of: spokenNumbers(known)) {
        faults.insert(.inventedNumbers)
      }
      if StatedLimit.all(in: instruction.text).contains(where: { $0.isExceeded(by: answer) }) {
        faults.insert(.tooLong)
      }
      return faults
    }
    let family = CodeFamily(language: language)
    if !isBalanced(answer, family) { faults.insert(.unbalanced) }
    if isOtherLanguage(answer, family) { faults.insert(.otherLanguage) }
    if family == .semicolon {
      let schema = TableSchema(in: document)
      if !QueryNames.unknown(in: answer, schema).isEmpty { faults.insert(.unknownNames) }
      if QueryFacts.areOthers(in: answer, than: instruction.text, document: document) {
        faults.insert(.otherValues)
      }
    } else if !CodeNames.unknown(in: answer, document: document, language: language).isEmpty {
      faults.insert(.unknownNames)
    }
    if CodeSlips.isFound(in: answer, language: language) { faults.insert(.slip) }
    if UnusedValues.isFound(in: answer, signature: instruction.input, language: language) {
      faults.insert(.unused)
    }
    if family == .shell, ShellDanger.isFound(in: answer, document: document) {
      faults.insert(.danger)
    }
    return faults
  }

  // MARK: Checks

  private static func normal(_ text: some StringProtocol) -> String {
    text.lowercased().split { !$0.isLetter && !$0.isNumber }.joined(separator: " ")
  }

  private static func isEcho(_ answer: String, _ instruction: Instruction) -> Bool {
    let asked = normal(instruction.text)
    let said = normal(answer)
    guard !said.isEmpty else { return true }
    if said == asked || asked.count > 15 && said.contains(asked) { return true }
    guard said.split(separator: " ").count > 3 else { return false }
    let beside = normal(instruction.input)
    return !beside.isEmpty && instruction.language == nil && beside.contains(said)
  }

  /// How much of a text says again what it has said: the share of its trigrams of words and marks
  /// that came before, 0 to 1.
  package static func repeatedShare(_ text: String) -> Double {
    let tokens = text.matches(of: #/\w+|[^\w\s]/#).map(\.output)
    guard tokens.count > 8 else { return 0 }
    var seen: Set<[Substring]> = []
    let count = tokens.count - 2
    for index in 0..<count { seen.insert(Array(tokens[index..<index + 3])) }
    return 1 - Double(seen.count) / Double(count)
  }

  private static func isBalanced(_ answer: String, _ family: CodeFamily) -> Bool {
    var brackets = BraceDepth(family)
    let hasCases = family == .shell && answer.contains(#/\bcase\s.*\sin\b/#)
    for line in answer.lines {
      // What closes a pattern of `case` was never opened.
      let line = hasCases ? line.replacing(#/(?:^|;;|\bin\s)\s*[^()]+\)/#, with: "") : String(line)
      brackets.readBrackets(line)
      if brackets.hasUnderflown { return false }
      if line.count(where: { $0 == "\"" }) % 2 == 1, family != .shell, !line.contains("'"),
        !line.contains("\\\""), !answer.contains("\"\"\"")
      {
        return false
      }
    }
    return brackets.depth == 0
  }

  private static func isOtherLanguage(_ answer: String, _ family: CodeFamily) -> Bool {
    let first = answer.lines.first { !$0.trimmed.isEmpty }?.trimmed ?? ""
    if first.hasPrefix("```") || first.hasPrefix("<") && family != .plain { return true }
    switch family {
    case .semicolon:
      let verbs = [
        "select", "insert", "update", "delete", "create", "alter", "drop", "with", "pragma",
        "explain", "begin", "replace", "vacuum", "analyze", "reindex",
      ]
      let word = first.prefix { $0.isLetter }.lowercased()
      return !verbs.contains(word)
    case .shell:
      return first.contains(
        #/^(def|print\(|import |from \w+ import|SELECT |function \w+\([^)]+\)|const |let )/#)
    case .indentation: return first.contains(#/^(function |const |let |var |SELECT |#!\/|echo )/#)
    case .braces: return first.contains(#/^(def |SELECT |print |echo |import \w+$|elif )/#)
    case .endWords, .plain: return false
    }
  }

  private static func isMessage(_ answer: String) -> Bool {
    guard let subject = answer.lines.first?.trimmed, (8...72).contains(subject.count) else {
      return false
    }
    return subject.contains(" ") && !subject.contains(#/^(diff|index|@|\+|-|#|def |import |---)/#)
  }

  /// Without zeros before them.
  private static func numbers(_ text: String) -> Set<String> {
    Set(text.matches(of: #/0*(\d+)/#).map { String($0.1) })
  }

  /// The same with those that are written in words, and those of months.
  static func spokenNumbers(_ text: String) -> Set<String> {
    let words = text.lowercased().matches(of: #/[a-z]{3,}/#).map { String($0.output) }
    return numbers(text).union(
      words.compactMap { CommonWords.numbers[$0] ?? CommonWords.month($0) }.map { "\($0)" })
  }
}
