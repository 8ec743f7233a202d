/// Which fields a JSON record keeps its exemplar in.
enum RecordShape {
  /// An instruction and an output, under the names that data sets give them.
  case pair
  /// A list of messages.
  case conversation

  struct Mismatch: Error {
    let reason: String
  }

  /// The shape that a format asks for; nil when each record's fields say it.
  init?(_ format: ImportFormat) {
    switch format {
    case .dolly, .alpaca: self = .pair
    case .sharegpt, .chatml: self = .conversation
    case .jsonl, .csv, .tsv, .markdown: return nil
    }
  }

  init(of record: JSONText) {
    self = Conversation.list(in: record) == nil ? .pair : .conversation
  }

  /// The exemplar of a record; of a conversation it is the first exchange, since later ones cannot
  /// be understood without it.
  func draft(_ record: JSONText) throws(Mismatch) -> ExemplarDraft {
    guard record.isObject || Conversation.isOne(record) else {
      throw Mismatch(reason: "it is not a JSON object")
    }
    // As the viewer of a hub shows the rows of a data set.
    if let row = record["row"], row.isObject, record.member(FieldNames.instruction) == nil {
      return try RecordShape(of: row).draft(row)
    }
    switch self {
    case .pair: return try Self.pair(record)
    case .conversation: return try Self.conversation(record)
    }
  }

  private static func conversation(_ record: JSONText) throws(Mismatch) -> ExemplarDraft {
    guard let (name, messages) = Conversation.list(in: record) else {
      throw Mismatch(reason: "it has no “messages” or “conversations”")
    }
    guard let messages else { throw Mismatch(reason: "“\(name)” must be a list of messages") }
    let (asked, answer) = try Conversation.firstExchange(of: messages, named: name)
    let input = try text(["input"], record)?.text ?? ""
    // Our own exports put the input behind the instruction, and keep it apart as well.
    let isSplit = !input.isEmpty && asked.hasSuffix("\n\n" + input)
    return ExemplarDraft(
      instruction: isSplit ? String(asked.dropLast(input.count + 2)) : asked,
      input: isSplit ? input : "", output: answer, tags: try tags(record),
      language: try text(["language"], record)?.text)
  }

  private static func pair(_ record: JSONText) throws(Mismatch) -> ExemplarDraft {
    var instruction = try text(FieldNames.instruction, record)
    var output = try answer(record)
    if instruction == nil, output == nil {
      instruction = try text(FieldNames.asked, record)
      output = try text(FieldNames.answered, record)
    }
    var input = try text(FieldNames.input, record)
    // What is called the input is all that was asked.
    if instruction == nil, output != nil { instruction = input.take() }
    if instruction == nil, output == nil,
      var draft = record.member(["text"])?.value.text.flatMap(MarkedText.draft)
    {
      draft.tags = try tags(record)
      return draft
    }
    guard let instruction, let output else {
      throw missing(instruction: instruction, output: output, record)
    }
    return ExemplarDraft(
      instruction: instruction.text, input: input?.text ?? "", output: output.text,
      tags: try tags(record), language: try text(["language"], record)?.text)
  }

  private static func missing(
    instruction: Field?, output: Field?, _ record: JSONText
  ) -> Mismatch {
    if output != nil { return Mismatch(reason: "“instruction” is missing") }
    if instruction != nil { return Mismatch(reason: "“output” is missing") }
    let names = record.keys.prefix(6).map { "“\($0)”" }.joined(separator: ", ")
    return Mismatch(
      reason: names.isEmpty
        ? "it has no fields"
        : "it has neither an instruction nor an output; its fields are \(names)")
  }

  private typealias Field = (name: String, text: String)

  /// The first of some fields that is there.
  private static func text(
    _ names: [String], _ record: JSONText
  ) throws(Mismatch) -> Field? {
    guard let (name, value) = record.member(names) else { return nil }
    if let text = value.text { return (name, text) }
    if case .array = value {
      throw Mismatch(
        reason: "“\(name)” must be a text and is a list; a file of columns has to be written as "
          + "records first")
    }
    throw Mismatch(reason: "“\(name)” must be a text")
  }

  /// The output, which may also be a number, or the first of several answers.
  private static func answer(_ record: JSONText) throws(Mismatch) -> Field? {
    guard let (name, value) = record.member(FieldNames.output) else { return nil }
    if let text = value.plainText { return (name, text) }
    let list = value.elements ?? (name == "answers" ? value["text"]?.elements : nil)
    if let list, let first = list.first?.plainText,
      list.count == 1 || FieldNames.alternatives.contains(name)
    {
      return (name, first)
    }
    return try text(FieldNames.output, record)
  }

  private static func tags(_ record: JSONText) throws(Mismatch) -> [String] {
    guard let value = record.member(["tags"])?.value else {
      return record.member(["category"])?.value.text.map { [$0] } ?? []
    }
    let tags = value.elements?.compactMap(\.text)
    guard let tags, tags.count == value.elements?.count else {
      throw Mismatch(reason: "“tags” must be a list of texts")
    }
    return tags
  }
}
