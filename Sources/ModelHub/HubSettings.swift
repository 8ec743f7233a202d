public import Foundation
public import ModelStore

/// How the hub is reached, as the environment says; the variables are those of Hugging Face's own
/// tools.
public struct HubSettings: Sendable {
  /// `HF_ENDPOINT`, or the public hub.
  public var endpoint: URL
  /// `HF_TOKEN`, or what the hub's own tools have stored. It goes to the endpoint alone.
  public var token: String?
  public var cache: HubCache
  /// `HTTPS_PROXY` or `HTTP_PROXY`, whichever fits the endpoint.
  public var proxy: URL?
  /// A file of certificates to trust instead of the system's: `SSL_CERT_FILE`.
  public var certificates: String?

  /// - Throws: ``HubError/offline(variable:)``, ``HubError/badEndpoint(_:)``.
  public init(
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws(HubError) {
    func value(_ names: String...) -> String? {
      names.lazy.compactMap { environment[$0] }.first { !$0.isEmpty }
    }
    func isOn(_ name: String) -> Bool {
      value(name).map { ["1", "on", "yes", "true"].contains($0.lowercased()) } ?? false
    }
    if isOn("HF_HUB_OFFLINE") { throw .offline(variable: "HF_HUB_OFFLINE") }
    let text = value("HF_ENDPOINT") ?? "https://huggingface.co"
    guard let url = URL(string: text), let scheme = url.scheme?.lowercased(),
      ["http", "https"].contains(scheme), let host = url.host(), !host.isEmpty
    else { throw .badEndpoint(text) }
    endpoint = url
    cache = HubCache(environment: environment)
    if !isOn("HF_HUB_DISABLE_IMPLICIT_TOKEN") || environment["HF_TOKEN"] != nil {
      token = value("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN") ?? cache.storedToken()
    }
    certificates = value("SSL_CERT_FILE")
    guard !url.isLoopback, !Self.isExempt(host, value("NO_PROXY", "no_proxy")) else { return }
    let address =
      scheme == "https"
      ? value("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy")
      : value("http_proxy", "ALL_PROXY", "all_proxy")
    proxy = address.flatMap { URL(string: $0.contains("://") ? $0 : "http://" + $0) }
  }

  private static func isExempt(_ host: String, _ list: String?) -> Bool {
    (list ?? "").split(separator: ",").contains { entry in
      let name = entry.drop { $0 == " " || $0 == "." }.lowercased()
      return name == "*" || !name.isEmpty && (host == name || host.hasSuffix("." + name))
    }
  }

  /// The token, if it may be sent to an address: to the endpoint alone, and only encrypted or
  /// within this machine.
  func token(for url: URL) -> String? {
    guard url.origin == endpoint.origin, url.scheme?.lowercased() == "https" || url.isLoopback
    else { return nil }
    return token
  }
}

extension URL {
  /// Scheme, host and port.
  var origin: String {
    let scheme = scheme?.lowercased() ?? ""
    return "\(scheme)://\(host()?.lowercased() ?? ""):\(port ?? (scheme == "https" ? 443 : 80))"
  }

  var isLoopback: Bool {
    guard let host = host()?.lowercased() else { return false }
    return host == "localhost" || host == "::1" || host == "[::1]"
      || host.hasPrefix("127.") && host.allSatisfy { $0.isNumber || $0 == "." }
  }
}
