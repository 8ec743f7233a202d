/// What reading a project's shared pools changed.
public struct SharedPoolReport: Sendable, Equatable {
  public internal(set) var added = 0
  public internal(set) var retired = 0
  /// A sentence for each line that was skipped and each file that cannot be read.
  public internal(set) var problems: [String] = []

  public init(problems: [String] = []) { self.problems = problems }
}
