/// Which fields a JSON record keeps its exemplar in.
enum RecordShape {
  case plain, dolly, sharegpt, chatml

  struct Mismatch: Error {
    let reason: String
  }

  /// The shape that a format asks for; nil when each record's fields say it.
  init?(_ format: ImportFormat) {
    switch format {
    case .dolly: self = .dolly
    case .sharegpt: self = .sharegpt
    case .chatml: self = .chatml
    case .alpaca: self = .plain
    case .jsonl, .csv, .tsv, .markdown: return nil
    }
  }

  init(of record: JSONText) {
    self =
      if record["messages"] != nil { .chatml } else if record["conversations"] != nil {
        .sharegpt
      } else if record["response"] != nil, record["output"] == nil { .dolly } else { .plain }
  }

  /// The exemplar of a record; of a conversation it is the first exchange, since later ones cannot
  /// be understood without it.
  func draft(_ record: JSONText) throws(Mismatch) -> ExemplarDraft {
    guard case .object = record else { throw Mismatch(reason: "it is not a JSON object") }
    switch self {
    case .plain:
      return ExemplarDraft(
        instruction: try required("instruction", record),
        input: try optional("input", record) ?? "", output: try required("output", record),
        tags: try tags(record), language: try optional("language", record))
    case .dolly:
      return ExemplarDraft(
        instruction: try required("instruction", record),
        input: try optional("context", record) ?? "", output: try required("response", record),
        tags: try optional("category", record).map { [$0] } ?? [])
    case .sharegpt:
      return try exchange(record, "conversations", role: "from", content: "value")
    case .chatml:
      return try exchange(record, "messages", role: "role", content: "content")
    }
  }

  private func exchange(
    _ record: JSONText, _ list: String, role: String, content: String
  ) throws(Mismatch) -> ExemplarDraft {
    guard let messages = record[list]?.elements else {
      throw Mismatch(reason: "“\(list)” must be a list of messages")
    }
    guard let question = messages.firstIndex(where: { isUser($0[role]?.text) }),
      let asked = messages[question][content]?.text,
      let answered = messages[question...].dropFirst().first,
      ["assistant", "gpt", "bot", "model"].contains(answered[role]?.text ?? ""),
      let answer = answered[content]?.text
    else { throw Mismatch(reason: "“\(list)” has no question with an answer after it") }
    let input = try optional("input", record) ?? ""
    // Our own exports put the input behind the instruction, and keep it apart as well.
    let isSplit = !input.isEmpty && asked.hasSuffix("\n\n" + input)
    return ExemplarDraft(
      instruction: isSplit ? String(asked.dropLast(input.count + 2)) : asked,
      input: isSplit ? input : "", output: answer, tags: try tags(record),
      language: try optional("language", record))
  }

  private func isUser(_ role: String?) -> Bool { role == "user" || role == "human" }

  private func required(_ key: String, _ record: JSONText) throws(Mismatch) -> String {
    guard let value = try optional(key, record) else {
      throw Mismatch(reason: "“\(key)” is missing")
    }
    return value
  }

  private func optional(_ key: String, _ record: JSONText) throws(Mismatch) -> String? {
    guard let value = record[key] else { return nil }
    guard let text = value.text else { throw Mismatch(reason: "“\(key)” must be a text") }
    return text
  }

  private func tags(_ record: JSONText) throws(Mismatch) -> [String] {
    guard let value = record["tags"] else { return [] }
    let tags = value.elements?.compactMap(\.text)
    guard let tags, tags.count == value.elements?.count else {
      throw Mismatch(reason: "“tags” must be a list of texts")
    }
    return tags
  }
}
