internal import Foundation
internal import GRDB

/// The words of a large pool's full-text index, in order.
///
/// For the beginning of a word, FTS5 reads the rows of every matching word before it returns the
/// first one: 0.5 s for a beginning that occurs in a third of a million exemplars. So in a large
/// pool a beginning stands for the first few of its words.
struct IndexedTerms {
  /// In a smaller pool, all words with a beginning are searched for.
  static let leastExemplars = 16_384

  private let db: Database

  /// Nil if the pool is not large.
  init?(_ db: Database) throws {
    let newest = try Int.fetchOne(db, sql: "SELECT max(id) FROM exemplars") ?? 0
    guard newest >= Self.leastExemplars else { return nil }
    self.db = db
    try Self.prepare(db)
  }

  /// Creates the table of terms, which takes up no space and belongs to the connection.
  static func prepare(_ db: Database) throws {
    let isThere = try db.cachedStatement(
      sql: "SELECT 1 FROM sqlite_temp_master WHERE name = 'exemplarTerms'")
    if try Int.fetchOne(isThere) == 1 { return }
    try db.execute(
      sql:
        "CREATE VIRTUAL TABLE temp.exemplarTerms USING fts5vocab ('main', 'exemplarText', 'instance')"
    )
  }

  /// The first longer words with this beginning, in the order of their bytes, and whether there are
  /// no more.
  func beginning(with word: String, most: Int) throws -> (terms: [String], areAll: Bool) {
    let statement = try db.cachedStatement(
      sql: "SELECT term FROM temp.exemplarTerms WHERE term >= ? LIMIT 1")
    let beginning = Self.folded(word)
    var terms: [String] = []
    // No word contains this character, and the next word sorts after it, so the rows of the
    // previous one are skipped.
    var last = beginning
    while terms.count < most {
      guard let term = try String.fetchOne(statement, arguments: [last + "\u{1}"]),
        term.utf8.starts(with: beginning.utf8)
      else { return (terms, true) }
      terms.append(term)
      last = term
    }
    return (terms, false)
  }

  /// Without accents, as FTS5 stores words.
  private static func folded(_ word: String) -> String {
    let bare = word.decomposedStringWithCanonicalMapping.unicodeScalars.filter {
      $0.properties.canonicalCombiningClass == .notReordered
    }
    // Hangul stays composed.
    return String(String.UnicodeScalarView(bare)).precomposedStringWithCanonicalMapping
  }
}
