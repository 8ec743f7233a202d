package import Foundation

/// The secret that callers of the endpoint have to know: other programs and other users of this
/// machine can reach its port, too.
package struct EndpointToken: Sendable {
  /// For the file and the comparison only.
  private let secret: [UInt8]

  package enum Failure: Error, CustomStringConvertible {
    case file(path: String, reason: String)

    package var description: String {
      switch self {
      case .file(let path, let reason): "The token file \(path) cannot be used: \(reason)."
      }
    }
  }

  package init(_ secret: String) { self.secret = Array(secret.utf8) }

  /// The token of a file, which is made with mode 0600 where it is missing.
  ///
  /// - Throws: ``Failure`` for a file that others may read, or that cannot be made.
  package init(file: URL) throws(Failure) {
    let path = file.path(percentEncoded: false)
    let made = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    if made >= 0 {
      defer { close(made) }
      let text = Self.drawn() + "\n"
      let count = text.utf8.count
      guard write(made, text, count) == count else {
        unlink(path)
        throw .file(path: path, reason: "it cannot be written")
      }
    } else if errno != EEXIST {
      throw .file(path: path, reason: String(cString: strerror(errno)).lowercased())
    }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw .file(path: path, reason: String(cString: strerror(errno)).lowercased())
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & 0o077 == 0 else {
      throw .file(path: path, reason: "others may read it; run `chmod 600 \(path)`")
    }
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = max(0, read(descriptor, &bytes, bytes.count))
    let text = String(decoding: bytes[..<count], as: UTF8.self)
      .trimmingCharacters(in: .whitespacesAndNewlines)
    guard text.utf8.count >= 16 else {
      throw .file(path: path, reason: "it holds no token; remove it, and a new one is made")
    }
    self.init(text)
  }

  /// 256 bits of the system's randomness.
  private static func drawn() -> String {
    var random = SystemRandomNumberGenerator()
    return (0..<4).map { _ in
      let digits = String(random.next() as UInt64, radix: 16)
      return String(repeating: "0", count: 16 - digits.count) + digits
    }.joined()
  }

  /// Whether an `Authorization` header holds it. Takes the same time for every wrong one of a
  /// length.
  package func admits(_ header: String?) -> Bool {
    guard let header, header.lowercased().hasPrefix("bearer ") else { return false }
    let given = Array(header.dropFirst("bearer ".count).utf8)
    guard given.count == secret.count else { return false }
    return zip(given, secret).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
  }
}
