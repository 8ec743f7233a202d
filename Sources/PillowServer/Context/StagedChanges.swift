import Foundation
import LanguageServerProtocol
import Languages
import Mining
import Settings
import Synchronization
import WorkspaceRules

/// What is staged for the commits whose messages are being written, read from Git when their
/// documents are opened.
final class StagedChanges: Sendable {
  private let tasks = Mutex<[String: Task<String, Never>]>([:])
  private let texts = Mutex<[String: String]>([:])
  private let rules = Mutex<[String: FileRules]>([:])

  /// Begins to read what a document is about, if a commit's message is written there.
  ///
  /// - Parameters:
  ///   - uri: of a file in Git's own folder.
  ///   - root: the folder whose rules say what may be read.
  func read(for uri: String, languageID: String, root: URL, settings: InstructionSettings) {
    guard LanguageTable.language(languageID)?.form == .commitMessage,
      case .file = DocumentPlace(uri), let path = DocumentPath.path(of: uri)
    else { return }
    let folder = BytePath(path).parent
    // Staged files are named from the work tree's root on.
    let isUsual = folder.parts.last == Array(".git".utf8)
    let tree = isUsual ? URL(filePath: folder.parent.description) : root
    let rules = FileRules(
      root: tree, settings: settings, environment: ProcessInfo.processInfo.environment)
    self.rules.withLock { $0[uri] = rules }
    let task = Task.detached { [self] in
      let text = await Self.text(folder: folder, rules)
      texts.withLock { $0[uri] = text }
      return text
    }
    tasks.withLock { $0[uri] = task }
  }

  /// The instruction at a place of a document; that of a commit's message is about what was read, as
  /// far as it is there.
  func instruction(
    in text: TextBuffer, _ uri: String, languageID: String, at offset: Int,
    openings: InstructionOpenings
  ) throws(NoInstruction) -> Instruction {
    let rules = rules.withLock { $0[uri] }
    return try InstructionDetector.instruction(
      in: text, languageID: languageID, at: offset, fileName: DocumentPlace(uri).name,
      openings: openings, staged: texts.withLock { $0[uri] } ?? "",
      allows: { rules?.allows($0) ?? true })
  }

  /// Returns once what is staged for a document was read.
  func settle(_ uri: String) async { _ = await tasks.withLock { $0[uri] }?.value }

  func forget(_ uri: String) {
    tasks.withLock { $0[uri] = nil }
    texts.withLock { $0[uri] = nil }
    rules.withLock { $0[uri] = nil }
  }

  /// The index of `git commit -a` and `git commit FILE`, which exists while the message is written.
  private static func index(in folder: BytePath) -> String? {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.description)) ?? []
    let name = names.first { $0.hasPrefix("next-index-") } ?? names.first { $0 == "index.lock" }
    return name.map { "\(folder)/\($0)" }
  }

  private static func text(folder: BytePath, _ rules: FileRules) async -> String {
    await withCheckedContinuation { continuation in
      DispatchQueue.global(qos: .userInitiated).async {
        let git = Git(in: URL(filePath: folder.description), index: Self.index(in: folder))
        let diff = try? git?.stagedDiff()
        let files = diff?.files.filter { rules.allows($0.path) } ?? []
        continuation.resume(returning: DiffText.text(of: Diff(files: files)))
      }
    }
  }
}
