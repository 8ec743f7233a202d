internal import GRDB

/// The version in service is the one with `servedSince`; if there is none, the day-zero network
/// serves.
func createMatcherVersions(_ db: Database) throws {
  try db.execute(
    sql: """
      CREATE TABLE matcherVersions (
        version INTEGER PRIMARY KEY AUTOINCREMENT,
        parameters BLOB NOT NULL,
        encoder TEXT NOT NULL,
        createdAt REAL NOT NULL,
        parent INTEGER REFERENCES matcherVersions (version),
        note TEXT NOT NULL,
        servedSince REAL
      );
      """)
}
