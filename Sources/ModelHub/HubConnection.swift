import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import NIOSSL

/// Requests to the hub and to where it leads: redirects, retries, errors.
///
/// Redirects are followed here and not by the HTTP client, so that the token is decided on anew for
/// each address.
struct HubConnection: Sendable {
  let settings: HubSettings
  let client: HTTPClient
  /// Waits before another attempt.
  let pause: @Sendable (Duration) async throws -> Void

  /// Attempts that bring nothing before an error is reported.
  static let attempts = 5
  private static let mostRedirects = 10
  /// How long a connection may be silent.
  private static let silence: TimeAmount = .seconds(60)

  static func configuration(_ settings: HubSettings) -> HTTPClient.Configuration {
    var configuration = HTTPClient.Configuration(
      redirectConfiguration: .disallow, timeout: .init(connect: .seconds(20), read: silence))
    // Attempts are counted here, so that a refused connection is known at once.
    configuration.connectionPool.retryConnectionEstablishment = false
    if let proxy = settings.proxy, let host = proxy.host() {
      var authorization: HTTPClient.Authorization?
      if let user = proxy.user(percentEncoded: false) {
        authorization = .basic(
          username: user, password: proxy.password(percentEncoded: false) ?? "")
      }
      configuration.proxy = .server(
        host: host, port: proxy.port ?? 8080, authorization: authorization)
    }
    if let certificates = settings.certificates {
      var tls = TLSConfiguration.makeClientConfiguration()
      tls.trustRoots = .file(certificates)
      configuration.tlsConfiguration = tls
    }
    return configuration
  }

  /// An answer after all redirects.
  struct Answer {
    let url: URL
    let response: HTTPClientResponse
    var status: Int { Int(response.status.code) }
  }

  /// One attempt.
  ///
  /// - Throws: ``HubError`` for redirects that are not followed, whatever the HTTP client throws.
  func get(_ url: URL, from offset: Int64 = 0) async throws -> Answer {
    var url = url
    for _ in 0...Self.mostRedirects {
      var request = HTTPClientRequest(url: url.absoluteString)
      request.headers.add(name: "User-Agent", value: "pillow-lsp")
      request.headers.add(name: "Accept-Encoding", value: "identity")
      if let token = settings.token(for: url) {
        request.headers.add(name: "Authorization", value: "Bearer " + token)
      }
      if offset > 0 { request.headers.add(name: "Range", value: "bytes=\(offset)-") }
      let response = try await client.execute(request, deadline: .distantFuture)
      guard [301, 302, 303, 307, 308].contains(response.status.code) else {
        return Answer(url: url, response: response)
      }
      guard let place = response.headers.first(name: "Location"),
        let next = URL(string: place, relativeTo: url)?.absoluteURL, next.host() != nil
      else { throw HubError.badAnswer(address: url.shown, reason: "a redirect to nowhere") }
      guard next.scheme?.lowercased() == "https" || url.scheme?.lowercased() == "http" else {
        throw HubError.unsafeRedirect(from: url.shown, to: next.shown)
      }
      url = next
    }
    throw HubError.badAnswer(
      address: url.shown, reason: "more than \(Self.mostRedirects) redirects")
  }

  /// The JSON at an address of the hub's interface, attempted several times.
  ///
  /// - Returns: The value, and the address of the next page if there is one.
  func json<Value: Decodable>(
    _ type: Value.Type, at url: URL, of repository: String
  ) async throws -> (value: Value, next: URL?) {
    var failure: HubError?
    for attempt in 0..<Self.attempts {
      if attempt > 0 { try await pause(Self.delay(attempt)) }
      do {
        let answer = try await get(url)
        if let error = error(for: answer, repository) {
          guard Self.isTemporary(answer.status) else { throw error }
          failure = error
          continue
        }
        let body = try await answer.response.body.collect(upTo: 64 << 20)
        guard let value = try? JSONDecoder().decode(type, from: Data(body.readableBytesView)) else {
          throw HubError.badAnswer(address: url.shown, reason: "not the expected JSON")
        }
        return (value, Self.nextPage(answer))
      } catch let error as HubError {
        throw error
      } catch is CancellationError {
        throw HubError.cancelled
      } catch is NIOTooManyBytesError {
        throw HubError.badAnswer(address: url.shown, reason: "an endless list")
      } catch {
        failure = .unreachable(host: url.host() ?? url.shown, detail: Self.words(error))
      }
    }
    throw failure ?? .unreachable(host: url.host() ?? url.shown, detail: "no answer")
  }

  /// The error that a status means; nil for success.
  func error(for answer: Answer, _ repository: String) -> HubError? {
    switch answer.status {
    case 200...299: nil
    case 401, 403:
      .accessDenied(
        repository: repository, status: answer.status,
        sentToken: settings.token(for: answer.url) != nil,
        withheldToken: settings.token != nil && settings.token(for: settings.endpoint) == nil)
    case 404: .notFound(repository: repository, host: answer.url.host() ?? answer.url.shown)
    default: .serverFailed(address: answer.url.shown, status: answer.status)
    }
  }

  static func isTemporary(_ status: Int) -> Bool {
    status == 408 || status == 425 || status == 429 || status >= 500
  }

  /// Half a second, doubled with each attempt.
  static func delay(_ attempt: Int) -> Duration {
    .milliseconds(500 << min(attempt - 1, 6))
  }

  /// What a server asks to wait, at most a minute.
  static func retryAfter(_ answer: Answer) -> Duration? {
    answer.response.headers.first(name: "Retry-After").flatMap { Int($0) }
      .map { .seconds(max(0, min($0, 60))) }
  }

  /// The target of `Link: <…>; rel="next"`. Source: RFC 8288.
  private static func nextPage(_ answer: Answer) -> URL? {
    for link in answer.response.headers["Link"].flatMap({ $0.split(separator: ",") })
    where link.contains("rel=\"next\"") {
      guard let start = link.firstIndex(of: "<"), let end = link.firstIndex(of: ">"), start < end
      else { continue }
      return URL(string: String(link[link.index(after: start)..<end]), relativeTo: answer.url)?
        .absoluteURL
    }
    return nil
  }

  /// What went wrong in a connection, without the names of types.
  static func words(_ error: any Error) -> String {
    if let error = error as? HTTPClientError { return error.shortDescription }
    if let error = error as? IOError { return String(cString: strerror(error.errnoCode)) }
    let text = "\(error)"
    return String((text.split(whereSeparator: \.isNewline).first ?? "").prefix(200))
  }
}

extension URL {
  /// Without user, password and query, which may have secrets.
  var shown: String {
    var parts = URLComponents(url: self, resolvingAgainstBaseURL: true)
    parts?.user = nil
    parts?.password = nil
    parts?.query = nil
    return parts?.string ?? host() ?? "the address"
  }
}
