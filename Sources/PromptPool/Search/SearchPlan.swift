internal import GRDB

/// Plans how the words of a search are looked up, so that a word that occurs in half of a large
/// pool does not cost a pass over half of the pool.
///
/// BM25 counts every row of every word before it ranks the first. So only words in fewer than
/// ``commonCount`` rows are ranked; the others would add little to the score. Without any such
/// word, the first rows that contain all words are taken and sorted by how densely they contain
/// them.
struct SearchPlan {
  static let commonCount = 4096
  /// The most rows that are ranked, unless a single word has more.
  private static let rankedCount = 2048
  /// The most words that a beginning stands for in a very large pool, and that all beginnings of a
  /// search stand for together: each word costs a pass over all segments of the index.
  private static let (expansionsOfOne, expansionsOfAll) = (6, 12)
  /// How many rows are examined if all words are common.
  static let sampled = 256

  /// Lower-case, each once; for a word that occurs nowhere, the words that begin with it.
  let words: [String]
  /// An FTS5 expression over rare words and words that begin with them; nil if all are common.
  let rare: String?
  /// For each word, an expression of what counts as a match.
  private let forms: [String]

  init(_ text: String, _ db: Database) throws {
    var seen: Set<String> = []
    // More words add little, and each costs a look-up.
    let asked = text.lowercased().split { !$0.isLetter && !$0.isNumber }.map(String.init)
      .filter { seen.insert($0).inserted }.prefix(32)
    let terms = try asked.isEmpty ? nil : IndexedTerms(db)
    var (words, forms): ([String], [String]) = ([], [])
    var found: [(pattern: String, count: Int)] = []
    var expansions = Self.expansionsOfAll
    for word in asked {
      let count = try Self.count(Self.exact(word), db)
      var form = [word]
      if count < Self.commonCount, let terms {
        let begun = try terms.beginning(with: word, most: min(expansions, Self.expansionsOfOne))
        expansions -= begun.terms.count
        if count == 0, !begun.terms.isEmpty { form = begun.terms }
        var each = try begun.terms.map {
          (pattern: Self.exact($0), count: try Self.count(Self.exact($0), db))
        }
        if count > 0 { each.append((Self.exact(word), count)) }
        let total = each.reduce(0) { $0 + $1.count }
        // One expression for all is cheapest if its rows are known to be few.
        if begun.areAll, total < Self.commonCount {
          found.append((Self.prefix(word), total))
        } else {
          found += each.filter { $0.count < Self.commonCount }
        }
      } else if count < Self.commonCount {
        found.append((Self.prefix(word), count))
      }
      words += form
      forms.append("(" + form.map(Self.exact).joined(separator: " OR ") + ")")
    }
    self.words = words
    self.forms = forms
    var total = 0
    let ranked = found.sorted { $0.count < $1.count }.prefix { word in
      total += word.count
      return total == word.count || total <= Self.rankedCount
    }
    rare = ranked.isEmpty ? nil : ranked.map(\.pattern).joined(separator: " OR ")
  }

  /// All words at once.
  var all: String { forms.joined(separator: " AND ") }
  var any: String { forms.joined(separator: " OR ") }

  private static func exact(_ word: String) -> String { "\"\(word)\"" }

  private static func prefix(_ word: String) -> String { "\"\(word)\"*" }

  /// The number of rows that contain a word, counted up to ``commonCount``.
  private static func count(_ pattern: String, _ db: Database) throws -> Int {
    let statement = try db.cachedStatement(
      sql: """
        SELECT count(*) FROM (SELECT 1 FROM exemplarText WHERE exemplarText MATCH ? LIMIT ?)
        """)
    return try Int.fetchOne(statement, arguments: [pattern, commonCount]) ?? 0
  }
}
