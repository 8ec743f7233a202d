import Foundation
import JSONRPC
import LanguageServerProtocol
import PillowServer
import Synchronization
import Testing
import TestSupport

/// A client of the real server in this process, over real pipes. It waits for messages, never for
/// time.
final class TestClient: Sendable {
  private let toServer = Pipe()
  private let toClient = Pipe()
  private let server: Task<Int32, Never>
  private let mailbox = Mailbox()
  private let lastID = Mutex(0)
  private let log = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).jsonl")
  /// Tests speak of `file:///project`; the server sees the folder that stands for it.
  private let projects: TestProjects

  init(
    _ projects: TestProjects, progressDelay: Duration = .seconds(3600),
    clock: any ServerClock = SystemClock(), environment: [String: String] = [:]
  ) {
    self.projects = projects
    // Other tests start processes, which would keep these open.
    for pipe in [toServer, toClient] {
      for handle in [pipe.fileHandleForReading, pipe.fileHandleForWriting] {
        _ = fcntl(handle.fileDescriptor, F_SETFD, FD_CLOEXEC)
      }
    }
    let languageServer = LanguageServer(
      input: toServer.fileHandleForReading.fileDescriptor,
      output: toClient.fileHandleForWriting.fileDescriptor, projects: projects.open,
      version: "1.2.3",
      recorder: MessageRecorder(appendingTo: log),
      options: ServerOptions(
        progressDelay: progressDelay, clock: clock, environment: environment))
    let output = toClient.fileHandleForWriting
    server = Task {
      let code = await languageServer.run()
      try? output.close()
      return code
    }
    let thread = Thread { [self] in read() }
    thread.start()
  }

  private func read() {
    var framer = MessageFramer()
    while true {
      let data = toClient.fileHandleForReading.availableData
      guard !data.isEmpty else { break }
      framer.append(data)
      while let frame = framer.next() {
        guard case .body(let bytes) = frame,
          let message = try? JSONDecoder().decode(JSONValue.self, from: Data(bytes))
        else {
          Issue.record("the server wrote what is no message: \(frame)")
          continue
        }
        mailbox.put(message.replacing(realRoot, with: Self.root))
      }
    }
    mailbox.close()
  }

  private static let root = "file:///project"

  private var realRoot: String { "file://" + projects.root.path }

  // MARK: Sending

  func write(_ text: String) throws {
    try toServer.fileHandleForWriting.write(contentsOf: Data(text.utf8))
  }

  func send(_ message: JSONValue) throws {
    let body = try JSONEncoder().encode(message.replacing(Self.root, with: realRoot))
    try write("Content-Length: \(body.count)\r\n\r\n\(String(decoding: body, as: UTF8.self))")
  }

  func notify(_ method: String, _ params: JSONValue? = nil) throws {
    var message: [String: JSONValue] = ["jsonrpc": "2.0", "method": .string(method)]
    message["params"] = params
    try send(.object(message))
  }

  /// Sends a request without waiting; returns its id.
  func ask(_ method: String, _ params: JSONValue? = nil, id: JSONValue? = nil) throws -> JSONValue {
    let id =
      id
      ?? .integer(
        lastID.withLock {
          $0 += 1; return $0
        })
    var message: [String: JSONValue] = ["jsonrpc": "2.0", "method": .string(method), "id": id]
    message["params"] = params
    try send(.object(message))
    return id
  }

  // MARK: Receiving

  func response(_ id: JSONValue) async throws -> JSONValue {
    try #require(
      await mailbox.take { $0["id"] == id && $0["method"] == nil }, "no response to \(id)")
  }

  /// The result of a request; its error is thrown.
  func request(_ method: String, _ params: JSONValue? = nil) async throws -> JSONValue {
    let response = try await response(try ask(method, params))
    if let error = response["error"] { throw Refusal(code: error["code"]?.integer ?? 0) }
    return try #require(response["result"])
  }

  /// A request of the server, to be answered.
  func serverRequest(_ method: String) async throws -> (id: JSONValue, params: JSONValue) {
    let name = JSONValue.string(method)
    let message = try #require(
      await mailbox.take { $0["method"] == name && $0["id"] != nil }, "no request \(method)")
    return (message["id"] ?? .null, message["params"] ?? .null)
  }

  /// Answers the server's next request of that method; gives its parameters.
  @discardableResult
  func answer(_ method: String, with result: JSONValue) async throws -> JSONValue {
    let (id, params) = try await serverRequest(method)
    try send(["jsonrpc": "2.0", "id": id, "result": result])
    return params
  }

  func notification(_ method: String) async throws -> JSONValue {
    let name = JSONValue.string(method)
    let message = await mailbox.take { $0["method"] == name }
    return try #require(message, "no notification \(method)")["params"] ?? .null
  }

  /// What came and nobody took.
  var rest: [JSONValue] { mailbox.rest }

  struct Refusal: Error, Equatable { var code: Int }

  // MARK: Session

  @discardableResult
  func initialize(
    encodings: [String] = ["utf-8"], options: JSONValue? = nil, root: String = "file:///project",
    processId: JSONValue = .null, progress: Bool = false, configuration: Bool = false,
    edits: Bool = false, resolves: Bool = false, status: Bool = false
  ) async throws -> JSONValue {
    var codeAction: [String: JSONValue] = [
      "codeActionLiteralSupport": ["codeActionKind": ["valueSet": [""]]], "disabledSupport": true,
    ]
    if resolves {
      codeAction["dataSupport"] = true
      codeAction["resolveSupport"] = ["properties": ["edit"]]
    }
    var params: [String: JSONValue] = [
      "processId": processId, "rootUri": .string(root),
      "capabilities": [
        "general": ["positionEncodings": .array(encodings.map { .string($0) })],
        "window": ["workDoneProgress": .bool(progress), "showDocument": ["support": true]],
        "workspace": [
          "configuration": .bool(configuration), "applyEdit": .bool(edits),
          "workspaceEdit": ["documentChanges": true],
        ],
        "textDocument": [
          "codeAction": .object(codeAction),
          "completion": ["completionItem": ["labelDetailsSupport": true]],
        ],
        "experimental": ["pillow": ["status": .bool(status)]],
      ],
      "workspaceFolders": [["uri": .string(root), "name": "project"]],
    ]
    // Only the tests of the pause in typing wait for it.
    params["initializationOptions"] = options ?? ["inlineCompletion": ["debounce": 0]]
    let result = try await request("initialize", .object(params))
    try notify("initialized", [:])
    return result
  }

  /// Opens a document with the cursor at `|`, which is taken out; returns the position in UTF-8.
  func open(
    _ marked: String, _ language: String = "python", uri: String = "file:///project/main.py"
  ) throws -> JSONValue {
    let parts = marked.split(separator: "|", maxSplits: 1, omittingEmptySubsequences: false)
    let text = parts.joined()
    try notify(
      "textDocument/didOpen",
      [
        "textDocument": [
          "uri": .string(uri), "languageId": .string(language), "version": 1,
          "text": .string(text),
        ]
      ])
    let offset = parts[0].utf8.count
    let position = TextBuffer(text).position(of: offset, in: .utf8)
    return ["line": .integer(position.line), "character": .integer(position.character)]
  }

  func change(
    _ text: String, at position: JSONValue, uri: String = "file:///project/main.py",
    version: Int = 2
  ) throws {
    try notify(
      "textDocument/didChange",
      [
        "textDocument": ["uri": .string(uri), "version": .integer(version)],
        "contentChanges": [
          ["range": ["start": position, "end": position], "text": .string(text)]
        ],
      ])
  }

  static func at(
    _ position: JSONValue, uri: String = "file:///project/main.py", kind: Int = 2
  ) -> JSONValue {
    [
      "textDocument": ["uri": .string(uri)], "position": position,
      "context": ["triggerKind": .integer(kind)],
    ]
  }

  static func completionAt(
    _ position: JSONValue, uri: String = "file:///project/main.py"
  ) -> JSONValue {
    ["textDocument": ["uri": .string(uri)], "position": position]
  }

  /// Ends in order; the conversation has to fit the protocol.
  func leave() async throws {
    _ = try await request("shutdown")
    try notify("exit")
    #expect(await server.value == 0)
    try checkConversation()
    try? FileManager.default.removeItem(at: log)
  }

  /// Closes the input, as a client does that dies, and gives the exit code.
  func hangUp() async -> Int32 {
    try? toServer.fileHandleForWriting.close()
    return await exitCode
  }

  var exitCode: Int32 {
    get async { await server.value }
  }

  private func checkConversation() throws {
    let problems = try RecordedConversation.problems(in: log)
    #expect(problems.isEmpty, "\(problems)")
  }
}

extension JSONValue {
  /// The same with a beginning of URIs replaced, wherever one stands.
  fileprivate func replacing(_ old: String, with new: String) -> JSONValue {
    switch self {
    case .string(let text):
      let isInside = text == old || text.hasPrefix(old + "/")
      return .string(isInside ? new + text.dropFirst(old.count) : text)
    case .array(let values): return .array(values.map { $0.replacing(old, with: new) })
    case .object(let members):
      return .object(members.mapValues { $0.replacing(old, with: new) })
    default: return self
    }
  }
}
