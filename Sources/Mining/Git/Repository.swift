import Foundation

/// What has to be known of a repository before its history is read.
struct Repository: Sendable {
  let git: Git
  /// The commit that is checked out; nil in a repository without commits.
  let head: String?
  let hasWorkTree: Bool
  /// Whether the folder lies within the repository and is not all of it.
  let isPartial: Bool
  /// Commits whose parents a shallow clone does not have: they seem to add the whole tree.
  let shallow: Set<String>

  /// - Returns: nil where the folder is in no repository, or there is no Git.
  /// - Throws: ``MiningError/git(command:message:)`` where Git refuses a repository that is there.
  init?(_ folder: URL, environment: [String: String]) throws(MiningError) {
    guard let git = Git(in: folder, environment: environment) else { return nil }
    do throws(MiningError) {
      let answer = try git.output(["rev-parse", "--is-inside-work-tree"])
      hasWorkTree = String(decoding: answer, as: UTF8.self).hasPrefix("true")
    } catch {
      if case .git(_, let message) = error, !message.contains("not a git repository") {
        throw error
      }
      return nil
    }
    self.git = git
    isPartial = git.line(["rev-parse", "--show-prefix"]).map { !$0.isEmpty } ?? false
    head = git.line(["rev-parse", "--quiet", "--verify", "HEAD^{commit}"])
    if git.line(["rev-parse", "--is-shallow-repository"]) == "true",
      let file = git.line(["rev-parse", "--git-path", "shallow"]),
      let text = try? String(
        contentsOf: file.hasPrefix("/") ? URL(filePath: file) : folder.appending(path: file),
        encoding: .utf8)
    {
      shallow = Set(text.split(separator: "\n").map(String.init))
    } else {
      shallow = []
    }
  }

  /// Tells one end of a shallow clone's history from another; empty where all of it is there.
  var boundary: String { shallow.sorted().joined(separator: ",") }

  /// The files of a commit that are within the project's folder.
  func files(_ commit: String) throws(MiningError) -> Set<String> {
    let names = try git.output(["ls-tree", "-r", "-z", "--name-only", commit])
    return Set(names.split(separator: 0).map { String(decoding: $0, as: UTF8.self) })
  }

  /// Whether a commit is there and an ancestor of another.
  func isAncestor(_ commit: String, of other: String) -> Bool {
    (try? git.output(["merge-base", "--is-ancestor", commit, other])) != nil
  }
}
