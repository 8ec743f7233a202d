import Foundation

/// The names in a statement of SQL that its schema does not know. Pure.
package enum QueryNames {
  /// - Returns: tables, columns and aliases that neither the schema nor the statement defines, and
  ///   columns of tables that the statement does not read, in lower case; empty where nothing is
  ///   known of the schema.
  package static func unknown(in statement: String, _ schema: TableSchema) -> [String] {
    guard !schema.tables.isEmpty else { return [] }
    let words = tokens(statement)
    if words.first == "create", words.dropFirst().first == "table" { return [] }
    let scope = Scope(words, schema)
    var unknown: [String] = []
    for (index, word) in words.enumerated() where isName(word) && !scope.known.contains(word) {
      let isFunction = index + 1 < words.count && words[index + 1] == "("
      let isTable = index > 0 && readsTables.contains(words[index - 1])
      if isFunction && !isTable || keywords.contains(word) { continue }
      unknown.append(word)
    }
    for index in words.indices.dropFirst(2) where words[index - 1] == "." && isName(words[index]) {
      let (owner, column) = (words[index - 2], words[index])
      if let columns = scope.columns(of: owner), !columns.contains(column) {
        unknown.append("\(owner).\(column)")
      }
    }
    return unknown
  }

  private static let readsTables: Set<String> = ["from", "join", "update", "into"]

  /// What a statement may speak of.
  private struct Scope {
    /// Names that may stand anywhere in it.
    private(set) var known: Set<String> = []
    /// Names that may stand before a point, each with its table. A subquery has a name, but no
    /// table.
    private var tables: [String: String?] = [:]
    private let schema: TableSchema

    init(_ words: [String], _ schema: TableSchema) {
      self.schema = schema
      // Whether it has parts that are not followed.
      var isOpen = words.contains { ["with", "create", "alter", "drop"].contains($0) }
      for index in words.indices.dropFirst() where isName(words[index]) {
        let (word, previous) = (words[index], words[index - 1])
        let isAlias = previous == "as" && index > 1
        let named = isAlias ? words[index - 2] : previous
        if readsTables.contains(previous) {
          tables[word] = .some(schema.tables[word] == nil ? nil : word)
          isOpen = isOpen || schema.tables[word] == nil || words.dropFirst(index + 1).first == ","
        } else if let table = tables[named] ?? (schema.tables[named] == nil ? nil : .some(named)) {
          known.insert(word)
          tables[word] = .some(table)
          isOpen = isOpen || words.dropFirst(index + 1).first == ","
        } else if named == ")" && (isAlias || word.count < 3) {
          known.insert(word)
          tables[word] = .some(nil)
        }
        if isAlias || definesNames.contains(previous) { known.insert(word) }
      }
      let read = Set(tables.values.compactMap(\.self))
      isOpen = isOpen || read.isEmpty
      let readable = isOpen ? Set(schema.tables.keys) : read
      known.formUnion(readable)
      for table in readable { known.formUnion(schema.tables[table] ?? []) }
    }

    /// The columns of what stands before a point; nil where nothing is known of it.
    func columns(of owner: String) -> [String]? {
      guard let table = tables[owner] else {
        // A column has no columns.
        return schema.tables[owner] == nil && schema.columns.contains(owner) ? [] : nil
      }
      return table.flatMap { schema.tables[$0] }
    }
  }

  private static let definesNames: Set<String> = [
    "column", "with", "view", "index", "exists", "add", "rename", "to",
  ]

  private static func isName(_ word: String) -> Bool {
    guard let first = word.first, first.isLetter || first == "_" else { return false }
    return !keywords.contains(word)
  }

  /// Words and marks, without strings, numbers, parameters and comments.
  private static func tokens(_ statement: String) -> [String] {
    let plain = statement.replacing(#/--[^\n]*/#, with: " ")
      .replacing(#/'(?:[^']|'')*'/#, with: " 0 ")
      .replacing(#/[:@$]\w+/#, with: " 0 ")
    return plain.lowercased().matches(of: #/\w+|[^\w\s]/#).map { String($0.output) }
  }

  private static let keywords: Set<String> = Set(
    """
    select from where and or not in is null as on join left right inner outer full cross natural \
    group by order having limit offset distinct all union intersect except case when then else end \
    asc desc between like glob regexp exists insert into values update set delete create table \
    index view trigger drop alter add column rename to primary key foreign references unique check \
    default constraint if integer int text real blob numeric boolean date datetime timestamp \
    varchar char float double decimal bigint smallint serial true false current_date \
    current_timestamp current_time with recursive over partition rows range unbounded preceding \
    following current row filter using collate nocase autoincrement conflict replace ignore \
    returning begin commit rollback transaction explain analyze escape cast interval first last \
    nulls cascade on do nothing rowid localtime now temp temporary virtual without
    """.split(separator: " ").map(String.init))
}
