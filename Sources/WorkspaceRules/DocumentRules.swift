package import Foundation
package import Settings
import Languages
import PromptPool

/// Which documents are served: never secrets, ignored files, disabled languages, or excluded globs.
/// What cannot be decided is refused.
package struct DocumentRules: Sendable {
  /// Why a document is not served.
  package enum Refusal: Sendable, Equatable {
    case secret
    case language(String)
    case glob(String)
    /// By a line of a file of rules.
    case ignored(file: String, line: Int)
    /// It belongs to a version control system, which keeps passwords in such files, too.
    case internals
    case undecided(String)

    package var isIgnored: Bool { if case .ignored = self { true } else { false } }

    /// One sentence for a person.
    package var sentence: String {
      switch self {
      case .secret: "Files with this name hold secrets, so they are never read."
      case .language(let id): "The setting `instructions.languages` turns \(id) off."
      case .glob(let glob): "The setting `instructions.exclude` excludes the file with `\(glob)`."
      case .ignored(let file, let line): "Line \(line) of `\(file)` ignores the file."
      case .internals: "The file belongs to the version control system."
      case .undecided(let reason): "Whether the file may be read cannot be told: \(reason)."
      }
    }
  }

  private let settings: InstructionSettings
  private let ignoreRules: IgnoreRules

  package init(
    _ settings: InstructionSettings,
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) {
    self.settings = settings
    ignoreRules = IgnoreRules(environment: environment)
  }

  /// - Parameters:
  ///   - root: the folder that the document belongs to, or nothing for one outside all folders.
  /// - Returns: `nil` when it is served.
  package func refusal(uri: String, languageID: String, root: URL?) -> Refusal? {
    guard isServed(languageID) else { return .language(languageID) }
    switch DocumentPlace(uri) {
    case .unnamed(let name):
      return SecretFiles.contains(name) ? .secret : nil
    case .unknown(let scheme):
      return .undecided("the scheme “\(scheme):” does not say which file it shows")
    case .remote(let path, _, _):
      if let found = refusalByName(path, root: root.map({ BytePath($0.path) })) { return found }
      if MessageFile.isInternal(path), !MessageFile.isMessage(path) { return .internals }
      // The other machine may be this one.
      return path.kind == .file ? refusal(of: path, root: root) : nil
    case .file(let paths):
      for path in paths { if let found = refusal(of: path, root: root) { return found } }
      return nil
    }
  }

  /// The id as it is sent counts before the language's own, and both before `*`.
  private func isServed(_ id: String) -> Bool {
    let switches = settings.languagesOrDefault
    if let own = switches[id] { return own }
    let language = LanguageTable.normalized(id)
    let same = switches.filter { $0.key != "*" && LanguageTable.normalized($0.key) == language }
    if !same.isEmpty { return same.values.allSatisfy(\.self) }
    return switches["*"] ?? true
  }

  /// What names tell, on whatever machine the file is.
  private func refusalByName(_ path: BytePath, root: BytePath?) -> Refusal? {
    if SecretFiles.contains(path.description) { return .secret }
    var relative = path.parts[...]
    if let root, path.isWithin(root) { relative = relative.dropFirst(root.parts.count) }
    let name = relative.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "/")
    let exclude = settings.excludeOrDefault
    return exclude.first { Glob($0).matches(name) }.map { .glob($0) }
  }

  /// A file is judged by the name it was opened with, and by the one behind all symbolic links.
  private func refusal(of path: BytePath, root: URL?) -> Refusal? {
    guard let resolved = path.resolved else {
      return .undecided("`\(path)` leads through links or folders that cannot be followed")
    }
    let root = root.map { BytePath($0.path) }
    let resolvedRoot = root.flatMap(\.resolved)
    var pairs = [(path, root)]
    if resolved != path || resolvedRoot != root { pairs.append((resolved, resolvedRoot)) }
    // The same folder may have been opened by either name.
    if resolved != path, let root, resolved.isWithin(root) { pairs.append((resolved, root)) }
    do throws(UndecidedRules) {
      for (path, root) in pairs {
        if let found = refusalByName(path, root: root) { return found }
        if let found = try refusalByRules(path, root: root) { return found }
      }
      return nil
    } catch {
      return .undecided(error.reason)
    }
  }

  private func refusalByRules(_ path: BytePath, root: BytePath?) throws(UndecidedRules) -> Refusal?
  {
    let isMessage = MessageFile.isMessage(path)
    if MessageFile.isInternal(path), !isMessage { return .internals }
    if let found = try ignoreRules.pillowIgnoring(path, workspace: root) {
      return .ignored(file: found.file, line: found.line)
    }
    // A message that Git opens is asked for, whatever its rules say of the folder.
    guard settings.respectGitignoreOrDefault, !isMessage else { return nil }
    let found = try ignoreRules.ignoring(path, workspace: root)
    return found.map { .ignored(file: $0.file, line: $0.line) }
  }

  /// Why nothing of a document may enter a pool, whatever the settings say of ignored files; nil
  /// when it may.
  package func harvestRefusal(uri: String, languageID: String, root: URL?) -> String? {
    var settings = settings
    settings.respectGitignore = true
    let rules = DocumentRules(settings, environment: ignoreRules.environment)
    return switch rules.refusal(uri: uri, languageID: languageID, root: root) {
    case .secret: "its document \(uri) is of a kind that holds secrets"
    case .ignored: "its document \(uri) is ignored by version control"
    case .language, .glob: "its document \(uri) is excluded"
    case .internals: "its document \(uri) belongs to version control"
    case .undecided(let reason): "whether its document \(uri) may be read cannot be told: \(reason)"
    case nil: nil
    }
  }
}

