internal import Foundation
internal import GRDB
internal import GRDBSQLite

/// What an import does a thousand times, bound without the copies that arguments in arrays need.
struct ImportStatements {
  enum Known { case live, retired, not }

  private let find, insert, sign: Statement
  private let db: Database

  /// - Parameters:
  ///   - pool, origin: of all that is inserted.
  init(pool: String, origin: String, at date: Date, _ db: Database) throws {
    self.db = db
    find = try db.makeStatement(
      sql: "SELECT retiredAt IS NULL FROM exemplars WHERE contentHash = ?")
    insert = try db.makeStatement(
      sql: """
        INSERT INTO exemplars (instruction, input, output, tags, language, contentHash, origin, pool,
          version, createdAt, updatedAt, isPinned, isMuted)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?, 0, 0)
        """)
    sign = try db.makeStatement(
      sql: """
        INSERT OR REPLACE INTO exemplarSignatures (exemplarID, bandsLow, bandsHigh)
        VALUES (?, ?, ?)
        """)
    let handle = insert.sqliteStatement
    bind(origin, 7, handle)
    bind(pool, 8, handle)
    sqlite3_bind_double(handle, 9, date.timeIntervalSince1970)
    sqlite3_bind_double(handle, 10, date.timeIntervalSince1970)
  }

  func known(_ hash: String) throws -> Known {
    let handle = find.sqliteStatement
    bind(hash, 1, handle)
    defer { sqlite3_reset(handle) }
    return try step(handle) ? (sqlite3_column_int(handle, 0) == 1 ? .live : .retired) : .not
  }

  /// - Returns: the new exemplar's number.
  func insert(_ content: PreparedRecord.Content) throws -> Int64 {
    let draft = content.draft
    let handle = insert.sqliteStatement
    bind(draft.instruction, 1, handle)
    bind(draft.input, 2, handle)
    bind(draft.output, 3, handle)
    bind(encodeTags(draft.tags), 4, handle)
    if let language = draft.language { bind(language, 5, handle) } else {
      sqlite3_bind_null(handle, 5)
    }
    bind(content.hash, 6, handle)
    try run(handle)
    let id = db.lastInsertedRowID
    let signing = sign.sqliteStatement
    sqlite3_bind_int64(signing, 1, id)
    sqlite3_bind_int64(signing, 2, content.signature.low)
    sqlite3_bind_int64(signing, 3, content.signature.high)
    try run(signing)
    return id
  }

  private func run(_ handle: OpaquePointer) throws {
    defer { sqlite3_reset(handle) }
    _ = try step(handle)
  }

  private func step(_ handle: OpaquePointer) throws -> Bool {
    switch sqlite3_step(handle) {
    case SQLITE_ROW: true
    case SQLITE_DONE: false
    case let code:
      throw DatabaseError(
        resultCode: ResultCode(rawValue: code),
        message: String(cString: sqlite3_errmsg(sqlite3_db_handle(handle))))
    }
  }

  private func bind(_ text: String, _ index: Int32, _ handle: OpaquePointer) {
    var text = text
    text.withUTF8 { bytes in
      bytes.withMemoryRebound(to: CChar.self) { characters in
        // SQLite copies it.
        let copying = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
        // A nil pointer would be NULL.
        _ = sqlite3_bind_text(
          handle, index, characters.baseAddress ?? Self.empty, Int32(characters.count), copying)
      }
    }
  }

  private nonisolated(unsafe) static let empty: UnsafePointer<CChar> = {
    let pointer = UnsafeMutablePointer<CChar>.allocate(capacity: 1)
    pointer.initialize(to: 0)
    return UnsafePointer(pointer)
  }()
}
