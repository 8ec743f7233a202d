/// Which column of a table holds what.
struct TableColumns {
  let instruction, output: Int
  let input, tags, language: Int?
  let count: Int

  /// Nil unless there is an instruction and an output.
  init?(_ names: [String]) {
    let names = names.map { $0.trimmingBlanks.lowercased() }
    func column(_ candidates: [String]) -> Int? {
      candidates.lazy.compactMap { names.firstIndex(of: $0) }.first
    }
    let asked = column(FieldNames.instruction) ?? column(FieldNames.asked)
    let answered = column(FieldNames.output) ?? column(FieldNames.answered)
    let input = column(FieldNames.input)
    guard let instruction = asked ?? input, let answered else { return nil }
    self.instruction = instruction
    output = answered
    self.input = asked == nil ? nil : input
    tags = column(FieldNames.tags)
    language = column(["language"])
    count = names.count
  }

  /// What is wrong with a row; nil when it can be read.
  ///
  /// Spreadsheets write rows with too many empty fields, or leave out those at the end.
  func problem(with fields: [String]) -> String? {
    if fields.count > count,
      !fields[count...].allSatisfy(\.isEmpty)
        || fields.count <= max(instruction, output)
    {
      return "it has \(fields.count) fields, and the table \(count) columns"
    }
    return nil
  }

  func draft(_ fields: [String]) -> ExemplarDraft {
    func field(_ column: Int?) -> String {
      guard let column, fields.indices.contains(column) else { return "" }
      // How MySQL and PostgreSQL write a value that is not there.
      return fields[column] == "\\N" ? "" : fields[column]
    }
    let tags = field(tags).split { $0 == "," || $0 == ";" }.map { String($0).trimmingBlanks }
    let language = field(language).trimmingBlanks
    return ExemplarDraft(
      instruction: field(instruction), input: field(input), output: field(output),
      tags: tags.filter { !$0.isEmpty }, language: language.isEmpty ? nil : language)
  }
}

extension String {
  var trimmingBlanks: String {
    var text = self[...]
    while let first = text.first, first.isWhitespace { text.removeFirst() }
    while let last = text.last, last.isWhitespace { text.removeLast() }
    return String(text)
  }
}
