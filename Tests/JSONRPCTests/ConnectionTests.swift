import Foundation
import JSONRPC
import Synchronization
import Testing

/// Two connections that talk to each other over pipes, and raw bytes where they have to be wrong.
@Suite(.timeLimit(.minutes(5))) struct ConnectionTests {
  /// Answers `echo` with its parameters, keeps `wait` open, and asks back for `ask`.
  private final class Echo: MessageHandler {
    let kept = Mutex<[IncomingRequest]>([])
    let notes = Mutex<[String]>([])
    let closed: AsyncStream<Void>
    private let close: AsyncStream<Void>.Continuation

    init() { (closed, close) = AsyncStream.makeStream() }

    func received(_ notification: IncomingNotification) {
      notes.withLock { $0.append(notification.method) }
    }

    func received(_ request: IncomingRequest) {
      switch request.method {
      case "echo":
        do throws(ResponseError) {
          let params: JSONValue? = try request.params()
          request.reply(params ?? "absent")
        } catch {
          request.reply(error)
        }
      case "wait": kept.withLock { $0.append(request) }
      case "notes": request.reply(notes.withLock { $0 })
      default: request.reply(ResponseError(.methodNotFound, request.method))
      }
    }

    func connectionClosed() { close.finish() }
  }

  private struct Pair {
    let handler = Echo()
    let client: Connection
    let server: Connection
    private let toServer = Pipe()
    private let toClient = Pipe()

    init(recorder: MessageRecorder? = nil) {
      server = Connection(
        input: toServer.fileHandleForReading.fileDescriptor,
        output: toClient.fileHandleForWriting.fileDescriptor, recorder: recorder)
      client = Connection(
        input: toClient.fileHandleForReading.fileDescriptor,
        output: toServer.fileHandleForWriting.fileDescriptor)
      server.start(handler)
      client.start(Echo())
    }

    func write(_ text: String) throws {
      try toServer.fileHandleForWriting.write(contentsOf: Data(text.utf8))
    }

    func write(message: String) throws {
      try write("Content-Length: \(message.utf8.count)\r\n\r\n\(message)")
    }

    func finish() async {
      try? toServer.fileHandleForWriting.close()
      for await _ in handler.closed {}
      server.close()
      client.close()
    }
  }

  @Test func requestsAreAnsweredWithTheirResults() async throws {
    let pair = Pair()
    let values: [JSONValue] = [["a": [1, "🧶", nil]], [], "text", 7]
    for value in values {
      #expect(try await pair.client.request("echo", value, as: JSONValue.self) == value)
    }
    await pair.finish()
  }

  @Test func errorsComeBackAsErrors() async throws {
    let pair = Pair()
    await #expect(throws: ResponseError(.methodNotFound, "nonsense")) {
      try await pair.client.request("nonsense", JSONValue.null, as: JSONValue.self)
    }
    await pair.finish()
  }

  @Test func cancellingTheTaskCancelsTheRequest() async throws {
    let pair = Pair()
    let task = Task {
      try await pair.client.request("wait", JSONValue.null, as: JSONValue.self)
    }
    // The answer to a later request shows that the first one has arrived, or will before the
    // cancellation.
    _ = try await pair.client.request("notes", JSONValue.null, as: JSONValue.self)
    task.cancel()
    let error = await #expect(throws: ResponseError.self) { try await task.value }
    #expect(error?.code == .requestCancelled)
    let kept = pair.handler.kept.withLock { $0 }
    #expect(kept.count <= 1)
    for request in kept { request.reply("too late") }
    await pair.finish()
  }

  @Test func aTaskThatIsCancelledAlreadyCancelsItsRequest() async throws {
    let pair = Pair()
    let task = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      return try await pair.client.request("wait", JSONValue.null, as: JSONValue.self)
    }
    let error = await #expect(throws: ResponseError.self) { try await task.value }
    #expect(error?.code == .requestCancelled)
    for request in pair.handler.kept.withLock({ $0 }) { request.reply("too late") }
    await pair.finish()
  }

  @Test func whatIsNoMessageIsAnsweredAndTheConversationGoesOn() async throws {
    let log = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).jsonl")
    defer { try? FileManager.default.removeItem(at: log) }
    let recorder: MessageRecorder = try #require(MessageRecorder(appendingTo: log))
    let pair = Pair(recorder: recorder)
    try pair.write(message: "{nonsense")
    try pair.write("rubbish\r\n\r\n")
    try pair.write(message: "[]")
    try pair.write(message: #"{"jsonrpc":"2.0","id":{},"method":"echo"}"#)
    try pair.write(message: #"{"jsonrpc":"2.0","id":5}"#)
    try pair.write(message: #"{"jsonrpc":"1.0","id":"six","method":"echo"}"#)
    try pair.write(message: #"{"jsonrpc":"2.0","id":null,"result":1}"#)
    try pair.write(message: #"{"jsonrpc":"2.0","method":"note"}"#)
    try pair.write(message: "{\n \"jsonrpc\": \"2.0\",\r\n \"id\": \"x\", \"method\": \"echo\"}")
    let notes = try await pair.client.request("notes", JSONValue.null, as: [String].self)
    #expect(notes == ["note"])
    await pair.finish()

    let lines = try String(contentsOf: log, encoding: .utf8).split(separator: "\n")
    let entries = try lines.map {
      try JSONDecoder().decode(JSONValue.self, from: Data($0.utf8))
    }
    let answers = entries.filter { $0["dir"] == "s2c" }.compactMap { $0["msg"] }
    #expect(
      answers.map { $0["error"]?["code"]?.integer }
        == [-32700, -32700, -32600, -32600, -32600, -32600, nil, nil])
    #expect(answers.map { $0["id"] }.prefix(7) == [.null, .null, .null, .null, 5, "six", "x"])
    #expect(answers[6]["result"] == "absent")
    #expect(entries.filter { $0["dir"] == "c2s" && $0["stray"] != nil }.count == 6)
  }

  @Test func twoOpenRequestsCannotShareAnId() async throws {
    let pair = Pair()
    try pair.write(message: #"{"jsonrpc":"2.0","id":"pillow-1","method":"wait"}"#)
    let error = await #expect(throws: ResponseError.self) {
      try await pair.client.request("echo", JSONValue.null, as: JSONValue.self)
    }
    #expect(error?.code == .invalidRequest)
    for request in pair.handler.kept.withLock({ $0 }) { request.reply(1) }
    await pair.finish()
  }

  @Test func closingFailsWhatIsAwaited() async throws {
    let pair = Pair()
    await pair.finish()
    let error = await #expect(throws: ResponseError.self) {
      try await pair.server.request("echo", JSONValue.null, as: JSONValue.self)
    }
    #expect(error?.code == .internalError)
  }

  /// The descriptors are the caller's, who may close them: their numbers come to be somebody else's.
  @Test func aClosedConnectionUsesItsDescriptorsNoMore() throws {
    let (input, output) = (Pipe(), Pipe())
    let log = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).jsonl")
    defer { try? FileManager.default.removeItem(at: log) }
    let connection = Connection(
      input: input.fileHandleForReading.fileDescriptor,
      output: output.fileHandleForWriting.fileDescriptor,
      recorder: MessageRecorder(appendingTo: log))
    connection.start(Echo())
    connection.notify("before", [String: Int]())
    connection.close()
    connection.notify("after", [String: Int]())
    try input.fileHandleForWriting.write(contentsOf: Data("left".utf8))
    #expect(input.fileHandleForReading.availableData == Data("left".utf8))
    connection.close()
    try output.fileHandleForWriting.close()
    let written = String(
      decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    #expect(written.contains("before") && !written.contains("after"))
    #expect(try String(contentsOf: log, encoding: .utf8).split(separator: "\n").count == 1)
  }
}
