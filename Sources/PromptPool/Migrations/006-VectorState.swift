internal import GRDB

/// A count of all changes that a vector file has to follow, and the database's own name.
func createVectorState(_ db: Database) throws {
  func trigger(_ name: String, _ event: String) -> String {
    """
    CREATE TRIGGER \(name) AFTER \(event) BEGIN
      UPDATE vectorState SET changes = changes + 1;
    END;
    """
  }
  try db.execute(
    sql: """
      CREATE TABLE vectorState (identity TEXT NOT NULL, changes INTEGER NOT NULL);
      INSERT INTO vectorState VALUES (lower(hex(randomblob(16))), 0);
      """ + trigger("vectorsInserted", "INSERT ON embeddings")
        + trigger("vectorsUpdated", "UPDATE ON embeddings")
        + trigger("vectorsDeleted", "DELETE ON embeddings")
        + trigger("vectorsRetired", "UPDATE OF contentHash, retiredAt ON exemplars"))
}
