internal import GRDB

/// What a person decided about making an exemplar of a suggestion; and what is rare, found without
/// a scan.
func createHarvest(_ db: Database) throws {
  try db.execute(
    sql: """
      CREATE TABLE harvest (
        suggestionID TEXT PRIMARY KEY REFERENCES suggestions (id) ON DELETE CASCADE,
        isTaken INTEGER NOT NULL,
        at REAL NOT NULL
      ) WITHOUT ROWID;
      CREATE INDEX exemplarVersionsByHash ON exemplarVersions (contentHash);
      CREATE INDEX exemplarsMarked ON exemplars (id) WHERE isPinned OR isMuted;
      CREATE INDEX exemplarsRetired ON exemplars (id) WHERE retiredAt IS NOT NULL;
      """)
}
