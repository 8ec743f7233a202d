internal import GRDB

/// What was mined and is nearly the same as another exemplar, which stands for both: when that one
/// goes, the other's file is read again.
func createMinedTwins(_ db: Database) throws {
  try db.execute(
    sql: """
      CREATE TABLE minedTwins (
        source TEXT NOT NULL,
        key TEXT NOT NULL,
        path TEXT NOT NULL,
        exemplarID INTEGER NOT NULL REFERENCES exemplars (id) ON DELETE CASCADE,
        PRIMARY KEY (source, key)
      ) WITHOUT ROWID;
      CREATE INDEX minedTwinsByExemplar ON minedTwins (exemplarID);
      -- A file that was renamed had left a row under its old name, which counted, too.
      DELETE FROM minedExemplars WHERE path IS NOT NULL AND EXISTS (
        SELECT 1 FROM minedExemplars other WHERE other.exemplarID = minedExemplars.exemplarID
          AND other.key <> minedExemplars.key)
        AND NOT EXISTS (
          SELECT 1 FROM exemplars e WHERE e.id = minedExemplars.exemplarID
            AND substr(e.origin, 1, length('file:' || path || '#')) = 'file:' || path || '#');
      """)
}
