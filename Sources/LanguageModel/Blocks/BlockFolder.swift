import Crypto
import Dispatch
import Foundation
import ModelFormats

/// Blocks in a folder, so that a process that starts anew maps them instead of computing them.
///
/// One file per block, named by a hash of all that its values depend on. The folder is a cache: a
/// file that is damaged counts as absent, and what cannot be written is not kept. Several processes
/// may share it.
final class BlockFolder: Sendable {
  /// Before the values: the mark, and a hash of the values.
  private static let headerBytes = 64
  private static let mark = Array("pillow-block-1\n\n".utf8)

  private let url: URL
  private let budget: Int
  private let queue = DispatchQueue(label: "pillow-blocks", qos: .background)

  /// - Parameter budget: the most bytes that its files take; beyond, those used least recently go.
  init(_ url: URL, budget: Int) {
    self.url = url
    self.budget = budget
  }

  private func file(_ name: String) -> URL { url.appending(path: "\(name).kv") }

  /// The values of a block, mapped; nil where there are none of this size that are whole.
  func values(named name: String, byteCount: Int) -> MappedFile? {
    let url = file(name)
    guard let mapped = try? MappedFile(contentsOf: url),
      mapped.bytes.count == Self.headerBytes + byteCount,
      mapped.bytes.starts(with: Self.header(Self.values(of: mapped)))
    else { return nil }
    queue.async { Self.touch(url) }
    return mapped
  }

  /// Where the values of a block's file lie.
  static func values(of file: MappedFile) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: file.bytes[headerBytes...])
  }

  /// Writes a block's values when there is time for it.
  ///
  /// - Parameter values: gives them, on another thread.
  func keep(
    named name: String, _ values: @escaping @Sendable ((UnsafeRawBufferPointer) -> Void) -> Void
  ) {
    queue.async { [self] in
      let url = file(name)
      guard !FileManager.default.fileExists(atPath: url.path) else { return Self.touch(url) }
      values { values in
        guard Self.headerBytes + values.count <= budget else { return }
        try? FileManager.default.createDirectory(
          at: self.url, withIntermediateDirectories: true,
          attributes: [.posixPermissions: 0o700])
        var data = Data(Self.header(values))
        data.append(contentsOf: [UInt8](repeating: 0, count: Self.headerBytes - data.count))
        data.append(contentsOf: values)
        // Nobody else's mapping changes: a file is replaced, never written to.
        let temporary = self.url.appending(path: ".\(name).\(getpid())")
        let made = FileManager.default.createFile(
          atPath: temporary.path, contents: data, attributes: [.posixPermissions: 0o600])
        if !made || rename(temporary.path, url.path) != 0 {
          try? FileManager.default.removeItem(at: temporary)
        }
      }
      removeOldest()
    }
  }

  /// Waits until everything that was kept is written.
  func finish() { queue.sync {} }

  private static func header(_ values: UnsafeRawBufferPointer) -> [UInt8] {
    var hash = SHA256()
    hash.update(bufferPointer: values)
    return mark + Array(hash.finalize())
  }

  private static func touch(_ url: URL) {
    try? FileManager.default.setAttributes([.modificationDate: Date.now], ofItemAtPath: url.path)
  }

  private func removeOldest() {
    let keys: Set<URLResourceKey> = [.contentModificationDateKey, .fileSizeKey]
    let files =
      (try? FileManager.default.contentsOfDirectory(
        at: url, includingPropertiesForKeys: Array(keys))) ?? []
    let known = files.compactMap { file -> (file: URL, date: Date, size: Int)? in
      guard let values = try? file.resourceValues(forKeys: keys),
        let date = values.contentModificationDate, let size = values.fileSize
      else { return nil }
      return (file, date, size)
    }
    var total = known.reduce(0) { $0 + $1.size }
    for (file, _, size) in known.sorted(by: { $0.date < $1.date }) where total > budget {
      try? FileManager.default.removeItem(at: file)
      total -= size
    }
  }
}
