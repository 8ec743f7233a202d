import Foundation

/// Where an OpenAI-compatible server is.
///
/// A bare address such as `http://127.0.0.1:8080` gets the path `/v1`. A path that ends with
/// `/chat/completions` or `/completions` also says which of the two the server is asked by.
public struct ServerAddress: Sendable, Hashable {
  /// The address of the API, without a slash at its end, such as `http://127.0.0.1:8080/v1`.
  public let base: String
  /// The address without `/v1`, where servers have methods of their own.
  let root: String
  /// What is added to each address, such as `?api-version=1`; mostly empty.
  let query: String
  /// The host alone, for messages.
  public let host: String
  public let isEncrypted: Bool
  /// Whether it is this machine.
  public let isLoopback: Bool
  /// The one method that the address names; nil leaves the choice open.
  let method: CompletionMethod?

  /// - Throws: ``RemoteError/badAddress(reason:)``.
  public init(_ text: String) throws(RemoteError) {
    let text = text.trimmingCharacters(in: .whitespacesAndNewlines)
    guard let parts = URLComponents(string: text), let scheme = parts.scheme?.lowercased(),
      scheme == "http" || scheme == "https", let host = parts.host, !host.isEmpty
    else {
      throw .badAddress(
        reason: "it has to look like http://127.0.0.1:8080 or https://api.example.org/v1")
    }
    guard parts.user == nil, parts.password == nil else {
      throw .badAddress(
        reason: "it holds a name or a password; put the key into PILLOW_LSP_ENGINE_KEY instead")
    }
    guard parts.fragment == nil else { throw .badAddress(reason: "it holds a fragment (#)") }
    var path = parts.percentEncodedPath
    while path.hasSuffix("/") { path.removeLast() }
    var method: CompletionMethod?
    for candidate in CompletionMethod.allCases where path.hasSuffix("/" + candidate.rawValue) {
      path.removeLast(candidate.rawValue.count + 1)
      method = candidate
      break
    }
    if path.isEmpty { path = "/v1" }
    var start = "\(scheme)://\(parts.percentEncodedHost ?? host)"
    if let port = parts.port { start += ":\(port)" }
    base = start + path
    root = start + (path.hasSuffix("/v1") ? String(path.dropLast(3)) : path)
    query = parts.percentEncodedQuery.map { "?\($0)" } ?? ""
    self.host = host
    self.method = method
    isEncrypted = scheme == "https"
    isLoopback = Self.isLoopback(host)
  }

  /// The address of a method of the API, such as `models`.
  func url(_ method: String) -> String { "\(base)/\(method)\(query)" }

  /// Whether a host names this machine.
  public static func isLoopback(_ host: String) -> Bool {
    let host = host.lowercased().trimmingCharacters(in: CharacterSet(charactersIn: "[]"))
    if host == "localhost" || host == "::1" { return true }
    let numbers = host.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
    return numbers.count == 4 && numbers.first == 127 && !numbers.contains(nil)
  }
}

/// The two ways to ask an OpenAI-compatible server for text.
enum CompletionMethod: String, Sendable, CaseIterable {
  /// A list of messages.
  case chat = "chat/completions"
  /// A text to continue.
  case text = "completions"

  var other: CompletionMethod { self == .chat ? .text : .chat }
}
