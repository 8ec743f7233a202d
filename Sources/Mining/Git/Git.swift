package import Foundation

/// Git's command line in one folder. It never runs a shell, a hook, a pager, a diff driver or a
/// file system monitor of the repository, never asks for a password and never fetches.
package struct Git: Sendable {
  private let program: Program
  package let folder: URL

  /// - Parameter index: the index to read instead of the repository's own; `git commit -a` has one.
  /// - Returns: nil where no Git is installed.
  package init?(
    in folder: URL, index: String? = nil,
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) {
    var environment = Self.safe(environment)
    environment["GIT_INDEX_FILE"] = index
    guard let program = Program(named: "git", environment: environment) else { return nil }
    self.program = program
    self.folder = folder
  }

  /// Without the variables that point at another repository, as within a hook.
  private static func safe(_ environment: [String: String]) -> [String: String] {
    let kept: Set<String> = [
      "GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM", "GIT_CEILING_DIRECTORIES",
    ]
    var safe = environment.filter { !$0.key.hasPrefix("GIT_") || kept.contains($0.key) }
    safe["GIT_OPTIONAL_LOCKS"] = "0"
    safe["GIT_TERMINAL_PROMPT"] = "0"
    safe["GIT_NO_LAZY_FETCH"] = "1"
    safe["LC_ALL"] = "C"
    return safe
  }

  private static let options = [
    "--no-pager", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null",
    "-c", "protocol.allow=never", "-c", "core.quotePath=false", "-c", "color.ui=false",
    "-c", "log.showSignature=false", "-c", "log.mailmap=true", "-c", "log.follow=false",
    "-c", "i18n.logOutputEncoding=UTF-8", "-c", "diff.noprefix=false",
    "-c", "diff.mnemonicPrefix=false", "-c", "diff.orderFile=/dev/null", "-c",
    "diff.renameLimit=400",
  ]

  /// What diffs of commits and of the index have in common, so that both look alike.
  static let diffOptions = [
    "--no-ext-diff", "--no-textconv", "--no-color", "--find-renames", "--ignore-submodules=all",
    "--src-prefix=a/", "--dst-prefix=b/", "--relative",
  ]

  /// The whole output of a command.
  ///
  /// - Parameter limit: bytes; more are cut off.
  package func output(
    _ arguments: [String], input: [UInt8] = [], limit: Int = 64 << 20
  ) throws(MiningError) -> [UInt8] {
    var found: [UInt8] = []
    try stream(arguments, input: input) { piece in
      found += piece.prefix(limit - found.count)
      return found.count < limit
    }
    return found
  }

  /// One line of text; nil when the command fails.
  package func line(_ arguments: [String]) -> String? {
    guard let bytes = try? output(arguments, limit: 1 << 16) else { return nil }
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n").first.map(String.init)
  }

  /// Options of `git log` for a part of the history.
  ///
  /// - Parameters:
  ///   - since: a date as Git reads it.
  ///   - author: a part of the author's name or address, whatever its case.
  static func restriction(since: String?, author: String?) -> [String] {
    (since.map { ["--since=\($0)"] } ?? [])
      + (author.map { ["--author=\($0)", "--fixed-strings", "--regexp-ignore-case"] } ?? [])
  }

  /// Whether Git understands a date, such as `2025-01-31` or `6.months`. It takes the present time for
  /// any word that it does not know.
  func knowsDate(_ text: String) -> Bool {
    guard let line = line(["rev-parse", "--since=\(text)"]), line.hasPrefix("--max-age="),
      let seconds = Double(line.dropFirst("--max-age=".count))
    else { return false }
    let isNow = abs(Date(timeIntervalSince1970: seconds).timeIntervalSinceNow) < 5
    return !isNow || text.contains(where: \.isNumber)
      || ["now", "today"].contains(text.lowercased())
  }

  /// Reads a command's output as it comes, until `body` says no.
  func stream(
    _ arguments: [String], input: [UInt8] = [],
    _ body: (ArraySlice<UInt8>) throws(MiningError) -> Bool
  ) throws(MiningError) {
    let ending = try program.run(Self.options + arguments, in: folder, input: input, body)
    guard ending.status == 0 || ending.isStopped else {
      let lines = ending.message.split(separator: "\n").map(String.init)
      let message =
        lines.first { !$0.hasPrefix("warning:") } ?? lines.first
        ?? "it ended with status \(ending.status)"
      throw .git(command: arguments.first ?? "", message: message)
    }
  }

  /// The changes of the index, as ``CommitHistory`` reads those of commits.
  ///
  /// - Parameter amends: compared with the parent of the last commit, as for `--amend`.
  package func stagedDiff(amends: Bool = false) throws(MiningError) -> Diff {
    let base = amends ? ["HEAD^"] : []
    let bytes = try output(
      ["diff", "--cached", "--unified=1"] + Self.diffOptions + base, limit: Diff.longest)
    return Diff(parsing: String(decoding: bytes, as: UTF8.self))
  }
}
