internal import Crypto
import ErrorWording
package import Foundation
internal import GRDB
public import Kernels

extension PromptPool {
  /// The index of one encoder's embeddings: the file beside the database if it matches the
  /// database, otherwise a new one. Retired exemplars, and those whose content has changed since
  /// they were embedded, are left out.
  ///
  /// - Throws: ``PromptPoolError/invalidEmbedding(exemplar:reason:)`` if vectors differ in length;
  ///   `readOnly` or `diskFull` if the file cannot be written.
  public func vectorIndex(
    encoder: String, team: ThreadTeam
  ) throws(PromptPoolError) -> VectorIndex {
    let url = vectorFile(encoder: encoder)
    do {
      return try writer.read { db in
        let stamp = try VectorStamp(db, encoder: encoder)
        if let file = VectorFile(reading: url, stamp: stamp) {
          return VectorIndex(file, team: team)
        }
        try Self.writeVectors(to: url, stamp, db)
        guard let file = VectorFile(reading: url, stamp: stamp) else {
          throw CocoaError(.fileReadCorruptFile)
        }
        return VectorIndex(file, team: team)
      }
    } catch let error as CocoaError {
      switch error.code {
      case .fileWriteNoPermission: throw .readOnly(path: url.path)
      case .fileWriteOutOfSpace: throw .diskFull(path: url.path)
      default: throw .unreadable(path: url.path, reason: ErrorWording.reason(error))
      }
    } catch {
      throw failure(error)
    }
  }

  /// One file per encoder; for a database in memory, it is in the folder for temporary files.
  package func vectorFile(encoder: String) -> URL {
    let digest = SHA256.hash(data: Data(encoder.utf8))
    let name = digest.prefix(4).map { String(UInt16($0) + 256, radix: 16).dropFirst() }.joined()
    let place = url ?? temporaryPlace
    return URL(filePath: place.path + "-vectors-" + name)
  }

  private static func writeVectors(
    to url: URL, _ stamp: VectorStamp, _ db: Database
  ) throws {
    let from = """
      FROM exemplars e JOIN embeddings m ON m.exemplarID = e.id
        AND m.contentHash = e.contentHash AND m.encoder = ?
      WHERE e.retiredAt IS NULL
      """
    let size = try Row.fetchOne(
      db, sql: "SELECT count(*), coalesce(max(dimensions), 0) \(from)",
      arguments: [stamp.encoder])
    let (count, dimensions): (Int, Int) = (size?[0] ?? 0, size?[1] ?? 0)
    try VectorFile.write(to: url, stamp: stamp, count: count, dimensions: dimensions) {
      layout, file in
      let rows = try Row.fetchCursor(
        db, sql: "SELECT e.id, m.vector \(from) ORDER BY e.id", arguments: [stamp.encoder])
      let codes = file.pointer(at: layout.codes, to: Int8.self)
      let bounds = file.pointer(at: layout.bounds, to: VectorBound.self)
      let ids = file.pointer(at: layout.ids, to: Int64.self)
      let exact = file.pointer(at: layout.exact, to: Float.self)
      var row = 0
      while let found = try rows.next() {
        ids[row] = found[0]
        let start = exact + row * dimensions
        try found.withUnsafeData(atIndex: 1) { blob in
          guard let blob, blob.count == dimensions * MemoryLayout<Float>.stride else {
            throw PromptPoolError.invalidEmbedding(
              exemplar: ids[row], reason: "it does not have \(dimensions) numbers like the others")
          }
          blob.withUnsafeBytes {
            UnsafeMutableRawBufferPointer(start: start, count: $0.count).copyMemory(from: $0)
          }
        }
        bounds[row] = VectorBound(
          quantising: UnsafeBufferPointer(start: start, count: dimensions),
          into: codes + row * dimensions)
        row += 1
      }
    }
  }
}

extension VectorStamp {
  init(_ db: Database, encoder: String) throws {
    let row = try Row.fetchOne(db, sql: "SELECT identity, changes FROM vectorState")
    guard let row else { throw DatabaseError(message: "the table vectorState is empty") }
    self.init(identity: row[0], changes: row[1], encoder: encoder)
  }
}
