import AsyncHTTPClient
import Foundation
import ModelFormats
import ModelStore
import NIOCore
import NIOHTTP1

/// One fetch: list, choose, download, check, link.
struct HubFetch {
  let connection: HubConnection
  let reference: HubReference
  let progress: @Sendable (FetchProgress) -> Void

  private var settings: HubSettings { connection.settings }

  func run() async throws -> URL {
    let listing = try await connection.listing(of: reference.repository)
    let files = try chosen(listing.files)
    let cache = try HubCacheWriter(root: settings.cache.root, reference)
    let total = files.reduce(0) { $0 + $1.bytes }
    var done: Int64 = 0
    for file in files {
      try await fetch(file, listing.commit, cache) { phase, bytes in
        report(phase, done + bytes, of: total)
      }
      done += file.bytes
    }
    for file in files { try cache.link(file, commit: listing.commit) }
    try cache.setReference(listing.branch, to: listing.commit)
    report(.finished, total, of: total)
    return cache.snapshot(listing.commit, files[0].path)
  }

  private func report(_ phase: FetchProgress.Phase, _ bytes: Int64, of total: Int64) {
    progress(FetchProgress("\(reference)", phase, bytes, of: total))
  }

  /// The file that is meant, with all its parts.
  private func chosen(_ files: [HubFile]) throws(HubError) -> [HubFile] {
    let models = files.map(\.path).filter { $0.lowercased().hasSuffix(".gguf") }
    guard !models.isEmpty else { throw .noModelFile(repository: reference.repository) }
    guard let path = FileChoice.choose(reference.file, from: models) else {
      throw .noSuchFile(reference, available: FileChoice.ranked(models, for: reference.file ?? ""))
    }
    let parts = SplitName(path).map { split in (1...split.count).map(split.name(of:)) } ?? [path]
    return try parts.map { part throws(HubError) in
      guard let file = files.first(where: { $0.path == part }) else {
        throw .badAnswer(
          address: reference.repository, reason: "\(part) of the split model is missing")
      }
      return file
    }
  }

  // MARK: One file

  private func fetch(
    _ file: HubFile, _ commit: String, _ cache: HubCacheWriter,
    onBytes: (FetchProgress.Phase, Int64) -> Void
  ) async throws {
    let lock = try await lock(cache.lock(file), onBytes)
    if try !isThere(file, cache.blob(file), onBytes) {
      try await download(file, commit, cache, onBytes)
    }
    _ = consume lock
  }

  private func download(
    _ file: HubFile, _ commit: String, _ cache: HubCacheWriter,
    _ onBytes: (FetchProgress.Phase, Int64) -> Void
  ) async throws {
    let partial = try PartialBlob(at: cache.partial(file), of: file)
    var checked: Int64 = 0
    try partial.readExisting(of: file) {
      checked += $0
      onBytes(.checking, checked)
    }
    try checkSpace(file, partial, cache)
    let address = settings.endpoint
      .appending(path: "\(reference.repository)/resolve/\(commit)/\(file.path)")
    // Pieces from several connections may not fit each other, above all what an earlier run has
    // left; then the file is fetched once more as a whole.
    var (isWhole, mayRestart) = (partial.count == 0, true)
    while true {
      let pieces = try await receive(file, from: address, into: partial, onBytes)
      let found = partial.digits()
      if found == file.digest.hexadecimal { return try partial.finish(as: cache.blob(file)) }
      guard mayRestart, !isWhole || pieces > 1 else {
        partial.remove()
        throw HubError.wrongHash(
          file: file.path, expected: file.digest.hexadecimal, found: found)
      }
      (isWhole, mayRestart) = (true, false)
      try partial.restart(file)
    }
  }

  private func lock(
    _ url: URL, _ onBytes: (FetchProgress.Phase, Int64) -> Void
  ) async throws -> FileLock {
    while true {
      if let lock = try FileLock(at: url) { return lock }
      onBytes(.waiting, 0)
      try await Task.sleep(for: .milliseconds(200))
    }
  }

  /// Whether the blob is there and intact; a damaged one is removed.
  private func isThere(
    _ file: HubFile, _ blob: URL, _ onBytes: (FetchProgress.Phase, Int64) -> Void
  ) throws -> Bool {
    guard FileSystem.size(blob) != nil else { return false }
    if FileSystem.size(blob) == file.bytes {
      let existing = try PartialBlob(reading: blob, of: file)
      var checked: Int64 = 0
      try existing.readExisting(of: file) {
        checked += $0
        onBytes(.checking, checked)
      }
      if existing.digits() == file.digest.hexadecimal { return true }
    }
    unlink(blob.path(percentEncoded: false))
    return false
  }

