internal import Foundation
internal import GRDB

/// One import under way: takes batches from the file and stores them.
struct ImportRun {
  private static let largestBatch = 1 << 16
  private static let largestBatchBytes = 1 << 24

  private let source: ByteReader
  private var reader: any RecordReader
  private let shape: RecordShape?
  private let options: ImportOptions
  private let pool, origin: String
  private let date: Date
  private var batchSize: Int
  private var records = 0
  private(set) var report = ImportReport()

  /// - Parameter existing: the pool's size; with it grow the batches, since each reads all signatures once.
  init(
    _ source: ByteReader, name: String, options: ImportOptions, pool: String, origin: String,
    date: Date, existing: Int
  ) throws(PromptPoolError) {
    guard let format = options.format ?? .recognise(name: name, start: source.start) else {
      throw .unknownFormat(path: name)
    }
    self.source = source
    self.options = options
    self.pool = pool
    self.origin = origin
    self.date = date
    shape = RecordShape(format)
    batchSize = min(Self.largestBatch, max(options.smallestBatch, existing / 16))
    switch format {
    case .csv: reader = TableReader(source, separator: UInt8(ascii: ","))
    case .tsv: reader = TableReader(source, separator: UInt8(ascii: "\t"))
    case .markdown: reader = MarkdownReader(source)
    case .jsonl, .alpaca, .dolly, .sharegpt, .chatml:
      let isArray = source.start.first { $0 > 0x20 } == UInt8(ascii: "[")
      reader = isArray ? JSONArrayReader(source) : JSONLinesReader(source)
    }
  }

  /// The next records; nil at the end.
  mutating func nextBatch() throws -> [PreparedRecord]? {
    var batch: [RawRecord] = []
    let start = source.bytesRead
    while batch.count < batchSize, source.bytesRead - start < Self.largestBatchBytes,
      let record = try reader.next()
    {
      batch.append(record)
    }
    records += batch.count
    return batch.isEmpty
      ? nil
      : PreparedRecord.prepare(batch, shape: shape, allowsSecrets: options.allowsSecrets)
  }

  mutating func store(_ batch: [PreparedRecord], _ db: Database) throws {
    var known: Set<String> = []
    var fresh: [TextSignature] = []
    for record in batch {
      guard case .success(let content) = record.result else { continue }
      if try Exemplar.isLive(content.hash, db) {
        known.insert(content.hash)
      } else if !options.keepsNearDuplicates {
        fresh.append(content.signature)
      }
    }
    var finder = try NearDuplicateFinder(fresh, db)
    for record in batch {
      switch record.result {
      case .failure(let mismatch): report.reject(record.line, mismatch.reason)
      case .success(let content):
        if known.contains(content.hash) {
          report.duplicates += 1
        } else {
          try store(content, line: record.line, &finder, db)
          known.insert(content.hash)
        }
      }
    }
    try PromptPool.dropForgottenThatIsBack(db)
    batchSize = min(Self.largestBatch, max(batchSize, report.added / 16))
  }

  private mutating func store(
    _ content: PreparedRecord.Content, line: Int, _ finder: inout NearDuplicateFinder, _ db: Database
  ) throws {
    if options.respectsRemovals, try PromptPool.wasTakenOut(content.hash, db) {
      report.duplicates += 1
      return
    }
    if !options.keepsNearDuplicates,
      let match = try finder.match(for: content.draft, content.signature, db)
    {
      return report.note(
        .init(line: line, exemplar: match.id, similarity: match.similarity))
    }
    switch try insert(content, pool: pool, origin: origin, at: date, db) {
    case .duplicate: report.duplicates += 1
    case .added(let id):
      report.added += 1
      finder.insert(id, content.signature)
    }
  }

  mutating func refuse() {
    report.added = 0
    report.isRefused = true
  }

  func progress(of total: Int?) -> ImportProgress {
    ImportProgress(
      bytesRead: source.bytesRead, totalBytes: total, records: records, added: report.added)
  }
}

extension Exemplar {
  static func isLive(_ hash: String, _ db: Database) throws -> Bool {
    try db.cachedStatement(
      sql: "SELECT 1 FROM exemplars WHERE contentHash = ? AND retiredAt IS NULL"
    ).fetchOne(hash)
  }
}

extension Statement {
  fileprivate func fetchOne(_ argument: String) throws -> Bool {
    try Int.fetchOne(self, arguments: [argument]) != nil
  }
}
