public import Foundation

/// The secret that a server asks for. It never appears in a description, a log or an error.
public struct EngineKey: Sendable, Hashable, CustomStringConvertible, CustomReflectable {
  /// For the `Authorization` header only.
  let secret: String

  public var description: String { "…" }
  public var customMirror: Mirror { Mirror(self, children: []) }

  /// The environment variable that may hold the key.
  public static let variable = "PILLOW_LSP_ENGINE_KEY"

  /// Longer files hold something else.
  private static let largestFile = 16_384

  /// What the environment holds; whether it can be a key shows when it is used.
  ///
  /// - Returns: nil for a variable that is not set or empty.
  public init?(environment: [String: String]) {
    guard let text = environment[Self.variable], !text.isEmpty else { return nil }
    secret = text
  }

  /// - Throws: ``RemoteError/keyUnusable(reason:)``.
  func checked() throws(RemoteError) -> EngineKey { try EngineKey(secret, from: Self.variable) }

  /// - Parameters:
  ///   - text: white space around it is dropped.
  ///   - place: where it is from, for the error.
  /// - Throws: ``RemoteError/keyUnusable(reason:)`` for a text that cannot stand in a header.
  public init(_ text: String, from place: String) throws(RemoteError) {
    let text = text.trimmingCharacters(in: .whitespacesAndNewlines)
    guard !text.isEmpty else { throw .keyUnusable(reason: "\(place) is empty") }
    guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
      throw .keyUnusable(
        reason: "\(place) has to hold the key alone, on one line and without spaces")
    }
    secret = text
  }

  /// Reads a key file, which only its owner may be able to read.
  ///
  /// - Throws: ``RemoteError/keyUnusable(reason:)``.
  public init(file: URL) throws(RemoteError) {
    let path = file.path(percentEncoded: false)
    // Opened first and looked at afterwards, so that both are about the same file.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      let reason = String(cString: strerror(errno)).lowercased()
      throw .keyUnusable(reason: "the key file \(path) cannot be read: \(reason)")
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw .keyUnusable(reason: "the key file \(path) is no ordinary file")
    }
    guard status.st_uid == geteuid() || status.st_uid == 0 else {
      throw .keyUnusable(reason: "the key file \(path) belongs to somebody else")
    }
    guard status.st_mode & 0o077 == 0 else {
      let mode = String(status.st_mode & 0o777, radix: 8)
      throw .keyUnusable(
        reason: "others may read the key file \(path) (mode 0\(mode)); run `chmod 600 \(path)`")
    }
    guard status.st_size <= Self.largestFile else {
      throw .keyUnusable(reason: "the key file \(path) is too large to hold a key")
    }
    var bytes = [UInt8](repeating: 0, count: Self.largestFile)
    let count = read(descriptor, &bytes, bytes.count)
    guard count >= 0 else {
      throw .keyUnusable(reason: "the key file \(path) cannot be read")
    }
    try self.init(String(decoding: bytes[..<count], as: UTF8.self), from: "the key file \(path)")
  }

  /// A text without the key, which servers like to repeat in their errors.
  func removed(from text: String) -> String { text.replacing(secret, with: "…") }
}
