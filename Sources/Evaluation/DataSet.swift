import ErrorWording
public import Foundation
public import PromptMatching

/// Rows of a JSONL file: instruction, output, and optionally input, task and split.
public struct DataSet: Sendable {
  public struct Row: Sendable, Hashable {
    public let demonstration: Demonstration
    /// `pool`, `train`, `test` or whatever the file calls it.
    public let split: String?
  }

  public let rows: [Row]
  /// Lines that were skipped, a sentence each.
  public let problems: [String]

  /// - Throws: ``DataSetError``.
  public init(contentsOf url: URL) throws(DataSetError) {
    let data: Data
    do { data = try Data(contentsOf: url) } catch {
      throw .unreadable(path: url.path, reason: ErrorWording.reason(error))
    }
    self.init(data, name: url.lastPathComponent)
    if rows.isEmpty { throw .empty(path: url.path) }
  }

  public init(_ data: Data, name: String) {
    let decoder = JSONDecoder()
    var rows: [Row] = []
    var problems: [String] = []
    let lines = data.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for (number, bytes) in lines.enumerated() {
      guard bytes.contains(where: { !" \t\r".utf8.contains($0) }) else { continue }
      guard let line = try? decoder.decode(Line.self, from: Data(bytes)),
        !isBlank(line.instruction)
      else {
        problems.append("\(name), line \(number + 1) is skipped: it has no instruction")
        continue
      }
      guard let output = line.output, !isBlank(output) else {
        problems.append("\(name), line \(number + 1) is skipped: it has no gold answer")
        continue
      }
      rows.append(
        Row(
          demonstration: Demonstration(
            instruction: line.instruction, input: line.input ?? "", output: output,
            task: line.task),
          split: line.split))
    }
    self.rows = rows
    self.problems = problems
  }

  /// The rows of a split; all rows where the file knows no splits.
  public func demonstrations(split: String) -> [Demonstration] {
    guard rows.contains(where: { $0.split != nil }) else { return rows.map(\.demonstration) }
    return rows.filter { $0.split == split }.map(\.demonstration)
  }

  private struct Line: Decodable {
    let instruction: String
    let input, output, task, split: String?
  }
}

private func isBlank(_ text: String) -> Bool { text.allSatisfy(\.isWhitespace) }

/// Why a data set cannot be used.
public enum DataSetError: Error, Equatable, Sendable, CustomStringConvertible, LocalizedError {
  case unreadable(path: String, reason: String)
  case empty(path: String)
  case noRows(split: String)

  public var description: String {
    switch self {
    case .unreadable(let path, let reason): "\(path) cannot be read: \(reason)"
    case .empty(let path):
      "\(path) has no row with an instruction and an output: give one JSON object a line."
    case .noRows(let split):
      "The data have no rows of the split `\(split)`: mark some with \"split\": \"\(split)\"."
    }
  }
  public var errorDescription: String? { description }
}
