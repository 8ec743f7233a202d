import Crypto
public import Foundation

/// The folder for all of the user's data: models, one database per project, adapters.
///
/// Folders are created with mode 0700, because pools and feedback contain the user's own text.
/// Source: XDG Base Directory Specification 0.8.
public struct DataFolder: Sendable, Hashable {
  /// `$XDG_DATA_HOME/pillow-lsp`, or `~/.local/share/pillow-lsp`.
  public let url: URL

  public init(url: URL) {
    self.url = url.standardizedFileURL
  }

  /// A relative `XDG_DATA_HOME` is ignored, as the specification requires.
  public init(environment: [String: String] = ProcessInfo.processInfo.environment) {
    if let data = environment["XDG_DATA_HOME"], data.hasPrefix("/") {
      self.init(url: URL(filePath: data).appending(path: "pillow-lsp"))
    } else {
      self.init(url: Self.home(environment).appending(path: ".local/share/pillow-lsp"))
    }
  }

  /// `$HOME` if it is absolute, or else the user's home folder.
  static func home(_ environment: [String: String]) -> URL {
    environment["HOME"].flatMap { $0.hasPrefix("/") ? URL(filePath: $0) : nil }
      ?? FileManager.default.homeDirectoryForCurrentUser
  }

  /// Contains one folder per model.
  public var models: URL { url.appending(path: "models") }

  /// What language models have read of exemplars, to be read again instead of computed; may be
  /// deleted at any time.
  public var blocks: URL { url.appending(path: "blocks") }

  /// Contains one folder per project.
  public var projects: URL { url.appending(path: "projects") }

  /// The folder of a project. Its name consists of the last path component, for the reader, and a
  /// hash of the canonical path, so that two projects with the same name stay apart and a link
  /// leads to the same folder.
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
  /// Its folder is created if possible; if not, opening the database reports why.
  public func databaseURL(forProject root: URL) -> URL {
    let folder = folder(forProject: root)
    try? create(folder)
    return folder.appending(path: "pool.sqlite")
  }

  /// Creates a folder in the data folder together with its parents; new folders have mode 0700.
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