  private func checkSpace(
    _ file: HubFile, _ partial: PartialBlob, _ cache: HubCacheWriter
  ) throws(HubError) {
    let needed = file.bytes - partial.count
    guard let free = FileSystem.freeBytes(cache.folder), free < needed else { return }
    throw .storage(
      .diskFull(folder: cache.folder.path(percentEncoded: false), neededBytes: needed))
  }

  /// Receives the rest of a file in as many connections as it takes.
  ///
  /// - Returns: The number of connections that brought something.
  private func receive(
    _ file: HubFile, from address: URL, into partial: PartialBlob,
    _ onBytes: (FetchProgress.Phase, Int64) -> Void
  ) async throws -> Int {
    var (failures, pieces) = (0, 0)
    var failure: HubError?
    while partial.count < file.bytes || file.bytes == 0 && pieces == 0 {
      if failures > 0 {
        guard failures < HubConnection.attempts else {
          throw failure ?? .unreachable(host: address.host() ?? "", detail: "no answer")
        }
        try await connection.pause(HubConnection.delay(failures))
      }
      let before = partial.count
      do {
        if let wait = try await receivePiece(file, from: address, into: partial, onBytes) {
          failures += 1
          failure = wait.error
          if let delay = wait.delay { try await connection.pause(delay) }
          continue
        }
        if file.bytes == 0 { return 1 }
        failure = interrupted(file, partial, "it ended early")
      } catch let error as HubError {
        throw error
      } catch is CancellationError {
        throw HubError.cancelled
      } catch {
        if Task.isCancelled { throw HubError.cancelled }
        failure =
          partial.count > 0
          ? interrupted(file, partial, HubConnection.words(error))
          : .unreachable(host: address.host() ?? "", detail: HubConnection.words(error))
      }
      // A connection that brought something counts as a fresh start.
      if partial.count > before {
        pieces += 1
        failures = 1
      } else {
        failures += 1
      }
    }
    return pieces
  }

  private func interrupted(_ file: HubFile, _ partial: PartialBlob, _ detail: String) -> HubError {
    .interrupted(file: file.path, received: partial.count, of: file.bytes, detail: detail)
  }

  /// One connection.
  ///
  /// - Returns: An error after which another attempt may help, and what the server asks to wait;
  ///   nil if the body was read to its end.
  private func receivePiece(
    _ file: HubFile, from address: URL, into partial: PartialBlob,
    _ onBytes: (FetchProgress.Phase, Int64) -> Void
  ) async throws -> (error: HubError, delay: Duration?)? {
    let answer = try await connection.get(address, from: partial.count)
    if answer.status == 416 {
      try partial.restart(file)
      return (.serverFailed(address: answer.url.shown, status: 416), nil)
    }
    if let error = connection.error(for: answer, reference.repository) {
      guard HubConnection.isTemporary(answer.status) else { throw error }
      return (error, HubConnection.retryAfter(answer))
    }
    let range = answer.response.headers.first(name: "Content-Range")
    // Without a range, or with another one, the whole file comes from its beginning.
    if partial.count > 0, answer.status != 206 || !Self.begins(range, at: partial.count) {
      try partial.restart(file)
      if answer.status == 206 {
        return (.badAnswer(address: answer.url.shown, reason: "another range"), nil)
      }
    }
    for try await buffer in answer.response.body {
      guard partial.count + Int64(buffer.readableBytes) <= file.bytes else {
        partial.remove()
        throw HubError.badAnswer(
          address: answer.url.shown, reason: "more than the \(file.bytes) bytes of the file")
      }
      try buffer.withUnsafeReadableBytes { bytes throws(HubError) in try partial.append(bytes) }
      onBytes(.downloading, partial.count)
    }
    return nil
  }

  /// Whether a range such as `bytes 100-199/200` begins at an offset. Source: RFC 9110, 14.4.
  private static func begins(_ range: String?, at offset: Int64) -> Bool {
    guard let range, range.hasPrefix("bytes ") else { return false }
    return range.dropFirst("bytes ".count).split(separator: "-").first.flatMap { Int64($0) }
      == offset
  }
}
