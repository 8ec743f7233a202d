internal import Foundation
internal import GRDB

/// One import under way: takes batches from the file and stores them.
struct ImportRun {
  private static let largestBatch = 1 << 16

  private let pipeline: BatchPipeline
  private var upcoming: (() throws -> BatchPipeline.Batch?)?
  private let options: ImportOptions
  private let pool, origin: String
  private let date: Date
  private var batchSize: Int
  private var records = 0
  private var bytesRead = 0
  private var sketches = SketchCache()
  private(set) var report = ImportReport()

  /// - Parameter existing: the pool's size; with it grow the batches, since each reads all
  ///   signatures once.
  init(
    _ source: ByteReader, name: String, options: ImportOptions, pool: String, origin: String,
    date: Date, existing: Int
  ) throws(PromptPoolError) {
    if let foreign = ForeignFile.recognise(name: name, start: source.start) {
      throw .foreignFile(path: name, what: foreign.what, advice: foreign.advice)
    }
    guard let format = options.format ?? .recognise(name: name, start: source.start) else {
      throw .unknownFormat(path: name)
    }
    self.options = options
    self.pool = pool
    self.origin = origin
    self.date = date
    batchSize = min(Self.largestBatch, max(options.smallestBatch, existing / 4))
    let reader: any RecordReader
    switch format {
    case .csv, .tsv:
      let usual = TableDialect(separator: UInt8(ascii: format == .csv ? "," : "\t"))
      reader = TableReader(source, TableDialect(source.start) ?? usual)
    case .markdown: reader = MarkdownReader(source)
    case .jsonl, .alpaca, .dolly, .sharegpt, .chatml:
      let layout = JSONLayout.recognise(source.start)
      reader = layout == .lines ? JSONLinesReader(source) : JSONValuesReader(source, layout)
    }
    pipeline = BatchPipeline(
      source, reader, shape: RecordShape(format), allowsSecrets: options.allowsSecrets)
    upcoming = pipeline.begin(batchSize)
  }

  /// The next records; nil at the end. The batch after them is begun.
  mutating func nextBatch() throws -> [PreparedRecord]? {
    guard let batch = try upcoming?() else {
      upcoming = nil
      if records == 0 { report.whyNothing = pipeline.whyNothing }
      return nil
    }
    upcoming = pipeline.begin(batchSize)
    records += batch.records.count
    report.records = records
    bytesRead = batch.bytesRead
    return batch.records
  }

  mutating func store(_ batch: [PreparedRecord], _ db: Database) throws {
    let insertion = try ExemplarInsertion(pool: pool, origin: origin, at: date, db)
    // Looked up once; only what the batch itself adds changes it.
    var known = [ExemplarInsertion.Known](repeating: .not, count: batch.count)
    var added: Set<String> = []
    added.reserveCapacity(batch.count)
    var fresh: [TextSignature] = []
    for (number, record) in batch.enumerated() {
      guard case .success(let content) = record.result else { continue }
      known[number] = try insertion.known(content.hash)
      if case .live = known[number] { continue }
      if !options.keepsNearDuplicates { fresh.append(content.signature) }
    }
    var finder = try NearDuplicateFinder(fresh, sketches: sketches, db)
    sketches = SketchCache()
    var index = TextIndexFilling()
    for (number, record) in batch.enumerated() {
      switch record.result {
      case .failure(let mismatch): report.reject(record.place, mismatch.reason)
      case .success(let content):
        if case .live = known[number] {
          report.duplicates += 1
        } else if !added.insert(content.hash).inserted {
          report.duplicates += 1
        } else {
          try store(content, known[number], record.place, &finder, &index, insertion, db)
        }
      }
    }
    try index.end(db)
    try PromptPool.dropForgottenThatIsBack(db)
    sketches = try finder.end(db)
    batchSize = min(Self.largestBatch, max(batchSize, report.added / 4))
  }

  private mutating func store(
    _ content: PreparedRecord.Content, _ known: ExemplarInsertion.Known,
    _ place: PreparedRecord.Place,
    _ finder: inout NearDuplicateFinder, _ index: inout TextIndexFilling,
    _ insertion: ExemplarInsertion, _ db: Database
  ) throws {
    if options.respectsRemovals, try PromptPool.wasTakenOut(content.hash, db) {
      report.duplicates += 1
      return
    }
    if !options.keepsNearDuplicates, let match = try finder.match(for: content, db) {
      return report.note(
        .init(
          line: place.line, record: place.record, exemplar: match.id, similarity: match.similarity))
    }
    switch try insertion.store(content, known, willInsert: { try index.begin(db) }) {
    case .duplicate: report.duplicates += 1
    case .added(let id):
      report.added += 1
      finder.insert(id, content)
    }
  }

  mutating func refuse() {
    report.added = 0
    report.isRefused = true
  }

  func progress(of total: Int?) -> ImportProgress {
    ImportProgress(
      bytesRead: bytesRead, totalBytes: total, records: records, added: report.added)
  }
}
