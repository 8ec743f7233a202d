import CLibPQ
import Foundation

/// Where a team's database is: a PostgreSQL address, without a password.
///
/// A server on another machine has to show a certificate that can be verified, unless the address
/// says otherwise with `sslmode`.
public struct TeamAddress: Sendable, Hashable, CustomStringConvertible {
  /// As it was written.
  public let text: String
  /// For messages: user, host and database.
  public let description: String
  /// What the connection is made with.
  let parameters: [String: String]
  /// Whether the traffic stays on this machine, or its encryption is verified.
  public let isVerified: Bool

  /// - Parameter text: `postgresql://user@host/database`, or `host=… dbname=…`.
  /// - Throws: ``TeamError/badAddress(reason:)``, ``TeamError/libraryMissing``.
  public init(_ text: String) throws(TeamError) {
    let text = text.trimmingCharacters(in: .whitespacesAndNewlines)
    var found = try Self.parse(text)
    guard found["password"] == nil else {
      throw .badAddress(
        reason: "it holds a password; put the password into ~/.pgpass (mode 0600) or PGPASSWORD "
          + "and leave it out of the address")
    }
    let host = found["hostaddr"] ?? found["host"] ?? ""
    let isLocal =
      host.isEmpty || host.hasPrefix("/") || host == "localhost" || host == "::1"
      || host.hasPrefix("127.")
    if found["sslmode"] == nil, !isLocal {
      found["sslmode"] = "verify-full"
      if found["sslrootcert"] == nil, let authorities = Self.authorities {
        found["sslrootcert"] = authorities
      }
    }
    isVerified = isLocal || found["sslmode"] == "verify-full"
    found["application_name"] = found["application_name"] ?? "pillow-lsp"
    found["connect_timeout"] = found["connect_timeout"] ?? "5"
    found["keepalives_idle"] = found["keepalives_idle"] ?? "30"
    found["tcp_user_timeout"] = found["tcp_user_timeout"] ?? "20000"
    self.text = text
    parameters = found
    let user = found["user"].map { "\($0)@" } ?? ""
    let port = found["port"].map { ":\($0)" } ?? ""
    description =
      user + (host.isEmpty ? "local" : host) + port + "/" + (found["dbname"] ?? found["user"] ?? "")
  }

  /// The system's authorities; libpq looks for a user's own file otherwise.
  private static let authorities = [
    "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem",
  ].first { FileManager.default.fileExists(atPath: $0) }

  private static func parse(_ text: String) throws(TeamError) -> [String: String] {
    guard pk_libpq_open() == 0 else { throw .libraryMissing }
    var message: UnsafeMutablePointer<CChar>?
    guard let options = pk_PQconninfoParse(text, &message) else {
      defer { pk_PQfreemem(message) }
      // libpq quotes the address, which may hold a password.
      throw .badAddress(
        reason: "it has to look like postgresql://user@host/database or host=… dbname=…")
    }
    defer { pk_PQconninfoFree(options) }
    var found: [String: String] = [:]
    var option = options
    while let keyword = option.pointee.keyword {
      if let value = option.pointee.val { found[String(cString: keyword)] = String(cString: value) }
      option += 1
    }
    guard !found.isEmpty else { throw .badAddress(reason: "it is empty") }
    return found
  }
}
