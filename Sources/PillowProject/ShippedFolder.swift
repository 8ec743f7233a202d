import Foundation

/// Folders that come with the program.
enum ShippedFolder {
  /// What an environment variable names, `../share/pillow-lsp/NAME` beside the program's folder, or
  /// `NAME` of the checkout that the program was built in; `nil` if none is there.
  static func find(
    _ name: String, variable: String, environment: [String: String], executable: URL?
  ) -> URL? {
    if let named = environment[variable], !named.isEmpty { return existing(URL(filePath: named)) }
    guard let executable = executable?.resolvingSymlinksInPath() else { return nil }
    var folder = executable.deletingLastPathComponent()
    let shared = folder.deletingLastPathComponent().appending(path: "share/pillow-lsp/\(name)")
    if let shared = existing(shared) { return shared }
    // `.build/<triple>/release/pillow-lsp` of a checkout.
    while folder.path != "/" {
      if folder.lastPathComponent == ".build" {
        return existing(folder.deletingLastPathComponent().appending(path: name))
      }
      folder.deleteLastPathComponent()
    }
    return nil
  }

  private static func existing(_ url: URL) -> URL? {
    var isFolder: ObjCBool = false
    let exists = FileManager.default.fileExists(
      atPath: url.path(percentEncoded: false), isDirectory: &isFolder)
    return exists && isFolder.boolValue ? url : nil
  }
}
