import Crypto
public import Foundation

/// Where everything that belongs to the person lives: models, one database a project, adapters.
///
/// Folders are made with mode 0700, since pools and feedback hold the person's own text.
/// Source: XDG Base Directory Specification 0.8.
public struct DataFolder: Sendable, Hashable {
  /// `$XDG_DATA_HOME/pillow-lsp`, or `~/.local/share/pillow-lsp`.
  public let url: URL

  public init(url: URL) {
    self.url = url.standardizedFileURL
  }

  /// A relative `XDG_DATA_HOME` is ignored, as the specification asks.
  public init(environment: [String: String] = ProcessInfo.processInfo.environment) {
    if let data = environment["XDG_DATA_HOME"], data.hasPrefix("/") {
      self.init(url: URL(filePath: data).appending(path: "pillow-lsp"))
    } else {
      let home =
        environment["HOME"].flatMap { $0.hasPrefix("/") ? URL(filePath: $0) : nil }
        ?? FileManager.default.homeDirectoryForCurrentUser
      self.init(url: home.appending(path: ".local/share/pillow-lsp"))
    }
  }

  /// Holds one folder a model.
  public var models: URL { url.appending(path: "models") }

  /// Holds one folder a project.
  public var projects: URL { url.appending(path: "projects") }

  /// The folder of a project: its last path component for the reader, and a hash of the canonical
  /// path, so that two projects of one name stay apart and a link leads to the same place.
  public func folder(forProject root: URL) -> URL {
    let canonical = root.resolvingSymlinksInPath().standardizedFileURL.path(percentEncoded: false)
    let path =
      canonical.count > 1 && canonical.hasSuffix("/") ? String(canonical.dropLast()) : canonical
    let digest = SHA256.hash(data: Data(path.utf8)).prefix(6)
    let name = path.split(separator: "/").last.map(String.init) ?? "root"
    let readable = String(
      name.unicodeScalars.prefix(40).map { scalar in
        scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
          || scalar == "_" || scalar == "." ? Character(scalar) : "-"
      })
    return projects.appending(path: readable + "-" + hexadecimal(digest))
  }

  /// The database of a project.
  ///
  /// Its folder is made when that is possible; when it is not, opening the database says why.
  public func databaseURL(forProject root: URL) -> URL {
    let folder = folder(forProject: root)
    try? create(folder)
    return folder.appending(path: "pool.sqlite")
  }

  /// Makes a folder in the data folder with all that lead to it; those that it makes have mode
  /// 0700.
  public func create(_ folder: URL) throws(ModelStoreError) {
    do {
      try FileManager.default.createDirectory(
        at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
      throw ModelStoreError(writing: folder, error)
    }
  }
}

/// Lower-case hexadecimal digits of the bytes.
func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
  bytes.reduce(into: "") { text, byte in
    text += byte < 16 ? "0" + String(byte, radix: 16) : String(byte, radix: 16)
  }
}
