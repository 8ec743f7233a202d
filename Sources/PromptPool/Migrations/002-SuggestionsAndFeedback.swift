internal import GRDB

func createSuggestions(_ db: Database) throws {
  try db.execute(
    sql: """
      CREATE TABLE suggestions (
        id TEXT PRIMARY KEY,
        createdAt REAL NOT NULL,
        documentURI TEXT,
        instruction TEXT NOT NULL,
        input TEXT NOT NULL,
        language TEXT,
        propensity REAL NOT NULL,
        policyVersion TEXT NOT NULL,
        temperature REAL NOT NULL,
        model TEXT NOT NULL,
        adapter TEXT,
        text TEXT NOT NULL
      );
      CREATE INDEX suggestionsByDate ON suggestions (createdAt);
      CREATE TABLE shots (
        suggestionID TEXT NOT NULL REFERENCES suggestions (id) ON DELETE CASCADE,
        position INTEGER NOT NULL,
        exemplarID INTEGER NOT NULL REFERENCES exemplars (id),
        PRIMARY KEY (suggestionID, position)
      );
      CREATE INDEX shotsByExemplar ON shots (exemplarID);
      CREATE TABLE feedback (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        suggestionID TEXT NOT NULL REFERENCES suggestions (id) ON DELETE CASCADE,
        event TEXT NOT NULL,
        at REAL NOT NULL,
        acceptedLength INTEGER,
        keptShare REAL,
        secondsAfterAccept REAL,
        reason TEXT
      );
      CREATE INDEX feedbackBySuggestion ON feedback (suggestionID);
      """)
}
