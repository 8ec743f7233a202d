internal import GRDB

/// What this pool is called in teams' databases, also after it has left them, and until when texts of
/// others were dropped because they might quote what was forgotten. `newestChange` is the highest
/// number that a team's database gave to a change of this pool.
func createTeamMember(_ db: Database) throws {
  try db.execute(
    sql: """
      CREATE TABLE teamMember (id TEXT NOT NULL, textsForgottenAt REAL NOT NULL DEFAULT 0);
      INSERT INTO teamMember (id)
        SELECT coalesce(
          (SELECT member FROM teamRemotes ORDER BY addedAt LIMIT 1), lower(hex(randomblob(8))));
      ALTER TABLE teamRemotes ADD COLUMN newestChange INTEGER NOT NULL DEFAULT 0;
      """)
}
