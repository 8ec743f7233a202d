import Foundation
import JSONRPC
import TestSupport

/// Checks of a recorded conversation.
enum RecordedConversation {
  /// What is wrong in what the server sent: own checks of what matters, and the specification's
  /// model where the tool for it is at hand.
  static func problems(in log: URL) throws -> [String] {
    let lines = try String(contentsOf: log, encoding: .utf8).split(separator: "\n")
    let entries = try lines.map {
      try JSONDecoder().decode(JSONValue.self, from: Data($0.utf8))
    }
    return ownChecks(entries) + (try validated(log))
  }

  private static func ownChecks(_ entries: [JSONValue]) -> [String] {
    var open: [JSONValue: String] = [:]
    var problems: [String] = []
    for entry in entries {
      guard let message = entry["msg"] else { continue }
      let id = message["id"]
      if entry["dir"] == "c2s" {
        if let id, let method = message["method"]?.string { open[id] = method }
        continue
      }
      if message["jsonrpc"] != "2.0" { problems.append("no jsonrpc") }
      problems += nulls(message["result"] ?? message["params"] ?? [:], "")
      guard let id, message["method"] == nil else { continue }
      if open.removeValue(forKey: id) == nil { problems.append("\(id) was not open") }
      if (message["result"] == nil) == (message["error"] == nil) {
        problems.append("\(id) has not one of result and error")
      }
    }
    return problems + open.map { "\($0.value) was not answered" }
  }

  /// Properties that are null, which the server never sends.
  private static func nulls(_ value: JSONValue, _ path: String) -> [String] {
    switch value {
    case .object(let members):
      members.flatMap { key, member in
        member == .null ? ["\(path).\(key) is null"] : nulls(member, "\(path).\(key)")
      }
    case .array(let items): items.flatMap { nulls($0, path + "[]") }
    default: []
    }
  }

  private static func validated(_ log: URL) throws -> [String] {
    let shared = TestPaths.package.deletingLastPathComponent().appending(path: "shared")
    let tool = shared.appending(path: "tools/validate-lsp.py")
    let model = shared.appending(path: "lsp/metaModel-3.18.json")
    let isThere = [tool, model].allSatisfy { FileManager.default.fileExists(atPath: $0.path) }
    guard isThere else { return [] }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3", tool.path, model.path, log.path, "--direction", "s2c"]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let said = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return process.terminationStatus == 0 ? [] : [String(decoding: said, as: UTF8.self)]
  }
}
