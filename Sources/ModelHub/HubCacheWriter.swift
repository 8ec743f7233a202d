import Foundation
import ModelStore

/// One repository's folder in the shared cache: `blobs`, `snapshots` and `refs`.
///
/// Source: https://huggingface.co/docs/huggingface_hub/guides/manage-cache
struct HubCacheWriter {
  let folder: URL
  private let locks: URL

  init(root: URL, _ reference: HubReference) throws(HubError) {
    folder = root.appending(path: reference.folderName)
    locks = root.appending(path: ".locks/\(reference.folderName)")
    for folder in [folder.appending(path: "blobs"), locks] { try Self.create(folder) }
  }

  func blob(_ file: HubFile) -> URL {
    folder.appending(path: "blobs/\(file.digest.hexadecimal)")
  }

  func partial(_ file: HubFile) -> URL {
    folder.appending(path: "blobs/\(file.digest.hexadecimal).incomplete")
  }

  /// The lock that Hugging Face's own tools take too.
  func lock(_ file: HubFile) -> URL {
    locks.appending(path: "\(file.digest.hexadecimal).lock")
  }

  func snapshot(_ commit: String, _ path: String) -> URL {
    folder.appending(path: "snapshots/\(commit)/\(path)")
  }

  /// Lets a snapshot's path lead to a blob, in one step.
  func link(_ file: HubFile, commit: String) throws(HubError) {
    let link = snapshot(commit, file.path)
    try Self.create(link.deletingLastPathComponent())
    let depth = file.path.split(separator: "/").count + 1
    let target = String(repeating: "../", count: depth) + "blobs/" + file.digest.hexadecimal
    let new = link.deletingLastPathComponent()
      .appending(path: ".\(UUID().uuidString.prefix(8)).new")
    let path = new.path(percentEncoded: false)
    guard symlink(target, path) == 0 else { throw Self.failure(new) }
    guard rename(path, link.path(percentEncoded: false)) == 0 else {
      let error = Self.failure(link)
      unlink(path)
      throw error
    }
  }

  /// Writes which commit a branch is at, in one step.
  func setReference(_ branch: String, to commit: String) throws(HubError) {
    let url = folder.appending(path: "refs/\(branch)")
    try Self.create(url.deletingLastPathComponent())
    do { try Data(commit.utf8).write(to: url, options: .atomic) } catch {
      throw .storage(ModelStoreError(writing: url, error))
    }
  }

  private static func create(_ folder: URL) throws(HubError) {
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    } catch {
      throw .storage(ModelStoreError(writing: folder, error))
    }
  }

  private static func failure(_ url: URL) -> HubError {
    .storage(ModelStoreError(writing: url, errno: errno))
  }
}
