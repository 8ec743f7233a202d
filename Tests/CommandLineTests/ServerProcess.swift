import Foundation
import JSONRPC
import TestSupport

/// `pillow-lsp serve` as an editor starts it, spoken to over its pipes. A call waits for the
/// message that it names.
final class ServerProcess {
  private let process = Process()
  private let toServer = Pipe()
  private let toClient = Pipe()
  private var framer = MessageFramer()
  private var waiting: [JSONValue] = []
  private var lastID = 0

  struct Ended: Error, CustomStringConvertible {
    let description: String
  }

  /// - Parameters:
  ///   - root: the workspace's folder.
  ///   - data: the data folder.
  init(in root: URL, data: URL) throws {
    process.executableURL = Program.url
    process.arguments = ["serve"]
    process.environment = ProcessInfo.processInfo.environment.merging(["XDG_DATA_HOME": data.path])
    { $1 }
    process.standardInput = toServer
    process.standardOutput = toClient
    process.standardError = FileHandle.nullDevice
    try process.run()
    try toClient.fileHandleForWriting.close()
    try initialize(root)
  }

  deinit { process.terminate() }

  private func initialize(_ root: URL) throws {
    let uri = JSONValue.string(root.absoluteString)
    _ = try request(
      "initialize",
      [
        "processId": nil, "rootUri": uri, "capabilities": ["window": ["workDoneProgress": true]],
        "workspaceFolders": [["uri": uri, "name": "project"]],
      ])
    try send(["jsonrpc": "2.0", "method": "initialized", "params": [:]])
  }

  func send(_ message: JSONValue) throws {
    let body = try JSONEncoder().encode(message)
    try toServer.fileHandleForWriting.write(
      contentsOf: Data("Content-Length: \(body.count)\r\n\r\n".utf8) + body)
  }

  /// Sends a request and waits for its result.
  func request(_ method: String, _ params: JSONValue? = nil) throws -> JSONValue {
    lastID += 1
    let id = JSONValue.integer(lastID)
    var message: [String: JSONValue] = ["jsonrpc": "2.0", "id": id, "method": .string(method)]
    message["params"] = params
    try send(.object(message))
    let response = try next { $0["id"] == id && $0["method"] == nil }
    guard let result = response["result"] else {
      throw Ended(description: "\(method) was refused: \(response)")
    }
    return result
  }

  /// The parameters of the next notification or request with that method.
  func told(_ method: String) throws -> JSONValue {
    let message = try next { $0["method"]?.string == method }
    if let id = message["id"] { try send(["jsonrpc": "2.0", "id": id, "result": .null]) }
    return message["params"] ?? .null
  }

  /// Ends in order and gives the exit code.
  func leave() throws -> Int32 {
    _ = try request("shutdown")
    try send(["jsonrpc": "2.0", "method": "exit"])
    process.waitUntilExit()
    return process.terminationStatus
  }

  private func next(_ fits: (JSONValue) -> Bool) throws -> JSONValue {
    if let index = waiting.firstIndex(where: fits) { return waiting.remove(at: index) }
    while true {
      while let frame = framer.next() {
        guard case .body(let bytes) = frame else {
          throw Ended(description: "no message: \(frame)")
        }
        let message = try JSONDecoder().decode(JSONValue.self, from: Data(bytes))
        if fits(message) { return message }
        waiting.append(message)
      }
      let data = toClient.fileHandleForReading.availableData
      guard !data.isEmpty else {
        throw Ended(description: "the server has ended; it said \(waiting)")
      }
      framer.append(data)
    }
  }
}

/// A project's folder and a data folder with the installed models.
struct ScratchWorkspace {
  let root, data: URL

  init(in folder: URL) throws {
    root = folder.appending(path: "project")
    data = folder.appending(path: "data")
    for url in [root.appending(path: ".pillow/pools"), data.appending(path: "pillow-lsp")] {
      try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }
    try FileManager.default.createSymbolicLink(
      at: data.appending(path: "pillow-lsp/models"), withDestinationURL: TestModels.folder)
  }

  /// Writes a shared pool.
  func share(_ lines: [String], as name: String = "team.jsonl") throws {
    try Data((lines.joined(separator: "\n") + "\n").utf8).write(
      to: root.appending(path: ".pillow/pools").appending(path: name), options: .atomic)
  }

  var database: URL? {
    let projects = data.appending(path: "pillow-lsp/projects")
    let names = try? FileManager.default.contentsOfDirectory(atPath: projects.path)
    return names?.first.map { projects.appending(path: $0).appending(path: "pool.sqlite") }
  }

  func run(_ arguments: String..., input: String = "") throws -> Program.Outcome {
    try Program.run(arguments, input: Data(input.utf8), in: root, data: data)
  }
}
