import Foundation
import JSONRPC
import PillowServer
import Testing

/// Thousands of mutated and random messages: no crash, no hang, every id answered once.
///
/// `PILLOW_FUZZ_MESSAGES` sets another number of messages a seed.
@Suite(.timeLimit(.minutes(10))) struct FuzzTests {
  private static let count =
    ProcessInfo.processInfo.environment["PILLOW_FUZZ_MESSAGES"].flatMap(Int.init) ?? 2500

  @Test(arguments: 1...4) func messagesOfAllKindsAreAnswered(seed: UInt64) async throws {
    let client = TestClient(TestProjects { _ in "x = 1" })
    try await client.initialize()
    var fuzzer = Fuzzer(seed: seed)
    var asked: [JSONValue] = []
    for index in 0..<Self.count {
      let (message, id) = fuzzer.message(index)
      try client.send(message)
      if let id { asked.append(id) }
      // Now and then all that is open is waited for, so that the pipes do not only fill.
      if asked.count >= 50 {
        for id in asked { _ = try await client.response(id) }
        asked = []
      }
    }
    for id in asked { _ = try await client.response(id) }
    try await stillServes(client)
    #expect(
      client.rest.filter { $0["id"] != nil && $0["id"] != .null && $0["method"] == nil }.isEmpty)
  }

  @Test(arguments: 11...14) func brokenFramesCostNoMoreThanThemselves(seed: UInt64) async throws {
    let client = TestClient(TestProjects { _ in "x = 1" })
    try await client.initialize()
    var fuzzer = Fuzzer(seed: seed)
    for index in 0..<Self.count / 5 {
      try client.write(fuzzer.brokenFrame())
      if index % 25 == 24 {
        // A length that is too long swallows what follows: what comes after it gets through in the
        // end.
        for _ in 0..<40 { try client.write("\r\n\r\n" + String(repeating: " ", count: 100)) }
        let id = JSONValue.string("check-\(seed)-\(index)")
        _ = try client.ask("nonsense", id: id)
        #expect(try await client.response(id)["error"] != nil)
      }
    }
    try await stillServes(client)
  }

  @Test func deepAndLongMessagesAreAnswered() async throws {
    let client = TestClient(TestProjects())
    try await client.initialize()
    let deep = String(repeating: "[", count: 20_000)
    for body in [deep, deep + String(repeating: "]", count: 20_000), "{\"a\":" + deep] {
      try client.write("Content-Length: \(body.utf8.count)\r\n\r\n\(body)")
      #expect(try await client.response(.null)["error"]?["code"] == -32700)
    }
    let long = String(repeating: "# Add two numbers. ", count: 250_000)
    let position = try client.open(long + "|")
    let list = try await client.request(
      "textDocument/completion", TestClient.completionAt(position))
    #expect(list["items"] == [], "that is no instruction of a person")
    try await stillServes(client)
  }

  private func stillServes(_ client: TestClient) async throws {
    let uri = "file:///project/after.py"
    let position = try client.open("# Add two numbers.|", uri: uri)
    let items = try await client.request(
      "textDocument/inlineCompletion", TestClient.at(position, uri: uri))
    #expect(items.array?.count == 1)
    _ = try await client.request("shutdown")
    try client.notify("exit")
    #expect(await client.exitCode == 0)
  }
}

/// Makes messages from a seed.
struct Fuzzer {
  private var random: SplitMix

  init(seed: UInt64) { random = SplitMix(seed: seed) }

  private mutating func pick<T>(_ items: [T]) -> T { items[random.below(items.count)] }

  private let methods = [
    "textDocument/inlineCompletion", "textDocument/completion", "completionItem/resolve",
    "workspace/executeCommand", "textDocument/hover", "$/unknown", "initialize", "",
    "textDocument/didOpen", "workspace/didChangeConfiguration", "textDocument/codeAction",
    "codeAction/resolve", "textDocument/codeLens", "codeLens/resolve", "pillow/match",
    "pillow/complete", "pillow/exemplars/list", "pillow/exemplars/add", "pillow/exemplars/pin",
    "pillow/exemplars/remove", "pillow/pool/stats", "pillow/pool/export", "pillow/feedback/history",
    "pillow/harvest/list", "pillow/harvest/take", "pillow/harvest/decline",
  ]
  private let notifications = [
    "textDocument/didOpen", "textDocument/didChange", "textDocument/didClose", "initialized",
    "textDocument/didSave", "textDocument/didShowCompletion", "pillow/didReject",
    "textDocument/didPartiallyAcceptCompletion", "$/cancelRequest", "$/progress", "$/setTrace",
    "window/workDoneProgress/cancel", "workspace/didChangeWorkspaceFolders",
  ]
  private let texts = [
    "", "# Add two numbers.", "\n", "\r", "\r\n", "🧶", "\"\"\"", "/*", "*/", "### Instruction:\n",
    "### Response:\n", "```python\n", "Write a poem", "    ", "\t", "é漢", "# ", "-- Count rows",
  ]
  private let languages = ["python", "c", "markdown", "plaintext", "gitcommit", "lua", "x", ""]

