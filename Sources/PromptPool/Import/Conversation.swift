/// The messages of a record, however a data set writes them.
enum Conversation {
  /// The list of messages that a record has, and its name; no list where something else has the
  /// name of one.
  static func list(in record: JSONText) -> (name: String, messages: [JSONText]?)? {
    if isOne(record) { return ("the list", record.elements) }
    if let (name, value) = record.member(FieldNames.conversation) {
      // “conversation” is also what a plain text may be called.
      if value.elements != nil || name == "messages" || name == "conversations" {
        return (name, value.elements)
      }
    }
    // A list of texts, one speaker after the other.
    if let texts = record.member(["data"])?.value.elements, texts.count >= 2,
      texts.allSatisfy({ $0.text != nil })
    {
      return ("data", texts)
    }
    // A question and its answer, or the preferred of two answers, as messages.
    guard let answer = record.member(FieldNames.output), let said = answer.value.elements,
      said.contains(where: { $0.member(FieldNames.role) != nil })
    else { return nil }
    let asked = record.member(["prompt"])?.value.elements ?? []
    // A preferred answer may repeat the question.
    let isWhole = said.first.map { speaker(of: $0, at: 0) == .user } ?? false
    return (answer.name, isWhole ? said : asked + said)
  }

  /// Whether a value is a list of messages without a record around.
  static func isOne(_ value: JSONText) -> Bool {
    guard let messages = value.elements, !messages.isEmpty else { return false }
    return messages.allSatisfy {
      $0.member(FieldNames.role) != nil && $0.member(FieldNames.content) != nil
    }
  }

  /// What is asked first, and the answer to it. What is said in several messages before the answer
  /// is one question.
  static func firstExchange(
    of messages: [JSONText], named list: String
  ) throws(RecordShape.Mismatch) -> (question: String, answer: String) {
    var questions: [String] = []
    for (position, message) in messages.enumerated() {
      switch speaker(of: message, at: position) {
      case .other: continue
      case .user:
        guard let text = try text(of: message, list) else { continue }
        questions.append(text)
      case .assistant:
        // A greeting before the first question.
        if questions.isEmpty { continue }
        guard let answer = try text(of: message, list) else { throw noAnswer(list) }
        return (questions.joined(separator: "\n\n"), answer)
      }
    }
    throw noAnswer(list)
  }

  private static func noAnswer(_ list: String) -> RecordShape.Mismatch {
    RecordShape.Mismatch(reason: "“\(list)” has no question with an answer after it")
  }

  private static func speaker(of message: JSONText, at position: Int) -> FieldNames.Speaker {
    if message.text != nil { return position.isMultiple(of: 2) ? .user : .assistant }
    guard let role = message.member(FieldNames.role)?.value else { return .other }
    return FieldNames.speaker(role.text ?? role["role"]?.text ?? "")
  }

  private static func text(
    of message: JSONText, _ list: String
  ) throws(RecordShape.Mismatch) -> String? {
    if let text = message.text { return text }
    guard let content = message.member(FieldNames.content)?.value else { return nil }
    if let text = content.text { return text }
    guard let parts = content.elements ?? content["parts"]?.elements else { return nil }
    var texts: [String] = []
    for part in parts {
      guard let text = part.text ?? part["text"]?.text else {
        let type = part["type"]?.text ?? "an unknown kind"
        throw RecordShape.Mismatch(
          reason: "“\(list)” has a part that is no text but \(type)")
      }
      texts.append(text)
    }
    return texts.isEmpty ? nil : texts.joined(separator: "\n")
  }
}
