/// What became of an import.
public struct ImportReport: Sendable, Equatable, Codable {
  public struct Rejected: Sendable, Equatable, Codable {
    /// Counted from 1, blank lines included.
    public let line: Int
    public let reason: String
  }

  public internal(set) var added = 0
  /// Lines whose content the pool or an earlier line of the file has already.
  public internal(set) var duplicates = 0
  /// The first ``ImportReport/mostRejected`` bad lines.
  public internal(set) var rejected: [Rejected] = []
  /// All bad lines.
  public internal(set) var rejectedCount = 0

  public static let mostRejected = 1000

  public init() {}

  mutating func reject(_ line: Int, _ reason: String) {
    rejectedCount += 1
    if rejected.count < Self.mostRejected { rejected.append(.init(line: line, reason: reason)) }
  }
}

/// How far an import is.
public struct ImportProgress: Sendable, Equatable {
  public let bytesRead: Int
  /// The file's size; nil for a pipe.
  public let totalBytes: Int?
  public let lines: Int
  public let added: Int
}
