internal import GRDB

let fullTextColumns = "instruction, input, output, tags"

private func values(_ row: String) -> String {
  "\(row).id, \(row).instruction, \(row).input, \(row).output, \(row).tags"
}

/// Imports leave it out for a while.
let fullTextInsertTrigger = """
  CREATE TRIGGER exemplarTextInsert AFTER INSERT ON exemplars BEGIN
    INSERT INTO exemplarText (rowid, \(fullTextColumns)) VALUES (\(values("new")));
  END;
  """

/// External content: the text is stored only once, in `exemplars`.
func createFullTextIndex(_ db: Database) throws {
  let columns = fullTextColumns
  try db.execute(
    sql: """
      CREATE VIRTUAL TABLE exemplarText USING fts5 (
        \(columns), content = 'exemplars', content_rowid = 'id',
        tokenize = 'unicode61 remove_diacritics 2'
      );
      INSERT INTO exemplarText (exemplarText) VALUES ('rebuild');
      \(fullTextInsertTrigger)
      CREATE TRIGGER exemplarTextDelete AFTER DELETE ON exemplars BEGIN
        INSERT INTO exemplarText (exemplarText, rowid, \(columns))
        VALUES ('delete', \(values("old")));
      END;
      CREATE TRIGGER exemplarTextUpdate
      AFTER UPDATE OF instruction, input, output, tags ON exemplars BEGIN
        INSERT INTO exemplarText (exemplarText, rowid, \(columns))
        VALUES ('delete', \(values("old")));
        INSERT INTO exemplarText (rowid, \(columns)) VALUES (\(values("new")));
      END;
      """)
}
