public import Foundation

/// Why a team's database cannot be used; each message says what to do. None holds a password.
public enum TeamError: Error, Equatable, Sendable {
  /// The system has no libpq.
  case libraryMissing
  case badAddress(reason: String)
  case unreachable(server: String, reason: String)
  /// The server sent nothing for too long.
  case timedOut(server: String, seconds: Int)
  case notAllowed(server: String, what: String)
  /// The database was set up by a newer program.
  case newerSchema(server: String, version: Int)
  /// The database was set up by an older program, and this role may not update it.
  case olderSchema(server: String, version: Int)
  /// The database is not set up, and this role may not do it.
  case notSetUp(server: String)
  /// Anything else that the server says.
  case server(server: String, state: String, message: String)
  case remoteNotFound(String, known: [String])
  case versionNotFound(Int64, known: [Int64])
  case versionTooLarge(bytes: Int, most: Int)
  /// What a member has published cannot be used.
  case badVersion(Int64, reason: String)
  case badName(String)
  case cancelled
}

extension TeamError: CustomStringConvertible, LocalizedError {
  public var description: String {
    switch self {
    case .libraryMissing:
      "PostgreSQL's client library is missing: install libpq5 (Debian) to use shared databases."
    case .badAddress(let reason):
      "The database's address cannot be used: \(reason)."
    case .unreachable(let server, let reason):
      "The database \(server) cannot be reached (\(reason)); changes wait here until it can."
    case .timedOut(let server, let seconds):
      "The database \(server) sent nothing for \(seconds) s; changes wait here until it answers."
    case .notAllowed(let server, let what):
      "The database \(server) does not let this role \(what): ask its administrator for the role "
        + "pillow_member."
    case .newerSchema(let server, let version):
      "The database \(server) was set up by a newer pillow-lsp (schema \(version)): update this one."
    case .olderSchema(let server, let version):
      "The database \(server) shares exemplars only (schema \(version)): let its administrator run "
        + "`pillow-lsp pool remote schema --after \(version) | psql`."
    case .notSetUp(let server):
      "The database \(server) is not set up, and this role may not create a schema: let its "
        + "administrator run `pillow-lsp pool remote schema | psql`."
    case .server(let server, let state, let message):
      "The database \(server) says: \(message)"
        + (!state.isEmpty ? " (\(state))." : message.hasSuffix(".") ? "" : ".")
    case .remoteNotFound(let name, let known):
      "There is no shared database \(name): "
        + (known.isEmpty
          ? "`pillow-lsp pool remote add` adds one."
          : "there are \(known.joined(separator: ", ")).")
    case .versionNotFound(let number, let known):
      "The team has no version \(number): "
        + (known.isEmpty
          ? "none was published." : "there are \(known.map(String.init).joined(separator: ", ")).")
    case .versionTooLarge(let bytes, let most):
      "A version of \(bytes >> 20) MB is too large for a team’s database: at most \(most >> 20) MB "
        + "can be published."
    case .badVersion(let number, let reason):
      "The team’s version \(number) cannot be used: \(reason)" + (reason.hasSuffix(".") ? "" : ".")
    case .badName(let name):
      "“\(name)” cannot be a name: use letters, digits, dots, dashes and underscores."
    case .cancelled: "The synchronisation was stopped."
    }
  }

  public var errorDescription: String? { description }

  /// Whether another try may bring something else.
  public var isTransient: Bool {
    switch self {
    case .unreachable, .timedOut: true
    // Connection exceptions, lack of resources, intervention, serialization and deadlocks.
    case .server(_, let state, _):
      ["08", "53", "57", "40", "55"].contains { state.hasPrefix($0) } || state.isEmpty
    default: false
    }
  }
}
