public import Foundation

/// Why a server gave no answer; each message says what to do. None holds a key or a user's text.
public enum RemoteError: Error, Equatable, Sendable {
  /// `engine.url` is no address.
  case badAddress(reason: String)
  case keyUnusable(reason: String)
  case unreachable(server: String, reason: String)
  /// The certificate cannot be verified, or the other side does not speak TLS.
  case insecure(server: String, reason: String)
  case timedOut(server: String, seconds: Int)
  /// The connection ended within an answer.
  case brokeOff(server: String)
  /// 401 or 403.
  case unauthorised(server: String, hasKey: Bool)
  case noModel(server: String, model: String, offered: [String])
  /// No model was named and the server has several, or says nothing.
  case modelNotChosen(server: String, offered: [String])
  /// 429; `seconds` as the server says.
  case limited(server: String, seconds: Int?)
  /// 5xx.
  case unavailable(server: String, status: Int, message: String)
  /// Another status that is no success.
  case refused(server: String, status: Int, message: String)
  /// Something answers there that is no such API.
  case otherProtocol(server: String, what: String)
  /// The answer is larger than any answer of a model.
  case tooLarge(server: String, bytes: Int)
  /// The instruction alone does not fit into the model's context.
  case tooLong(server: String)

  /// Whether another try may bring something else.
  var isTransient: Bool {
    switch self {
    case .unreachable, .timedOut, .brokeOff, .limited, .unavailable: true
    default: false
    }
  }
}

extension RemoteError: CustomStringConvertible, LocalizedError {
  public var description: String {
    switch self {
    case .badAddress(let reason):
      "The setting engine.url cannot be used: \(reason)."
    case .keyUnusable(let reason):
      "The engine's key cannot be used: \(reason)."
    case .unreachable(let server, let reason):
      "The engine \(server) cannot be reached (\(reason)): start it, or correct engine.url."
    case .insecure(let server, let reason):
      "The engine \(server) has no trustworthy encryption (\(reason)): check the address, "
        + "install ca-certificates, or name your own authority's certificate in SSL_CERT_FILE."
    case .timedOut(let server, let seconds):
      "The engine \(server) sent nothing for \(seconds) s: it is overloaded or still loading."
    case .brokeOff(let server):
      "The engine \(server) closed the connection within an answer: look at its log."
    case .unauthorised(let server, let hasKey):
      hasKey
        ? "The engine \(server) does not accept the key: check PILLOW_LSP_ENGINE_KEY or engine.keyFile."
        : "The engine \(server) asks for a key: set PILLOW_LSP_ENGINE_KEY or engine.keyFile."
    case .noModel(let server, let model, let offered):
      "The engine \(server) has no model \(model)" + Self.offer(offered)
    case .modelNotChosen(let server, let offered):
      "The engine \(server) has to be told a model" + Self.offer(offered)
    case .limited(let server, let seconds):
      "The engine \(server) takes no more requests"
        + (seconds.map { " for \($0) s" } ?? " for now") + ": its rate limit is reached."
    case .unavailable(let server, let status, let message):
      "The engine \(server) failed with status \(status)" + Self.quote(message)
    case .refused(let server, let status, let message):
      "The engine \(server) refused the request with status \(status)" + Self.quote(message)
    case .otherProtocol(let server, let what):
      "The engine \(server) is no OpenAI-compatible server (\(what)): correct engine.url."
    case .tooLarge(let server, let bytes):
      "The engine \(server) sent more than \(bytes) bytes for one answer; the rest was not read."
    case .tooLong(let server):
      "The instruction is too long for the context of the engine \(server): shorten it, lower "
        + "instructions.inputTokens, or start the server with a larger context."
    }
  }

  public var errorDescription: String? { description }

  private static func offer(_ models: [String]) -> String {
    guard !models.isEmpty else { return ": set engine.model to one that it serves." }
    let shown = models.prefix(8).joined(separator: ", ") + (models.count > 8 ? ", …" : "")
    return ": set engine.model to one of \(shown)."
  }

  private static func quote(_ message: String) -> String {
    message.isEmpty ? ": look at its log." : ": \(message)"
  }

  /// A server's own words, fit for one line of a message.
  static func words(_ text: String, without key: EngineKey?) -> String {
    let hidden = key?.removed(from: text) ?? text
    let line = hidden.split { $0.isWhitespace || $0.unicodeScalars.contains { $0.value < 0x20 } }
      .joined(separator: " ")
    return line.count > 200 ? line.prefix(199) + "…" : line
  }
}
