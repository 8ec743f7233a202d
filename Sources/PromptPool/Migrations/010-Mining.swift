internal import GRDB

/// What was mined from the project's own work, the files that were read for it, and how far the
/// history was read.
func createMining(_ db: Database) throws {
  try db.execute(
    sql: """
      CREATE TABLE minedExemplars (
        source TEXT NOT NULL,
        key TEXT NOT NULL,
        exemplarID INTEGER NOT NULL REFERENCES exemplars (id) ON DELETE CASCADE,
        contentHash TEXT NOT NULL,
        path TEXT,
        author TEXT,
        licence TEXT,
        score REAL NOT NULL,
        writtenAt REAL NOT NULL,
        PRIMARY KEY (source, key)
      ) WITHOUT ROWID;
      CREATE INDEX minedByExemplar ON minedExemplars (exemplarID);
      CREATE TABLE minedFiles (
        path TEXT PRIMARY KEY,
        fingerprint TEXT NOT NULL,
        declarations BLOB
      ) WITHOUT ROWID;
      CREATE TABLE miningState (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
      """)
}
