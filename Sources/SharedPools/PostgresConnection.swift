import CLibPQ
import Foundation

/// A connection to a PostgreSQL server.
///
/// Every call waits for the server, at most as long as ``timeout``; none belongs on the cooperative
/// thread pool. For one thread at a time.
final class PostgresConnection {
  let address: TeamAddress
  /// How long the server may send nothing.
  var timeout: Duration = .seconds(30)
  private let connection: OpaquePointer
  /// A byte arrives there when everything has to end.
  private let stop: Int32?

  /// - Parameter stop: a descriptor that ends every wait when it can be read.
  /// - Throws: ``TeamError``.
  init(_ address: TeamAddress, stop: Int32? = nil) throws(TeamError) {
    guard pk_libpq_open() == 0 else { throw .libraryMissing }
    self.address = address
    self.stop = stop
    guard let made = Self.start(address) else {
      throw .unreachable(server: address.description, reason: "there is no memory for a connection")
    }
    connection = made
    try establish()
    pk_libpq_silence(connection)
    pk_PQsetnonblocking(connection, 1)
  }

  deinit { pk_PQfinish(connection) }

  private static func start(_ address: TeamAddress) -> OpaquePointer? {
    let names = address.parameters.keys.sorted()
    var keywords: [UnsafePointer<CChar>?] = names.map { UnsafePointer(strdup($0)) }
    var values: [UnsafePointer<CChar>?] = names.map {
      UnsafePointer(strdup(address.parameters[$0] ?? ""))
    }
    defer { for pointer in keywords + values { free(UnsafeMutablePointer(mutating: pointer)) } }
    keywords.append(nil)
    values.append(nil)
    return pk_PQconnectStartParams(keywords, values, 0)
  }

  private func establish() throws(TeamError) {
    let deadline = ContinuousClock.now + .seconds(10)
    var wanted = PK_PGRES_POLLING_WRITING
    guard pk_PQstatus(connection) != Int32(PK_CONNECTION_BAD) else { throw connectFailure() }
    while pk_PQstatus(connection) != Int32(PK_CONNECTION_OK) {
      let events = wanted == PK_PGRES_POLLING_READING ? POLLIN : POLLOUT
      guard try wait(for: Int16(events), until: deadline) else {
        throw .timedOut(server: address.description, seconds: 10)
      }
      switch pk_PQconnectPoll(connection) {
      case Int32(PK_PGRES_POLLING_READING): wanted = PK_PGRES_POLLING_READING
      case Int32(PK_PGRES_POLLING_WRITING): wanted = PK_PGRES_POLLING_WRITING
      case Int32(PK_PGRES_POLLING_OK): return
      default: throw connectFailure()
      }
    }
  }

  private func connectFailure() -> TeamError {
    let text = String(cString: pk_PQerrorMessage(connection))
    let line =
      text.split(whereSeparator: \.isNewline).last.map(String.init) ?? "the connection failed"
    let server = address.description
    for refusal in ["password authentication failed", "no password supplied", "pg_hba.conf"]
    where text.contains(refusal) {
      return .notAllowed(server: server, what: "log in (\(refusal))")
    }
    if text.contains("does not exist"), let quote = line.firstRange(of: "FATAL:") {
      let said = line[quote.upperBound...].trimmingCharacters(in: .whitespaces)
      return .server(server: server, state: "3D000", message: said)
    }
    return .unreachable(server: server, reason: Self.reason(text))
  }

  /// What libpq says, without the host that its reader knows, its hints and its line breaks.
  static func reason(_ text: String) -> String {
    let lines = text.split(whereSeparator: \.isNewline).map(String.init)
    // Hints are indented: “Is the server running …”.
    let said = lines.last { $0.first?.isWhitespace == false } ?? "the connection failed"
    let reason = said.split(separator: ": ").last.map(String.init) ?? said
    return reason.trimmingCharacters(in: .whitespaces)
  }

  // MARK: Queries

  /// Runs one statement.
  ///
  /// - Throws: ``TeamError``.
  @discardableResult
  func query(_ command: String, _ values: [String?] = []) throws(TeamError) -> PostgresRows {
    let copies: [UnsafeMutablePointer<CChar>?] = values.map { $0.flatMap { strdup($0) } }
    defer { for copy in copies { free(copy) } }
    let sent = pk_PQsendQueryParams(
      connection, command, Int32(values.count), nil, copies.map { UnsafePointer($0) }, nil, nil, 0)
    guard sent == 1 else { throw lost() }
    return try result()
  }

  /// Runs several statements as they are, in one transaction unless they say otherwise.
  func script(_ commands: String) throws(TeamError) {
    guard pk_PQsendQuery(connection, commands) == 1 else { throw lost() }
    try result()
  }

