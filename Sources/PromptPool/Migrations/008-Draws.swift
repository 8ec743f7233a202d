internal import GRDB

/// What learning needs to know of a suggestion: how its exemplars were drawn, which of them the
/// model saw, and whether it was shown; and what each promotion of a policy replaced.
///
/// Earlier suggestions recorded all exemplars of the list as if the model had seen them; nothing
/// else is known of those draws.
func createDraws(_ db: Database) throws {
  try db.execute(
    sql: """
      ALTER TABLE suggestions ADD COLUMN promptForm TEXT;
      ALTER TABLE suggestions ADD COLUMN candidates TEXT;
      ALTER TABLE suggestions ADD COLUMN epsilon REAL;
      ALTER TABLE suggestions ADD COLUMN seed INTEGER;
      ALTER TABLE suggestions ADD COLUMN isDrawn INTEGER NOT NULL DEFAULT 0;
      ALTER TABLE suggestions ADD COLUMN gateScore REAL;
      ALTER TABLE suggestions ADD COLUMN isWithheld INTEGER NOT NULL DEFAULT 0;
      ALTER TABLE shots ADD COLUMN version INTEGER;
      ALTER TABLE shots ADD COLUMN probability REAL;
      ALTER TABLE shots ADD COLUMN isPinned INTEGER NOT NULL DEFAULT 0;
      ALTER TABLE shots ADD COLUMN wasInPrompt INTEGER NOT NULL DEFAULT 1;
      CREATE TABLE promotions (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        at REAL NOT NULL,
        version INTEGER REFERENCES matcherVersions (version),
        replaced INTEGER REFERENCES matcherVersions (version),
        undoneAt REAL
      );
      INSERT INTO promotions (at, version, replaced)
      SELECT servedSince, version, parent FROM matcherVersions WHERE servedSince IS NOT NULL;
      """)
}
