import Foundation

/// Git's rules about which files are left alone, and the same in `.pillowignore`.
struct IgnoreRules: Sendable {
  /// The rule that keeps a file away.
  struct Source: Sendable, Equatable {
    var file: String
    var line: Int
  }

  let environment: [String: String]

  /// The rule of a `.gitignore`, of `.git/info/exclude` or of the user's own file that ignores a path.
  ///
  /// - Parameters:
  ///   - path: without symbolic links.
  ///   - workspace: the folder that is open, which counts as a repository where there is none.
  /// - Throws: when a file of rules is there and cannot be read.
  func ignoring(_ path: BytePath, workspace: BytePath?) throws(UndecidedRules) -> Source? {
    let holding = try GitRepository.holding(path.parent)
    var counted: [GitRepository] = []
    for repository in holding {
      counted.append(repository)
      // The repository that the workspace lies in is the outermost that counts: a home folder may be
      // a repository of its own.
      if workspace.map({ $0.isWithin(repository.root) }) ?? true { break }
    }
    for repository in counted {
      let configuration = try GitConfiguration(of: repository, environment: environment)
      let files =
        [repository.common.appending("info", "exclude")]
        + configuration.excludesFiles.map { BytePath($0) }
      let last = try rules(files, ignoresCase: configuration.ignoresCase)
      let walk = Walk(
        name: ".gitignore", root: repository.root, ofUser: last,
        ignoresCase: configuration.ignoresCase)
      if let found = try ignoring(path, walk) { return found }
    }
    if counted.isEmpty, let workspace, path.isWithin(workspace) {
      let configuration = try GitConfiguration(of: nil, environment: environment)
      let last = try rules(
        configuration.excludesFiles.map { BytePath($0) }, ignoresCase: configuration.ignoresCase)
      return try ignoring(path, Walk(name: ".gitignore", root: workspace, ofUser: last))
    }
    return nil
  }

  /// The rule of a `.pillowignore` that ignores a path, from the repository's root or the workspace
  /// folder on, whichever is further up; from the file system's root on where a path is in neither.
  func pillowIgnoring(_ path: BytePath, workspace: BytePath?) throws(UndecidedRules) -> Source? {
    let workspace = workspace.flatMap { path.isWithin($0) ? $0 : nil }
    let repository = try GitRepository.holding(path.parent).last { repository in
      workspace.map { repository.root.isWithin($0) || $0.isWithin(repository.root) } ?? true
    }
    let root =
      [workspace, repository?.root].compactMap(\.self)
      .min { $0.parts.count < $1.parts.count } ?? BytePath(parts: [])
    return try ignoring(path, Walk(name: ".pillowignore", root: root))
  }

  // MARK: One set of files

  private struct Rules {
    var file: BytePath
    var content: IgnoreFile
  }

  private struct Walk {
    var name: String
    var root: BytePath
    /// Files for the whole tree that come after those of its folders, the first of them first.
    var ofUser: [Rules] = []
    var ignoresCase = false
  }

  /// A folder that is ignored takes all below it along; of the files that have a rule about a path
  /// the nearest counts, and within it the last rule.
  private func ignoring(_ path: BytePath, _ walk: Walk) throws(UndecidedRules) -> Source? {
    let below = Array(path.parts.dropFirst(walk.root.parts.count))
    guard path.isWithin(walk.root), !below.isEmpty else { return nil }
    var ofFolders: [(depth: Int, rules: Rules)] = []
    for depth in 0..<below.count {
      let folder = BytePath(parts: walk.root.parts + below[..<depth])
      if let found = try rules(folder.appending(walk.name), ignoresCase: walk.ignoresCase) {
        ofFolders.append((depth, found))
      }
      let isFolder = depth + 1 < below.count
      let candidates = ofFolders.reversed() + walk.ofUser.map { (0, $0) }
      for (start, rules) in candidates {
        guard let rule = rules.content.rule(for: below[start...depth], isFolder: isFolder) else {
          continue
        }
        if !rule.isNegated { return Source(file: rules.file.description, line: rule.line) }
        break
      }
    }
    return nil
  }

  private func rules(
    _ files: [BytePath], ignoresCase: Bool
  ) throws(UndecidedRules) -> [Rules] {
    var found: [Rules] = []
    for file in files {
      if let rules = try rules(file, ignoresCase: ignoresCase) { found.append(rules) }
    }
    return found
  }

  private func rules(_ file: BytePath, ignoresCase: Bool) throws(UndecidedRules) -> Rules? {
    let kind = file.kind
    switch kind {
    case .missing, .folder: return nil
    case .hidden, .other: throw UndecidedRules(reason: "`\(file)` cannot be read")
    case .file, .link: break
    }
    if kind == .link {
      switch file.kindOfTarget {
      case .missing, .folder: return nil
      case .file: break
      default: throw UndecidedRules(reason: "`\(file)` cannot be read")
      }
    }
    guard let bytes = file.contents() else {
      throw UndecidedRules(reason: "`\(file)` cannot be read")
    }
    // Git does not follow such a link. Its rules keep more away, but let nothing back in.
    return Rules(
      file: file,
      content: IgnoreFile(bytes: bytes, ignoresCase: ignoresCase, negations: kind == .file))
  }
}
