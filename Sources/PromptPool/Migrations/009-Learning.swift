internal import GRDB

/// What learning needs of each opportunity to help: the instruction's vector, what was known of the
/// exemplars and of the answer when it was decided, and the text that finally stands below the
/// instruction.
///
/// `revision` rises with every change of a row, so that each process that has the project open finds
/// what others have written; what is learned is computed from these rows alone.
func createLearning(_ db: Database) throws {
  try db.execute(
    sql: """
      CREATE TABLE outcomes (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        revision INTEGER NOT NULL,
        suggestionID TEXT UNIQUE REFERENCES suggestions (id) ON DELETE CASCADE,
        at REAL NOT NULL,
        documentURI TEXT,
        instruction TEXT,
        input TEXT,
        language TEXT,
        encoder TEXT NOT NULL,
        vector BLOB,
        shots TEXT NOT NULL DEFAULT '[]',
        evidence BLOB,
        showProbability REAL NOT NULL DEFAULT 1,
        event TEXT,
        keptShare REAL,
        standing TEXT,
        standingKind TEXT,
        standingAt REAL,
        harvestedAs INTEGER
      );
      CREATE INDEX outcomesByRevision ON outcomes (revision);
      CREATE INDEX outcomesRejected ON outcomes (id) WHERE event = 'rejected';
      CREATE INDEX outcomesStanding ON outcomes (id) WHERE standing IS NOT NULL;
      CREATE TABLE learningVersions (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        kind TEXT NOT NULL,
        at REAL NOT NULL,
        parent INTEGER REFERENCES learningVersions (id),
        firstOutcome INTEGER NOT NULL,
        lastOutcome INTEGER NOT NULL,
        note TEXT NOT NULL,
        parameters BLOB NOT NULL,
        score REAL,
        servedScore REAL,
        isPromoted INTEGER NOT NULL DEFAULT 0,
        servedSince REAL,
        UNIQUE (kind, lastOutcome)
      );
      CREATE TABLE learningSteps (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        kind TEXT NOT NULL,
        at REAL NOT NULL,
        version INTEGER,
        replaced INTEGER,
        undoneAt REAL
      );
      CREATE TABLE learningState (
        key TEXT PRIMARY KEY,
        value TEXT NOT NULL
      ) WITHOUT ROWID;
      """)
}
