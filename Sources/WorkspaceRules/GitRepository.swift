import Foundation

/// Why a rule could not be read, so that nothing can be told of the files it may be about.
package struct UndecidedRules: Error, Sendable, Equatable {
  package var reason: String
}

/// A repository's folder, and where Git keeps what belongs to it.
struct GitRepository: Sendable {
  /// The folder that holds `.git`.
  var root: BytePath
  /// What all work trees share: `info/exclude` and `config` are there.
  var common: BytePath
  var gitFolder: BytePath

  /// The repositories that a folder lies in, the innermost first.
  static func holding(_ folder: BytePath) throws(UndecidedRules) -> [GitRepository] {
    var found: [GitRepository] = []
    var folder = folder
    while true {
      if let repository = try at(folder) { found.append(repository) }
      guard !folder.parts.isEmpty else { return found }
      folder = folder.parent
    }
  }

  private static func at(_ folder: BytePath) throws(UndecidedRules) -> GitRepository? {
    let git = folder.appending(".git")
    switch git.kindOfTarget {
    case .folder:
      guard git.appending("HEAD").kind != .missing else { break }
      return GitRepository(root: folder, common: try common(of: git), gitFolder: git)
    case .file:
      // A work tree or a submodule: the file names the folder.
      guard let bytes = git.contents(atMost: 65536),
        let target = path(bytes, after: "gitdir:", from: folder)
      else { throw UndecidedRules(reason: "`\(git)` does not say where its repository is") }
      return GitRepository(root: folder, common: try common(of: target), gitFolder: target)
    case .hidden: throw UndecidedRules(reason: "`\(git)` cannot be looked at")
    case .missing, .link, .other: break
    }
    // Jujutsu reads the same files.
    guard folder.appending(".jj").kindOfTarget == .folder else { return nil }
    let store = folder.appending(".jj", "repo", "store", "git")
    return GitRepository(root: folder, common: store, gitFolder: store)
  }

  private static func common(of git: BytePath) throws(UndecidedRules) -> BytePath {
    let file = git.appending("commondir")
    guard file.kind != .missing else { return git }
    guard let bytes = file.contents(atMost: 65536), let found = path(bytes, after: "", from: git)
    else { throw UndecidedRules(reason: "`\(file)` cannot be read") }
    return found
  }

  private static func path(_ bytes: [UInt8], after key: String, from folder: BytePath) -> BytePath?
  {
    guard bytes.starts(with: Array(key.utf8)) else { return nil }
    var value = bytes[key.utf8.count...].drop { $0 == UInt8(ascii: " ") }
    while let last = value.last, last == UInt8(ascii: "\n") || last == UInt8(ascii: "\r") {
      value.removeLast()
    }
    guard let first = value.first else { return nil }
    let isAbsolute = first == UInt8(ascii: "/")
    return BytePath(bytes: isAbsolute ? Array(value) : folder.bytes + [UInt8(ascii: "/")] + value)
  }
}
