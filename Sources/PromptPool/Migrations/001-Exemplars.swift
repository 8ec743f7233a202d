internal import GRDB

/// Dates are seconds since 1970 as REAL; tags are a JSON array.
func createExemplars(_ db: Database) throws {
  try db.execute(
    sql: """
      CREATE TABLE exemplars (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        instruction TEXT NOT NULL,
        input TEXT NOT NULL,
        output TEXT NOT NULL,
        tags TEXT NOT NULL,
        language TEXT,
        origin TEXT NOT NULL,
        pool TEXT NOT NULL,
        contentHash TEXT NOT NULL UNIQUE,
        version INTEGER NOT NULL,
        createdAt REAL NOT NULL,
        updatedAt REAL NOT NULL,
        retiredAt REAL,
        isPinned INTEGER NOT NULL,
        isMuted INTEGER NOT NULL
      );
      CREATE INDEX exemplarsByPool ON exemplars (pool);
      CREATE TABLE exemplarVersions (
        exemplarID INTEGER NOT NULL REFERENCES exemplars (id) ON DELETE CASCADE,
        version INTEGER NOT NULL,
        instruction TEXT NOT NULL,
        input TEXT NOT NULL,
        output TEXT NOT NULL,
        tags TEXT NOT NULL,
        language TEXT,
        contentHash TEXT NOT NULL,
        updatedAt REAL NOT NULL,
        PRIMARY KEY (exemplarID, version)
      );
      CREATE TABLE embeddings (
        exemplarID INTEGER NOT NULL REFERENCES exemplars (id) ON DELETE CASCADE,
        encoder TEXT NOT NULL,
        contentHash TEXT NOT NULL,
        dimensions INTEGER NOT NULL,
        vector BLOB NOT NULL,
        PRIMARY KEY (exemplarID, encoder)
      );
      """)
}
