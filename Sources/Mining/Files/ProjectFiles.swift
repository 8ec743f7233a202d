import Foundation
import Languages
import PromptPool
import WorkspaceRules

/// The files of a project that may be mined: those that Git tracks, or all that are not ignored where
/// there is no Git.
struct ProjectFiles {
  private static let most = 20_000
  /// The most bytes of a file: what is larger was made by a program, or is data.
  static let largest = 400 << 10

  let root: URL
  let rules: FileRules
  let isOver: () -> Bool

  /// A file as it is on the disk now.
  struct Entry: Sendable, Hashable {
    var path: String
    var language: String
    var fingerprint: String
    var modified: Date
  }

  /// - Returns: entries, those changed last first, and whether these are all of them.
  func list(
    _ repository: Repository?
  ) throws(MiningError) -> (entries: [Entry], isComplete: Bool) {
    let paths = if let repository { try tracked(repository) } else { walk() }
    var entries: [Entry] = []
    var isComplete = true
    for path in paths {
      if isOver() {
        isComplete = false
        break
      }
      guard let language = LanguageTable.language(ofFile: Self.name(path)),
        language.form == .code || language.form == .prose, !GeneratedFiles.contains(path),
        let entry = entry(path, language.id), rules.allows(path)
      else { continue }
      entries.append(entry)
    }
    let sorted = entries.sorted { ($1.modified, $0.path) < ($0.modified, $1.path) }
    return (Array(sorted.prefix(Self.most)), isComplete && sorted.count <= Self.most)
  }

  private static func name(_ path: String) -> String {
    String(path.split(separator: "/").last ?? "")
  }

  private func tracked(_ repository: Repository) throws(MiningError) -> [String] {
    guard repository.hasWorkTree else { return [] }
    let bytes = try repository.git.output(["ls-files", "-z", "--cached"])
    return bytes.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
  }

  /// All files below the folder, hidden ones and ignored folders left out.
  private func walk() -> [String] {
    var found: [String] = []
    var folders = [""]
    while let folder = folders.popLast(), found.count < Self.most, !isOver() {
      let path = root.appending(path: folder).path(percentEncoded: false)
      let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
      for name in names.sorted() where !name.hasPrefix(".") {
        let relative = folder.isEmpty ? name : folder + "/" + name
        switch BytePath(root.path(percentEncoded: false) + "/" + relative).kind {
        case .folder:
          if !GeneratedFiles.contains(relative + "/x.md"), rules.allows(relative) {
            folders.append(relative)
          }
        case .file: found.append(relative)
        default: continue
        }
      }
    }
    return found
  }

  private func entry(_ path: String, _ language: String) -> Entry? {
    let full = root.path(percentEncoded: false) + "/" + path
    // A link may lead anywhere.
    guard BytePath(full).kind == .file, let fingerprint = fileFingerprint(full) else { return nil }
    let parts = fingerprint.split(separator: " ")
    guard parts.count == 4, let size = Int(parts[1]), size <= Self.largest, size > 0,
      let seconds = Double(parts[2])
    else { return nil }
    return Entry(
      path: path, language: language, fingerprint: fingerprint,
      modified: Date(timeIntervalSince1970: seconds))
  }

  /// The text of a file; nil where it is no text that a person wrote.
  func read(_ entry: Entry) -> SourceText? {
    let full = root.path(percentEncoded: false) + "/" + entry.path
    guard let bytes = BytePath(full).contents(atMost: 2 * Self.largest),
      let text = String(validating: bytes, as: UTF8.self), !text.contains("\0"),
      !GeneratedFiles.isMarked(text)
    else { return nil }
    let source = SourceText(path: entry.path, language: entry.language, text: text)
    // What was packed for machines has few and long lines.
    return bytes.count / max(1, source.lines.count) > 200 ? nil : source
  }
}
