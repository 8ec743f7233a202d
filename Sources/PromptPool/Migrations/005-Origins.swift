internal import GRDB

/// Signatures for near duplicates, why an exemplar was retired, and which shared pool files hold
/// it.
func createOrigins(_ db: Database) throws {
  try db.execute(
    sql: """
      CREATE TABLE exemplarSignatures (
        exemplarID INTEGER PRIMARY KEY REFERENCES exemplars (id) ON DELETE CASCADE,
        bandsLow INTEGER NOT NULL,
        bandsHigh INTEGER NOT NULL
      );
      ALTER TABLE exemplars ADD COLUMN retiredBecause TEXT;
      CREATE TABLE sharedFiles (
        name TEXT PRIMARY KEY,
        fingerprint TEXT NOT NULL,
        generation INTEGER NOT NULL
      );
      CREATE TABLE sharedExemplars (
        file TEXT NOT NULL REFERENCES sharedFiles (name) ON DELETE CASCADE,
        contentHash TEXT NOT NULL,
        exemplarID INTEGER NOT NULL REFERENCES exemplars (id) ON DELETE CASCADE,
        generation INTEGER NOT NULL,
        PRIMARY KEY (file, contentHash)
      ) WITHOUT ROWID;
      CREATE INDEX sharedExemplarsByExemplar ON sharedExemplars (exemplarID);
      CREATE TABLE forgotten (contentHash TEXT PRIMARY KEY) WITHOUT ROWID;
      """)
  let insertion = try db.makeStatement(
    sql: "INSERT INTO exemplarSignatures (exemplarID, bandsLow, bandsHigh) VALUES (?, ?, ?)")
  let rows = try Row.fetchCursor(db, sql: "SELECT id, instruction, input, output FROM exemplars")
  while let row = try rows.next() {
    let id: Int64 = row[0]
    let signature = TextSignature(ExemplarDraft(instruction: row[1], input: row[2], output: row[3]))
    try insertion.execute(arguments: [id, signature.low, signature.high])
  }
}
