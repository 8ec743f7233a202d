import Foundation
import PromptPool
import TestSupport

let someDay = Date(timeIntervalSince1970: 1_750_000_000)

extension TemporaryFolder {
  var database: URL { file("project/pool.sqlite") }

  func write(_ bytes: some Sequence<UInt8>, to name: String = "lines.jsonl") throws -> URL {
    try write(bytes, name)
  }
}

func suggestion(shots: [Int64], id: String = UUID().uuidString) -> Suggestion {
  Suggestion(
    id: id, createdAt: someDay, documentURI: "file:///a.swift", instruction: "sort it",
    input: "[2, 1]", language: "swift", draws: shots.map { ShotDraw(exemplar: $0) },
    propensity: 0.125, policyVersion: "day-zero",
    temperature: 0.05, model: "tiny", text: "[1, 2]")
}

enum TestData {
  /// Instruction sets for experiments; not part of the product, so it may be missing.
  static var folder: URL? {
    let package = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let folder = package.deletingLastPathComponent().appending(path: "shared/data")
    return FileManager.default.fileExists(atPath: folder.path) ? folder : nil
  }
}
