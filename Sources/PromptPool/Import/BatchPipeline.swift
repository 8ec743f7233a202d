internal import Dispatch

/// Reads and prepares the next batch on other threads while the one before is stored.
///
/// `@unchecked`: the state is the queue's alone.
final class BatchPipeline: @unchecked Sendable {
  struct Batch: Sendable {
    let records: [PreparedRecord]
    /// Of the file, up to here.
    let bytesRead: Int
  }

  private let queue = DispatchQueue(label: "pillow-lsp.import", qos: .userInitiated)
  private let source: ByteReader
  private var reader: any RecordReader
  private let shape: RecordShape?
  private let allowsSecrets: Bool
  /// Records that were read so far.
  private var recordCount = 0
  private static let largestBytes = 1 << 24

  init(
    _ source: ByteReader, _ reader: any RecordReader, shape: RecordShape?, allowsSecrets: Bool
  ) {
    self.source = source
    self.reader = reader
    self.shape = shape
    self.allowsSecrets = allowsSecrets
  }

  /// Why there was no record, to be asked for at the end.
  var whyNothing: String { queue.sync { reader.whyNothing } }

  /// Begins with the next batch.
  ///
  /// - Returns: waits for it; nil at the end of the file.
  func begin(_ size: Int) -> () throws -> Batch? {
    let result = Box()
    let work = DispatchWorkItem { [self] in result.value = Result { try read(size) } }
    queue.async(execute: work)
    return {
      work.wait()
      return try result.value?.get()
    }
  }

  /// `@unchecked`: written before the work item ends, read after it.
  private final class Box: @unchecked Sendable {
    var value: Result<Batch?, any Error>?
  }

  private func read(_ size: Int) throws -> Batch? {
    var batch: [RawRecord] = []
    batch.reserveCapacity(size)
    let start = source.bytesRead
    while batch.count < size, source.bytesRead - start < Self.largestBytes,
      let record = try reader.next()
    {
      batch.append(record)
    }
    if batch.isEmpty { return nil }
    defer { recordCount += batch.count }
    return Batch(
      records: PreparedRecord.prepare(
        batch, after: recordCount, shape: shape, allowsSecrets: allowsSecrets),
      bytesRead: source.bytesRead)
  }
}