  /// A message, and its id when it has to be answered under it.
  mutating func message(_ index: Int) -> (JSONValue, JSONValue?) {
    var members: [String: JSONValue] = ["jsonrpc": "2.0"]
    let isRequest = random.below(2) == 0
    members["method"] = .string(isRequest ? pick(methods) : pick(notifications))
    members["params"] = random.below(8) == 0 ? value(3) : params()
    if random.below(20) == 0 { members["params"] = nil }
    guard isRequest else { return (.object(members), nil) }
    let id: JSONValue = random.below(2) == 0 ? .integer(10_000 + index) : .string("f\(index)")
    members["id"] = id
    if random.below(30) == 0 { members["jsonrpc"] = pick(["1.0", 2, nil]) }
    if random.below(30) == 0 { members["method"] = pick([nil, 3, []]) }
    return (.object(members), id)
  }

  private mutating func params() -> JSONValue {
    let uri = JSONValue.string("file:///project/\(random.below(4)).py")
    let text = JSONValue.string((0..<random.below(6)).map { _ in pick(texts) }.joined())
    let start = position()
    let end = random.below(2) == 0 ? start : position()
    var members: [String: JSONValue] = [
      "textDocument": [
        "uri": uri, "languageId": .string(pick(languages)), "version": .integer(random.below(9)),
        "text": text,
      ],
      "position": start, "context": ["triggerKind": .integer(random.below(4))],
      "contentChanges": [["range": ["start": start, "end": end], "text": text]],
      "command": .string(
        pick([
          "pillow-lsp.accept", "pillow-lsp.reject", "pillow-lsp.complete",
          "pillow-lsp.insertExemplar",
          "pillow-lsp.explain", "pillow-lsp.pinExemplar", "pillow-lsp.undoLearning", "x",
        ])),
      "arguments": pick([[], ["x"], [1, nil], [[:]], [uri, 0, 3, true], [uri, 1, true]]),
      "label": "x", "instruction": text, "output": text, "range": ["start": start, "end": end],
      "id": pick(["x", 3, nil]), "acceptedLength": 3,
    ]
    if random.below(4) == 0 { members["contentChanges"] = [["text": text]] }
    if random.below(10) == 0 { members[pick(Array(members.keys.sorted()))] = value(2) }
    return .object(members)
  }

  private mutating func position() -> JSONValue {
    let numbers = [0, 0, 1, 2, 3, 5, 17, 80, -1, Int(Int32.max), Int.max]
    return ["line": .integer(pick(numbers)), "character": .integer(pick(numbers))]
  }

  private mutating func value(_ depth: Int) -> JSONValue {
    switch random.below(depth > 0 ? 9 : 6) {
    case 0: .null
    case 1: .bool(random.below(2) == 0)
    case 2: .integer(random.below(1000) - 500)
    case 3: .number(1.5e300)
    case 4, 5: .string(pick(texts))
    case 6, 7: .array((0..<random.below(4)).map { _ in value(depth - 1) })
    default: ["uri": value(depth - 1), "line": value(depth - 1)]
    }
  }

  mutating func brokenFrame() -> String {
    let body = "{\"jsonrpc\":\"2.0\",\"method\":\"\(pick(notifications))\",\"params\":{}}"
    let length = body.utf8.count
    switch random.below(10) {
    case 0: return "Content-Length: \(length - random.below(20))\r\n\r\n\(body)"
    case 1: return "Content-Length: \(length + random.below(30))\r\n\r\n\(body)"
    case 2: return "Content-Length: \(pick(["", "x", "-1", "1e3", "0x10"]))\r\n\r\n\(body)"
    case 3: return "\(body)\r\n\r\n"
    case 4: return "Content-Type: \(pick(texts))\r\n\r\n"
    case 5: return String(body.prefix(random.below(length)))
    case 6: return "Content-Length: 0\r\n\r\n"
    case 7: return (0..<random.below(50)).map { _ in pick(texts) }.joined()
    case 8:
      let cut = String(body.prefix(random.below(length)))
      return "Content-Length: \(cut.utf8.count)\r\n\r\n\(cut)"
    default: return "Content-Length: \(length)\r\n\r\n\(body)"
    }
  }
}
