public import Foundation

/// A folder that is removed when the object goes.
public final class TemporaryFolder: Sendable {
  public let url = FileManager.default.temporaryDirectory.appending(
    path: "pillow-\(UUID().uuidString)")

  public init() throws {
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit {
    // A test may have made it unwritable.
    try? FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: url.path)
    try? FileManager.default.removeItem(at: url)
  }

  public func file(_ name: String) -> URL { url.appending(path: name) }

  public func write(_ bytes: some Sequence<UInt8>, _ name: String) throws -> URL {
    try Data(bytes).write(to: file(name))
    return file(name)
  }
}
