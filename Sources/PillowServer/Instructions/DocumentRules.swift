package import Foundation
package import Settings

/// Which documents are served: never secrets, ignored files, disabled languages, or excluded globs.
package struct DocumentRules: Sendable {
  /// Why a document is not served.
  package enum Refusal: String, Sendable, Equatable {
    case secret, language, glob, ignored
  }

  private let settings: InstructionSettings

  package init(_ settings: InstructionSettings) { self.settings = settings }

  /// - Parameters:
  ///   - root: the folder that the document belongs to, or nothing for one outside all folders.
  /// - Returns: `nil` when it is served.
  package func refusal(uri: String, languageID: String, root: URL?) -> Refusal? {
    let switches = settings.languages ?? [:]
    guard switches[languageID] ?? switches["*"] ?? true else { return .language }
    guard let path = DocumentPath.path(of: uri) else { return nil }
    if Secrets.isSecretFile(path) { return .secret }
    guard let root, let relative = DocumentPath.relative(path, to: root.path) else { return nil }
    if (settings.exclude ?? []).contains(where: { Glob($0).matches(relative) }) { return .glob }
    let parts = relative.split(separator: "/")
    var verdict = false
    // The rules of a folder come after, and so before, those of the folders above it.
    for depth in 0..<max(1, parts.count) {
      let folder = parts.prefix(depth).reduce(root) { $0.appending(path: String($1)) }
      let below = parts.dropFirst(depth).joined(separator: "/")
      for name in [".gitignore", ".pillowignore"] {
        if name == ".gitignore", settings.respectGitignore == false { continue }
        guard let text = try? String(contentsOf: folder.appending(path: name), encoding: .utf8)
        else { continue }
        if let found = IgnoreFile(text).ignores(below) { verdict = found }
      }
    }
    return verdict ? .ignored : nil
  }

  /// Why nothing of a document may enter a pool, whatever the settings say of ignored files; nil
  /// when it may.
  package func harvestRefusal(uri: String, languageID: String, root: URL?) -> String? {
    var settings = settings
    settings.respectGitignore = true
    return switch DocumentRules(settings).refusal(uri: uri, languageID: languageID, root: root) {
    case .secret: "its document \(uri) is of a kind that holds secrets"
    case .ignored: "its document \(uri) is ignored by version control"
    case .language, .glob: "its document \(uri) is excluded"
    case nil: nil
    }
  }
}

/// Paths of documents, also of those that are part of a file.
package enum DocumentPath {
  /// The path of the file that a document is, or that a notebook's cell stands in.
  package static func path(of uri: String) -> String? {
    guard let url = URL(string: uri) else { return nil }
    if url.isFileURL { return url.standardizedFileURL.path }
    guard ["vscode-notebook-cell", "vscode-interactive-input"].contains(url.scheme) else {
      return nil
    }
    return URL(fileURLWithPath: url.path).standardizedFileURL.path
  }

  /// What of a path lies below a folder.
  package static func relative(_ path: String, to folder: String) -> String? {
    let folder = folder.hasSuffix("/") ? folder : folder + "/"
    return path.hasPrefix(folder) ? String(path.dropFirst(folder.count)) : nil
  }
}
