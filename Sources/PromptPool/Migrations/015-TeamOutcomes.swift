internal import GRDB

/// What of the outcomes a team has, and those that came from its members. `member` tells this
/// project's outcomes from others'; `outcomesSeen` says how the outcomes here were when they were
/// last compared with what was sent.
func createTeamOutcomes(_ db: Database) throws {
  try db.execute(
    sql: """
      ALTER TABLE teamRemotes ADD COLUMN member TEXT;
      UPDATE teamRemotes SET member = lower(hex(randomblob(8)));
      ALTER TABLE teamRemotes ADD COLUMN outcomesSeen TEXT;
      CREATE TABLE teamOutcomesSent (
        remote TEXT NOT NULL REFERENCES teamRemotes (name) ON DELETE CASCADE,
        outcomeID INTEGER NOT NULL,
        revision INTEGER NOT NULL,
        standingAt REAL,
        detail TEXT NOT NULL,
        isThere INTEGER NOT NULL,
        PRIMARY KEY (remote, outcomeID)
      ) WITHOUT ROWID;
      CREATE TABLE teamOutcomes (
        remote TEXT NOT NULL REFERENCES teamRemotes (name) ON DELETE CASCADE,
        id TEXT NOT NULL,
        changed INTEGER NOT NULL,
        record TEXT NOT NULL,
        PRIMARY KEY (remote, id)
      ) WITHOUT ROWID;
      CREATE INDEX teamOutcomesByChange ON teamOutcomes (remote, changed);
      """)
}
