/// How an import is done.
public struct ImportOptions: Sendable {
  /// Nil recognises it by the file's name and start.
  public var format: ImportFormat?
  /// Takes nothing when any record is bad.
  public var isStrict = false
  /// Stores also what is nearly the same as another exemplar.
  public var keepsNearDuplicates = false
  /// Stores also what seems to hold a password or key.
  public var allowsSecrets = false
  /// Leaves out what a person has removed, forgotten or edited, for imports that nobody asked for.
  public var respectsRemovals = false
  /// Records of a transaction, at least; more for a large pool.
  package var smallestBatch = 4096

  public init(
    format: ImportFormat? = nil, isStrict: Bool = false, keepsNearDuplicates: Bool = false,
    allowsSecrets: Bool = false, respectsRemovals: Bool = false
  ) {
    self.respectsRemovals = respectsRemovals
    self.format = format
    self.isStrict = isStrict
    self.keepsNearDuplicates = keepsNearDuplicates
    self.allowsSecrets = allowsSecrets
  }
}

/// What became of an import.
public struct ImportReport: Sendable, Equatable, Codable {
  public struct Rejected: Sendable, Equatable, Codable {
    /// Where the record begins, counted from 1, blank lines included.
    public let line: Int
    /// Which record of the file it is, counted from 1.
    public let record: Int
    public let reason: String
  }

  public struct NearDuplicate: Sendable, Equatable, Codable {
    public let line: Int
    /// Which record of the file it is, counted from 1.
    public let record: Int
    /// The exemplar that it is like.
    public let exemplar: Int64
    /// Jaccard similarity of the least similar field, 0…1.
    public let similarity: Double
  }

  /// Records of the file, bad ones included.
  public internal(set) var records = 0
  public internal(set) var added = 0
  /// Records whose content the pool or an earlier record of the file has already.
  public internal(set) var duplicates = 0
  /// The first ``ImportReport/mostReported`` records that are nearly the same as another.
  public internal(set) var nearDuplicates: [NearDuplicate] = []
  public internal(set) var nearDuplicateCount = 0
  /// The first ``ImportReport/mostReported`` bad records.
  public internal(set) var rejected: [Rejected] = []
  /// All bad records.
  public internal(set) var rejectedCount = 0
  /// Why the file has no records; nil when it has any.
  public internal(set) var whyNothing: String?
  /// A strict import met a bad record, so nothing was taken.
  public internal(set) var isRefused = false

  public static let mostReported = 1000

  public init() {}

  /// Why nothing at all came from the file; nil when something did, or was there already.
  public var failure: String? {
    if let whyNothing { return whyNothing }
    guard records > 0, rejectedCount == records else { return nil }
    return records == 1 ? "its only record is bad" : "all of its \(records) records are bad"
  }

  mutating func reject(_ place: PreparedRecord.Place, _ reason: String) {
    rejectedCount += 1
    guard rejected.count < Self.mostReported else { return }
    rejected.append(.init(line: place.line, record: place.record, reason: reason))
  }

  mutating func note(_ nearDuplicate: NearDuplicate) {
    nearDuplicateCount += 1
    if nearDuplicates.count < Self.mostReported { nearDuplicates.append(nearDuplicate) }
  }
}

/// How far an import is.
public struct ImportProgress: Sendable, Equatable {
  public let bytesRead: Int
  /// The file's size; nil for a pipe.
  public let totalBytes: Int?
  public let records: Int
  public let added: Int
}