/// Files of version control systems, of which only messages are for people.
enum MessageFile {
  private static let folders: Set<[UInt8]> = Set(
    [".git", ".jj", ".hg", ".svn"].map { Array($0.utf8) })
  private static let names: Set<String> = [
    "COMMIT_EDITMSG", "MERGE_MSG", "SQUASH_MSG", "TAG_EDITMSG", "NOTES_EDITMSG", "PULLREQ_EDITMSG",
    "MERGEREQ_EDITMSG", "EDIT_DESCRIPTION", "BRANCH_DESCRIPTION", "git-rebase-todo",
    "addp-hunk-edit.diff", "GITGUI_MSG", "commit.msg", "last-message.txt",
  ]

  static func isInternal(_ path: BytePath) -> Bool {
    path.parts.dropLast().contains { folders.contains($0) }
  }

  static func isMessage(_ path: BytePath) -> Bool {
    guard let last = path.parts.last else { return false }
    let name = String(decoding: last, as: UTF8.self)
    if name.hasSuffix(".jjdescription") || name.hasSuffix(".commit.hg.txt") { return true }
    return isInternal(path) && names.contains(name)
  }
}

/// File paths of documents, including notebook cells.
package enum DocumentPath {
  /// The path of the file on this machine that a document is, or that a notebook's cell stands in.
  package static func path(of uri: String) -> String? {
    guard case .file(let paths) = DocumentPlace(uri) else { return nil }
    return paths.first?.description
  }

  /// What of a document's path lies below a folder, by either's name or behind links.
  package static func relative(_ uri: String, to folder: String) -> String? {
    guard case .file(let paths) = DocumentPlace(uri), let path = paths.first else { return nil }
    let folder = BytePath(folder)
    let pairs = [(path, folder), (path.resolved ?? path, folder.resolved ?? folder)]
    guard let (path, root) = pairs.first(where: { $0.isWithin($1) && $0 != $1 }) else {
      return nil
    }
    return path.parts.dropFirst(root.parts.count)
      .map { String(decoding: $0, as: UTF8.self) }.joined(separator: "/")
  }
}
