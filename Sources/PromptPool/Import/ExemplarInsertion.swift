internal import Foundation
internal import GRDB
internal import GRDBSQLite

/// Stores checked content of one pool and origin, bound without the copies that arguments in
/// arrays, or SQLite itself, need: an import does it a thousand times.
struct ExemplarInsertion {
  enum Known { case live(Int64), retired, not }
  enum Outcome { case added(Int64), duplicate(Int64) }

  private let find, insert, sign: Statement
  private let pool, origin: String
  private let db: Database

  /// Its statements are its own: what is bound by hand does not mix with what GRDB binds.
  init(pool: String, origin: String, at date: Date, _ db: Database) throws {
    self.db = db
    self.pool = pool
    self.origin = origin
    find = try db.makeStatement(
      sql: "SELECT id, retiredAt IS NULL FROM exemplars WHERE contentHash = ?")
    insert = try db.makeStatement(
      sql: """
        INSERT INTO exemplars (instruction, input, output, tags, language, contentHash, origin, pool,
          version, createdAt, updatedAt, isPinned, isMuted)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?, 0, 0)
        """)
    sign = try db.makeStatement(sql: signatureInsertion)
    let handle = insert.sqliteStatement
    bind(origin, 7, handle)
    bind(pool, 8, handle)
    sqlite3_bind_double(handle, 9, date.timeIntervalSince1970)
    sqlite3_bind_double(handle, 10, date.timeIntervalSince1970)
  }

  func known(_ hash: String) throws -> Known {
    let handle = find.sqliteStatement
    return try lending(hash, 1, handle) {
      defer { sqlite3_reset(handle) }
      guard try step(handle) else { return .not }
      return sqlite3_column_int(handle, 1) == 1
        ? .live(sqlite3_column_int64(handle, 0)) : .retired
    }
  }

  /// Stores what is new; a retired exemplar of the same content comes back.
  ///
  /// - Parameters:
  ///   - known: what ``known(_:)`` says of its hash, when it was asked already.
  ///   - willInsert: called before a new row.
  func store(
    _ content: PreparedRecord.Content, _ known: Known? = nil, willInsert: () throws -> Void = {}
  ) throws -> Outcome {
    switch try known ?? self.known(content.hash) {
    case .live(let id): return .duplicate(id)
    case .retired: return .added(try bringBack(content.hash))
    case .not:
      try willInsert()
      return .added(try insert(content))
    }
  }

  private func bringBack(_ hash: String) throws -> Int64 {
    let id = try Int64.fetchOne(
      db,
      sql: """
        UPDATE exemplars SET retiredAt = NULL, retiredBecause = NULL, pool = ?, origin = ?
        WHERE contentHash = ? RETURNING id
        """,
      arguments: [pool, origin, hash])
    guard let id else { throw DatabaseError(message: "an exemplar vanished") }
    return id
  }

  private func insert(_ content: PreparedRecord.Content) throws -> Int64 {
    let draft = content.draft
    let handle = insert.sqliteStatement
    bind(encodeTags(draft.tags), 4, handle)
    if let language = draft.language {
      bind(language, 5, handle)
    } else {
      sqlite3_bind_null(handle, 5)
    }
    try lending(draft.instruction, 1, handle) {
      try lending(draft.input, 2, handle) {
        try lending(draft.output, 3, handle) {
          try lending(content.hash, 6, handle) { try run(handle) }
        }
      }
    }
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
    // SQLite copies it.
    let copying = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
    lend(text, index, handle, copying) {}
  }

  /// Binds a text's own memory while something runs.
  private func lending<T>(
    _ text: String, _ index: Int32, _ handle: OpaquePointer, _ body: () throws -> T
  ) rethrows -> T { try lend(text, index, handle, nil, body) }

  private func lend<T>(
    _ text: String, _ index: Int32, _ handle: OpaquePointer,
    _ destructor: sqlite3_destructor_type?, _ body: () throws -> T
  ) rethrows -> T {
    var text = text
    return try text.withUTF8 { bytes in
      try bytes.withMemoryRebound(to: CChar.self) { characters in
        // A nil pointer would be NULL.
        _ = sqlite3_bind_text(
          handle, index, characters.baseAddress ?? Self.empty, Int32(characters.count), destructor)
        return try body()
      }
    }
  }

  private nonisolated(unsafe) static let empty: UnsafePointer<CChar> = {
    let pointer = UnsafeMutablePointer<CChar>.allocate(capacity: 1)
    pointer.initialize(to: 0)
    return UnsafePointer(pointer)
  }()
}
