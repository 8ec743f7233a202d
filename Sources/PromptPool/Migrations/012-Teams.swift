internal import GRDB

/// Databases of teams that a project shares pools with, and how each exemplar stood there when the
/// two last agreed. `version`, `hash` and `marks` are the team's; `localVersion` is the exemplar's
/// own, so that what differs from it was changed here since.
func createTeams(_ db: Database) throws {
  try db.execute(
    sql: """
      CREATE TABLE teamRemotes (
        name TEXT PRIMARY KEY,
        address TEXT NOT NULL,
        pool TEXT NOT NULL,
        outcomes TEXT NOT NULL,
        databaseID TEXT,
        cursor INTEGER NOT NULL DEFAULT 0,
        outcomeCursor INTEGER NOT NULL DEFAULT 0,
        addedAt REAL NOT NULL,
        syncedAt REAL,
        problem TEXT
      );
      CREATE TABLE teamExemplars (
        remote TEXT NOT NULL REFERENCES teamRemotes (name) ON DELETE CASCADE,
        uid TEXT NOT NULL,
        exemplarID INTEGER NOT NULL REFERENCES exemplars (id) ON DELETE CASCADE,
        version INTEGER NOT NULL,
        hash TEXT NOT NULL,
        localVersion INTEGER NOT NULL,
        marks INTEGER NOT NULL,
        isRetired INTEGER NOT NULL,
        isPinned INTEGER NOT NULL,
        isUnsent INTEGER NOT NULL DEFAULT 0,
        PRIMARY KEY (remote, uid)
      ) WITHOUT ROWID;
      CREATE INDEX teamExemplarsByExemplar ON teamExemplars (exemplarID, remote);
      """)
}
