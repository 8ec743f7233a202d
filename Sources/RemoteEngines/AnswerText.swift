/// The text of an answer as it comes, without what a reasoning model thinks before it, and with the
/// beginning that the document asks for.
package struct AnswerText: Sendable {
  private enum Phase { case thoughts, opening, body }

  package private(set) var text = ""
  private let opening: String
  private var phase = Phase.thoughts
  private var held = ""

  /// What thoughts stand between, by models in use.
  private static let marks = [
    ("<think>", "</think>"), ("<Think>", "</Think>"), ("<thinking>", "</thinking>"),
    ("<reasoning>", "</reasoning>"), ("[THINK]", "[/THINK]"), ("<seed:think>", "</seed:think>"),
    ("◁think▷", "◁/think▷"), ("<|channel|>analysis", "<|channel|>final<|message|>"),
  ].map { (begin: $0.0, end: $0.1) }

  private static func marks(of text: Substring) -> (begin: String, end: String)? {
    marks.first { text.hasPrefix($0.begin) }
  }

  /// - Parameter opening: what the answer has to begin with; a model that leaves it out and goes on
  ///   with an indented body gets it put before.
  package init(opening: String = "") { self.opening = opening }

  /// Whether the model still thinks, so that nothing of what came belongs to the answer.
  package var isThinking: Bool {
    phase == .thoughts && Self.marks(of: held.drop(while: \.isWhitespace)) != nil
  }

  /// What is certain with this piece.
  package mutating func append(_ piece: String) -> String {
    held += piece
    if phase == .thoughts { skipThoughts(isEnd: false) }
    if phase == .opening { open(isEnd: false) }
    return phase == .body ? release() : ""
  }

  /// What was held back, when nothing follows.
  package mutating func finish() -> String {
    if phase == .thoughts { skipThoughts(isEnd: true) }
    if phase == .opening { open(isEnd: true) }
    return phase == .body ? release() : ""
  }

  private mutating func skipThoughts(isEnd: Bool) {
    let start = held.drop(while: \.isWhitespace)
    if let marks = Self.marks(of: start) {
      guard let end = start.firstRange(of: marks.end) else { return }
      held = String(start[end.upperBound...].drop(while: \.isWhitespace))
      // Blank lines between the thoughts and the answer belong to neither.
      guard !held.isEmpty || isEnd else {
        held = marks.begin + marks.end
        return
      }
    } else if !isEnd, Self.marks.contains(where: { $0.begin.hasPrefix(start) }) {
      return
    }
    phase = opening.isEmpty ? .body : .opening
  }

  private mutating func open(isEnd: Bool) {
    var line = held[...]
    // A fence before the code is taken away where answers are cleaned.
    if line.hasPrefix("`") || line.hasPrefix("~") {
      guard let end = line.firstIndex(of: "\n") else {
        if isEnd { phase = .body }
        return
      }
      line = line[line.index(after: end)...]
    }
    guard !line.isEmpty || isEnd else { return }
    let isBody = line.first == " " || line.first == "\t"
    if isBody { held = opening + "\n" + line }
    phase = .body
  }

  private mutating func release() -> String {
    defer { held = "" }
    text += held
    return held
  }
}
