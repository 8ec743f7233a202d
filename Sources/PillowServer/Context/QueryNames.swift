import Foundation

/// The names in a statement of SQL that its schema does not know. Pure.
package enum QueryNames {
  /// - Returns: tables, columns and aliases that neither the schema nor the statement defines, in
  ///   lower case; empty where nothing is known of the schema.
  package static func unknown(in statement: String, _ schema: TableSchema) -> [String] {
    guard !schema.tables.isEmpty else { return [] }
    let words = tokens(statement)
    var known = schema.columns.union(schema.tables.keys)
    var tables: Set<String> = []
    for (index, word) in words.enumerated() {
      let previous = index > 0 ? words[index - 1] : ""
      if ["from", "join", "update", "into", "table"].contains(previous) { tables.insert(word) }
      // `AS name`, and `books b`.
      if previous == "as" || previous == ")" || tables.contains(previous), isName(word) {
        if previous != ")" || word.count < 3 { known.insert(word) }
      }
      if previous == "as" { known.insert(word) }
      if ["column", "with", "view", "index", "exists"].contains(previous) { known.insert(word) }
      if previous == "add" || previous == "rename" || previous == "to" { known.insert(word) }
    }
    if words.first == "create", words.dropFirst().first == "table" { return [] }
    var unknown: [String] = []
    for (index, word) in words.enumerated() where isName(word) && !known.contains(word) {
      let isFunction = index + 1 < words.count && words[index + 1] == "("
      let isTable = index > 0 && ["from", "join", "update", "into"].contains(words[index - 1])
      if isFunction && !isTable || keywords.contains(word) { continue }
      unknown.append(word)
    }
    return unknown
  }

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
