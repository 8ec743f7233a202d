public import Foundation
internal import Crypto
internal import GRDB

/// Scores and answers of a model, stored on disk so that no experiment computes them twice.
///
/// The key is a SHA-256 over the model's identity, the query with its gold answer, and the ordered
/// shots.
public final class AnswerMemo: Sendable {
  private let database: DatabaseQueue

  /// - Parameter url: nil keeps it in memory.
  /// - Throws: GRDB's error if the file is not a database.
  public init(at url: URL?) throws {
    if let url {
      try FileManager.default.createDirectory(
        at: url.deletingLastPathComponent(), withIntermediateDirectories: true,
        attributes: [.posixPermissions: 0o700])
      database = try DatabaseQueue(path: url.path)
      try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: url.path)
    } else {
      database = try DatabaseQueue()
    }
    try database.write { db in
      try db.execute(
        sql: """
          CREATE TABLE IF NOT EXISTS likelihoods (
            key BLOB PRIMARY KEY, nll REAL NOT NULL, tokens INTEGER NOT NULL) WITHOUT ROWID;
          CREATE TABLE IF NOT EXISTS answers (
            key BLOB PRIMARY KEY, text TEXT NOT NULL) WITHOUT ROWID;
          """)
    }
  }

  /// The known values of these keys.
  func likelihoods(_ keys: [Data]) throws -> [Data: Likelihood] {
    try database.read { db in
      let statement = try db.cachedStatement(
        sql: "SELECT nll, tokens FROM likelihoods WHERE key = ?")
      var known: [Data: Likelihood] = [:]
      for key in keys where known[key] == nil {
        known[key] = try Row.fetchOne(statement, arguments: [key])
          .map { Likelihood(nll: $0["nll"], tokens: $0["tokens"]) }
      }
      return known
    }
  }

  /// Stores all of them or, on failure, none.
  func store(_ values: [Data: Likelihood]) throws {
    try database.write { db in
      let statement = try db.cachedStatement(
        sql: "INSERT OR REPLACE INTO likelihoods VALUES (?, ?, ?)")
      // NaN would become NULL, and a wrong score must not outlive the run that computed it.
      for (key, value) in values where value.nll.isFinite {
        try statement.execute(arguments: [key, value.nll, value.tokens])
      }
    }
  }

  func answer(_ key: Data) throws -> String? {
    try database.read { db in
      try String.fetchOne(db, sql: "SELECT text FROM answers WHERE key = ?", arguments: [key])
    }
  }

  func store(_ text: String, _ key: Data) throws {
    try database.write { db in
      try db.execute(sql: "INSERT OR REPLACE INTO answers VALUES (?, ?)", arguments: [key, text])
    }
  }

  /// Forgets all answers, whose texts may quote what a person wants forgotten; scores hold no text.
  public func forgetAnswers() throws {
    try database.writeWithoutTransaction { db in
      try db.execute(sql: "PRAGMA secure_delete = ON; DELETE FROM answers; VACUUM")
    }
  }

  /// - Parameter gold: whether the query's output is part of the key; an answer does not depend on
  ///   it.
  static func key(
    _ model: String, _ query: Demonstration, _ shots: [Demonstration], gold: Bool
  ) -> Data {
    var hash = SHA256()
    func add(_ text: String) {
      withUnsafeBytes(of: UInt64(text.utf8.count).littleEndian) { hash.update(bufferPointer: $0) }
      hash.update(data: Data(text.utf8))
    }
    add(model)
    for shot in shots { [shot.instruction, shot.input, shot.output].forEach(add) }
    [query.instruction, query.input, gold ? query.output : ""].forEach(add)
    return Data(hash.finalize())
  }
}