  /// - Returns: the last result.
  @discardableResult
  private func result() throws(TeamError) -> PostgresRows {
    try flush()
    var last: PostgresRows?
    var failure: TeamError?
    while true {
      while pk_PQisBusy(connection) == 1 { try receive() }
      guard let found = pk_PQgetResult(connection) else { break }
      let rows = PostgresRows(found)
      let status = pk_PQresultStatus(found)
      if status != Int32(PK_PGRES_COMMAND_OK), status != Int32(PK_PGRES_TUPLES_OK) {
        failure = failure ?? rows.failure(address.description) ?? lost()
      }
      last = rows
    }
    if let failure { throw failure }
    guard let last else { throw lost() }
    return last
  }

  private func flush() throws(TeamError) {
    while true {
      switch pk_PQflush(connection) {
      case 0: return
      case 1:
        // The server may have to send before it can receive. As long as it takes bytes, it is there.
        guard try wait(for: Int16(POLLOUT | POLLIN), until: .now + timeout) else {
          throw silence()
        }
        guard pk_PQconsumeInput(connection) == 1 else { throw lost() }
      default: throw lost()
      }
    }
  }

  private func receive() throws(TeamError) {
    guard try wait(for: Int16(POLLIN), until: .now + timeout) else { throw silence() }
    guard pk_PQconsumeInput(connection) == 1 else { throw lost() }
  }

  private func silence() -> TeamError {
    .timedOut(server: address.description, seconds: Int(timeout.components.seconds))
  }

  private func lost() -> TeamError {
    .unreachable(server: address.description, reason: "the connection was lost")
  }

  // MARK: Notifications

  enum Wakening { case notified, woken, idle }

  /// Waits until the server notifies, `wakeup` can be read, or the time is up.
  ///
  /// - Throws: ``TeamError/unreachable(server:reason:)`` when the connection is lost,
  ///   ``TeamError/cancelled``.
  func waitForNotification(
    orWakeup wakeup: Int32, atMost time: Duration
  ) throws(TeamError) -> Wakening {
    let deadline = ContinuousClock.now + time
    while true {
      var hasNotice = false
      while let notice = pk_PQnotifies(connection) {
        hasNotice = true
        pk_PQfreemem(notice)
      }
      if hasNotice { return .notified }
      switch try wait(for: Int16(POLLIN), until: deadline, orWakeup: wakeup) {
      case .socket: break
      case .wakeup: return .woken
      case .deadline: return .idle
      }
      guard pk_PQconsumeInput(connection) == 1 else { throw lost() }
    }
  }

  private enum Ready { case socket, wakeup, deadline }

  /// - Returns: `false` when the time is up.
  private func wait(
    for events: Int16, until deadline: ContinuousClock.Instant
  ) throws(TeamError) -> Bool {
    try wait(for: events, until: deadline, orWakeup: -1) == .socket
  }

  private func wait(
    for events: Int16, until deadline: ContinuousClock.Instant, orWakeup wakeup: Int32
  ) throws(TeamError) -> Ready {
    let socket = pk_PQsocket(connection)
    guard socket >= 0 else { throw lost() }
    // Negative descriptors are left out.
    var descriptors = [
      pollfd(fd: socket, events: events, revents: 0),
      pollfd(fd: stop ?? -1, events: Int16(POLLIN), revents: 0),
      pollfd(fd: wakeup, events: Int16(POLLIN), revents: 0),
    ]
    while true {
      let left = (deadline - .now) / .milliseconds(1)
      guard left > 0 else { return .deadline }
      let count = poll(&descriptors, nfds_t(descriptors.count), Int32(min(left + 1, 1e6)))
      if count < 0, errno != EINTR { throw lost() }
      guard count > 0 else { continue }
      if descriptors[1].revents != 0 { throw .cancelled }
      if descriptors[0].revents != 0 { return .socket }
      if descriptors[2].revents != 0 { return .wakeup }
    }
  }
}

/// The rows of a result; values as text.
final class PostgresRows {
  private let result: OpaquePointer

  init(_ result: OpaquePointer) { self.result = result }

  deinit { pk_PQclear(result) }

  var count: Int { Int(pk_PQntuples(result)) }

  func text(_ row: Int, _ column: Int) -> String? {
    guard pk_PQgetisnull(result, Int32(row), Int32(column)) == 0,
      let start = pk_PQgetvalue(result, Int32(row), Int32(column))
    else { return nil }
    let length = Int(pk_PQgetlength(result, Int32(row), Int32(column)))
    let bytes = UnsafeRawBufferPointer(start: start, count: length)
    return String(decoding: bytes, as: UTF8.self)
  }

  func integer(_ row: Int, _ column: Int) -> Int64? { text(row, column).flatMap { Int64($0) } }

  func flag(_ row: Int, _ column: Int) -> Bool { text(row, column) == "t" }

  func failure(_ server: String) -> TeamError? {
    let state = field(PK_PG_DIAG_SQLSTATE) ?? ""
    guard let message = field(PK_PG_DIAG_MESSAGE_PRIMARY) else { return nil }
    if state == "42501" { return .notAllowed(server: server, what: "do this (\(message))") }
    return .server(server: server, state: state, message: message)
  }

  private func field(_ code: Int) -> String? {
    pk_PQresultErrorField(result, Int32(code)).map { String(cString: $0) }
  }
}
