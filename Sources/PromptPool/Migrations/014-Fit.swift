internal import GRDB

/// How well a standing text fits its own instruction, so that it is tested once.
func createFit(_ db: Database) throws {
  try db.execute(sql: "ALTER TABLE outcomes ADD COLUMN fit REAL")
}
