import AsyncHTTPClient
package import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// Sends requests to one server and says in the project's own errors what goes wrong.
///
/// Redirects are not followed: a user's text goes to the server that was named and to no other.
package final class RemoteTransport: Sendable {
  let address: ServerAddress
  let limits: RemoteLimits
  private let client: HTTPClient

  /// - Parameter authorities: a file of certificates to trust in place of the system's.
  init(_ address: ServerAddress, limits: RemoteLimits, authorities: String?) {
    self.address = address
    self.limits = limits
    var configuration = HTTPClient.Configuration(
      tlsConfiguration: Self.tls(authorities), redirectConfiguration: .disallow,
      timeout: .init(
        connect: TimeAmount(limits.connect), read: TimeAmount(limits.silence)))
    // Unanswered connections must not be tried beyond the time that a person waits.
    configuration.connectionPool.retryConnectionEstablishment = false
    client = HTTPClient(
      eventLoopGroupProvider: .shared(MultiThreadedEventLoopGroup.singleton),
      configuration: configuration)
  }

  deinit { client.shutdown { _ in } }

  private static func tls(_ authorities: String?) -> TLSConfiguration {
    var configuration = TLSConfiguration.makeClientConfiguration()
    if let authorities, !authorities.isEmpty { configuration.trustRoots = .file(authorities) }
    return configuration
  }

  // MARK: Requests

  /// A body that comes piece by piece.
  struct Answer {
    var contentType: String
    var pieces: HTTPClientResponse.Body
  }

  /// Sends a request and waits for the head of a successful answer.
  ///
  /// - Throws: ``RemoteError``, `CancellationError`.
  func post(_ body: some Encodable, to url: String, key: EngineKey?) async throws -> Answer {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    var request = HTTPClientRequest(url: url)
    request.method = .POST
    request.headers.add(name: "Content-Type", value: "application/json")
    request.headers.add(name: "Accept", value: "text/event-stream, application/json")
    request.body = .bytes(try encoder.encode(body))
    return try await send(request, key: key, within: limits.total)
  }

  /// The whole answer to an enquiry.
  func get<T: Decodable>(_ type: T.Type, from url: String, key: EngineKey?) async throws -> T {
    let answer = try await send(HTTPClientRequest(url: url), key: key, within: limits.enquiry)
    return try await decode(type, answer)
  }

  func decode<T: Decodable>(_ type: T.Type, _ answer: Answer) async throws -> T {
    let bytes = try await whole(answer.pieces, most: limits.largestAnswer)
    guard let value = try? JSONDecoder().decode(type, from: Data(bytes)) else {
      throw RemoteError.otherProtocol(server: address.base, what: Self.kind(of: bytes))
    }
    return value
  }

  private func send(
    _ request: HTTPClientRequest, key: EngineKey?, within time: Duration
  ) async throws -> Answer {
    var request = request
    if let key {
      guard address.isEncrypted || address.isLoopback else {
        throw RemoteError.keyUnusable(
          reason: "\(address.base) is not encrypted, and a key is sent only over https; use https, "
            + "or unset the key")
      }
      request.headers.add(name: "Authorization", value: "Bearer \(key.secret)")
    }
    request.headers.add(name: "User-Agent", value: "pillow-lsp")
    let response: HTTPClientResponse
    do {
      response = try await client.execute(request, timeout: TimeAmount(time))
    } catch {
      throw remote(error, waited: min(time, limits.silence))
    }
    guard response.status.code < 300 else { throw await failure(response, key) }
    return Answer(
      contentType: response.headers.first(name: "Content-Type")?.lowercased() ?? "",
      pieces: response.body)
  }

  /// All bytes of a body.
  ///
  /// - Throws: ``RemoteError/tooLarge(server:bytes:)`` and the transport's errors.
  func whole(_ body: HTTPClientResponse.Body, most: Int) async throws -> [UInt8] {
    var bytes: [UInt8] = []
    do {
      for try await piece in body {
        bytes += piece.readableBytesView
        if bytes.count > most {
          throw RemoteError.tooLarge(server: address.base, bytes: most)
        }
      }
    } catch {
      throw remote(error, waited: limits.silence)
    }
    return bytes
  }

  // MARK: What goes wrong

  private func failure(_ response: HTTPClientResponse, _ key: EngineKey?) async -> RemoteError {
    let (server, status) = (address.base, Int(response.status.code))
    if (300..<400).contains(status) {
      let target = response.headers.first(name: "Location").map { URL(string: $0)?.host ?? $0 }
      return .otherProtocol(
        server: server, what: "it redirects" + (target.map { " to \($0)" } ?? ""))
    }
    // What is said beyond this is no sentence.
    let body = (try? await whole(response.body, most: 65_536)) ?? []
    let words = RemoteError.words(ServerFault.message(in: body), without: key)
    switch status {
    case 401, 403: return .unauthorised(server: server, hasKey: key != nil)
    case 429:
      return .limited(
        server: server, seconds: Self.retryAfter(response.headers.first(name: "Retry-After")))
    case 500...:
      return .unavailable(server: server, status: status, message: words)
    default:
      if words.isEmpty, !body.isEmpty, Self.kind(of: body) == "it sent an HTML page" {
        return .otherProtocol(server: server, what: "status \(status) with an HTML page")
      }
      return .refused(server: server, status: status, message: words)
    }
  }

  /// Seconds, or a date; RFC 9110, section 10.2.3.
  package static func retryAfter(_ value: String?, now: Date = Date()) -> Int? {
    guard let value else { return nil }
    if let seconds = Int(value.trimmingCharacters(in: .whitespaces)) { return max(0, seconds) }
    let format = DateFormatter()
    format.locale = Locale(identifier: "en_US_POSIX")
    format.timeZone = TimeZone(identifier: "GMT")
    format.dateFormat = "EEE, dd MMM yyyy HH:mm:ss zzz"
    return format.date(from: value).map { max(0, Int($0.timeIntervalSince(now).rounded(.up))) }
  }

  /// What a body is that is no answer.
  static func kind(of body: [UInt8]) -> String {
    let start = String(decoding: body.prefix(512), as: UTF8.self)
      .trimmingCharacters(in: .whitespacesAndNewlines).lowercased()
    if start.isEmpty { return "it sent an empty answer" }
    if start.hasPrefix("<!doctype html") || start.hasPrefix("<html") {
      return "it sent an HTML page"
    }
    return start.hasPrefix("{") || start.hasPrefix("[")
      ? "it sent JSON of another form" : "it sent no JSON"
  }

  /// An error of the client as one of the project's; cancellation stays what it is.
  func remote(_ error: any Error, waited: Duration) -> any Error {
    let server = address.base
    switch error {
    case is RemoteError, is CancellationError: return error
    case let error as HTTPClientError: return remote(error, server, waited)
    case is NIOSSLError, is BoringSSLError, is NIOSSLExtraError:
      return RemoteError.insecure(server: server, reason: Self.tlsReason(error))
    case let error as NIOConnectionError:
      let reason =
        error.connectionErrors.compactMap { ($0.error as? IOError).map(Self.words) }.last
        ?? (error.dnsAError == nil && error.dnsAAAAError == nil
          ? "no connection" : "unknown host \(address.host)")
      return RemoteError.unreachable(server: server, reason: reason)
    case let error as IOError:
      return RemoteError.unreachable(server: server, reason: Self.words(error))
    case is ChannelError:
      return RemoteError.unreachable(server: server, reason: "no connection in time")
    case let error as HTTPParserError:
      guard error != .invalidEOFState else { return RemoteError.brokeOff(server: server) }
      return RemoteError.otherProtocol(server: server, what: "it does not speak HTTP")
    default:
      return RemoteError.unreachable(server: server, reason: "the connection failed")
    }
  }

  private func remote(
    _ error: HTTPClientError, _ server: String, _ waited: Duration
  ) -> any Error {
    switch error {
    case .cancelled: CancellationError()
    case .connectTimeout:
      RemoteError.unreachable(
        server: server, reason: "no connection within \(limits.connect.wholeSeconds) s")
    case .readTimeout, .deadlineExceeded, .getConnectionFromPoolTimeout:
      RemoteError.timedOut(server: server, seconds: waited.wholeSeconds)
    case .tlsHandshakeTimeout:
      RemoteError.insecure(server: server, reason: "the TLS handshake takes too long")
    case .remoteConnectionClosed: RemoteError.brokeOff(server: server)
    default: RemoteError.unreachable(server: server, reason: "the connection failed")
    }
  }

  private static func tlsReason(_ error: any Error) -> String {
    let text = String(describing: error)
    if text.contains("CERTIFICATE_VERIFY_FAILED") { return "its certificate cannot be verified" }
    if text.contains("WRONG_VERSION_NUMBER") || text.contains("HTTP_REQUEST") {
      return "it does not speak TLS"
    }
    return text.contains("unableToValidateCertificate") || text.contains("failedToLoad")
      ? "its certificate cannot be verified" : "the TLS handshake failed"
  }

  private static func words(_ error: IOError) -> String {
    String(cString: strerror(error.errnoCode)).lowercased()
  }
}

extension Duration {
  /// Rounded up.
  var wholeSeconds: Int {
    Int(components.seconds) + (components.attoseconds > 0 ? 1 : 0)
  }
}
