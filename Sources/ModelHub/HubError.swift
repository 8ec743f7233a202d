public import Foundation
public import ModelStore

/// Why a model cannot be fetched from the hub; each message says what to do.
public enum HubError: Error, Equatable, Sendable {
  case offline(variable: String)
  case badEndpoint(String)
  /// No answer, or none to the end, in any of several attempts.
  case unreachable(host: String, detail: String)
  /// The hub answers 404.
  case notFound(repository: String, host: String)
  /// The hub answers 401 or 403. It does not tell a private repository from one that does not exist.
  case accessDenied(repository: String, status: Int, sentToken: Bool, withheldToken: Bool)
  case noModelFile(repository: String)
  case noSuchFile(HubReference, available: [String])
  /// An answer that is not one of the hub's.
  case badAnswer(address: String, reason: String)
  case serverFailed(address: String, status: Int)
  case unsafeRedirect(from: String, to: String)
  case wrongHash(file: String, expected: String, found: String)
  /// The connection broke again and again; what arrived is kept.
  case interrupted(file: String, received: Int64, of: Int64, detail: String)
  case cancelled
  /// The cache cannot be written.
  case storage(ModelStoreError)
}

extension HubError: LocalizedError, CustomStringConvertible {
  public var errorDescription: String? { description }

  public var description: String {
    switch self {
    case .offline(let variable):
      "\(variable) is set, so nothing is fetched: unset it to fetch models."
    case .badEndpoint(let text):
      "HF_ENDPOINT is \(text), which is no address: write it like https://huggingface.co."
    case .unreachable(let host, let detail):
      """
      \(host) does not answer (\(detail)): check the network, HF_ENDPOINT and HTTPS_PROXY, and \
      try again.
      """
    case .notFound(let repository, let host):
      "There is no \(repository) on \(host): check the name."
    case .accessDenied(let repository, let status, let sentToken, let withheldToken):
      "The hub refuses access to \(repository) (\(status)): "
        + (withheldToken
          ? "the token was not sent, because HF_ENDPOINT is not encrypted; use https."
          : sentToken
            ? "check the name, accept the model's terms on its page, and see whether the token may "
              + "read it."
            : "check the name; if the repository is private or gated, set HF_TOKEN.")
    case .noModelFile(let repository):
      """
      \(repository) has no GGUF file: look for a repository that has, often one whose name ends in \
      -GGUF.
      """
    case .noSuchFile(let reference, let available):
      "\(reference.repository) has no \(reference.file ?? "GGUF file"): choose one of "
        + "\(available.prefix(12).joined(separator: ", "))."
    case .badAnswer(let address, let reason):
      "\(address) did not answer as the hub does (\(reason)): check HF_ENDPOINT."
    case .serverFailed(let address, let status):
      "\(address) failed with status \(status): try again later."
    case .unsafeRedirect(let from, let to):
      "\(from) leads to \(to), which is not encrypted: it was not followed."
    case .wrongHash(let file, let expected, let found):
      """
      \(file) has the hash \(found) instead of \(expected), so it was deleted: the download is damaged, \
      or the server cannot be trusted.
      """
    case .interrupted(let file, let received, let size, let detail):
      """
      The connection broke too often (\(detail)): \(received) of \(size) bytes of \(file) are here. \
      Run the command again; it continues where it stopped.
      """
    case .cancelled:
      "The download was cancelled; the next one continues where it stopped."
    case .storage(.diskFull(let folder, let needed)):
      "Not enough space in \(folder)"
        + (needed.map { ": \(($0 + 999_999) / 1_000_000) MB are needed" } ?? "")
        + "; free some and run the command again. It continues where it stopped."
    case .storage(.notWritable(let path, let reason)):
      "Cannot write \(path) (\(reason)): make it writable, or set HF_HOME to another folder."
    case .storage(let error):
      error.description
    }
  }
}
