import CompletionEngine
import FaultServer
import Foundation
import PromptMatching
import RemoteEngines
import Synchronization
import TestSupport
import Testing

/// Servers that fail: one clear sentence each, retries where they help, and no storm of requests.
@Suite(.timeLimit(.minutes(5))) struct RemoteFaultTests {
  /// Numbers the requests that a reply sees.
  private final class Counter: Sendable {
    private let count = Mutex(0)
    func next() -> Int {
      count.withLock {
        $0 += 1
        return $0
      }
    }
  }

  private func error(
    _ engine: RemoteEngine, _ conversation: Conversation = Remotes.conversation
  ) async -> RemoteError? {
    await #expect(throws: RemoteError.self) { try await Remotes.answer(engine, conversation) }
  }

  // MARK: What passes

  @Test(arguments: [500, 502, 503, 529])
  func triesAgainAfterAServersFailure(_ status: Int) async throws {
    let counter = Counter()
    let server = try await Remotes.server { _, link in
      guard counter.next() > 2 else { return try await link.answer(status, "{}") }
      try await link.chat(["red"])
    }
    let clock = TestClock()
    let completion = try await Remotes.answer(Remotes.engine(server, clock: clock.clock))
    #expect(completion.text == "red")
    #expect(clock.pauses.withLock(\.self) == [.milliseconds(250), .milliseconds(500)])
  }

  @Test func waitsAsLongAsARateLimitAsks() async throws {
    let counter = Counter()
    let server = try await Remotes.server { _, link in
      guard counter.next() > 1 else {
        return try await link.answer(429, "{}", headers: ["Retry-After: 7"])
      }
      try await link.chat(["red"])
    }
    let clock = TestClock()
    #expect(try await Remotes.answer(Remotes.engine(server, clock: clock.clock)).text == "red")
    #expect(clock.pauses.withLock(\.self) == [.seconds(7)])
  }

  @Test func failsAtOnceForALongRateLimitAndKeepsItsDistance() async throws {
    let server = try await Remotes.server { _, link in
      try await link.answer(429, "{}", headers: ["Retry-After: 90"])
    }
    let clock = TestClock()
    let engine = Remotes.engine(server, clock: clock.clock)
    let limited = RemoteError.limited(server: server.url + "/v1", seconds: 90)
    #expect(await error(engine) == limited)
    #expect(await error(engine) == limited)
    #expect(server.completions.count == 1)
    clock.advance(by: .seconds(91))
    #expect(await error(engine) == limited)
    #expect(server.completions.count == 2)
    #expect(clock.pauses.withLock(\.self).isEmpty)
  }

  @Test func givesUpAfterAFewTriesAndComesBack() async throws {
    let isWell = Mutex(false)
    let server = try await Remotes.server { _, link in
      if isWell.withLock(\.self) { return try await link.chat(["red"]) }
      try await link.answer(503, #"{"error":{"message":"Loading model"}}"#)
    }
    let clock = TestClock()
    let engine = Remotes.engine(server, clock: clock.clock)
    let failed = await error(engine)
    #expect(
      failed
        == .unavailable(server: server.url + "/v1", status: 503, message: "Loading model"))
    #expect(server.completions.count == 4)
    _ = await error(engine)
    #expect(server.completions.count == 4)
    isWell.withLock { $0 = true }
    clock.advance(by: .seconds(1))
    #expect(try await Remotes.answer(engine).text == "red")
  }

  @Test func aStreamThatDiesIsNoAnswer() async throws {
    let server = try await Remotes.server { _, link in
      try await link.beginEvents()
      try await link.event(FaultServer.Link.delta("re"))
    }
    let engine = Remotes.engine(server)
    #expect(await error(engine) == .brokeOff(server: server.url + "/v1"))
    // Something was given away, so nothing was asked again.
    #expect(server.completions.count == 1)
  }

  @Test func aStreamWithoutItsEndIsNoAnswer() async throws {
    let server = try await Remotes.server { _, link in
      try await link.answer(
        200, "data: \(FaultServer.Link.delta("re"))\n\n", type: "text/event-stream")
    }
    #expect(await error(Remotes.engine(server)) == .brokeOff(server: server.url + "/v1"))
  }

  @Test func aConnectionThatDiesBeforeTheAnswerIsTriedAgain() async throws {
    let counter = Counter()
    let server = try await Remotes.server { _, link in
      guard counter.next() > 2 else { return }
      try await link.chat(["red"])
    }
    #expect(try await Remotes.answer(Remotes.engine(server)).text == "red")
  }

  @Test func aServerThatIsNotThereIsSaidAtOnce() async throws {
    let server = try await Remotes.server { _, _ in }
    let engine = Remotes.engine(server)
    try await server.close()
    let failed = await error(engine)
    #expect(failed?.description.contains("cannot be reached") == true)
    #expect(failed?.description.contains("connection refused") == true)
    let again = try await Remotes.server(port: server.port) { _, link in
      try await link.chat(["red"])
    }
    defer { withExtendedLifetime(again) {} }
    // The pause lasts still.
    #expect(await error(engine) == failed)
  }

  @Test func aSilentServerIsNotWaitedForLong() async throws {
    let server = try await Remotes.server { _, link in await link.waitUntilClosed() }
    let engine = Remotes.engine(server) {
      $0.silence = .milliseconds(50)
      $0.retries = 0
    }
    #expect(await error(engine) == .timedOut(server: server.url + "/v1", seconds: 1))
  }

  // MARK: What does not

  @Test(arguments: [401, 403])
  func saysThatAKeyIsMissingOrWrong(_ status: Int) async throws {
    let server = try await Remotes.server { request, link in
      let key = request.headers["authorization"] ?? "none"
      try await link.answer(status, #"{"error":{"message":"bad key: \#(key)"}}"#)
    }
    let without = await error(Remotes.engine(server))
    #expect(without?.description.contains("asks for a key") == true)
    let with = await error(Remotes.engine(server, key: "sk-secret"))
    #expect(with?.description.contains("does not accept the key") == true)
    #expect(server.completions.count == 2)
  }

  @Test func neverRepeatsAKeyThatAServerRepeats() async throws {
    let server = try await Remotes.server { request, link in
      let key = request.headers["authorization"] ?? ""
      try await link.answer(418, #"{"error":{"message":"I do not like \#(key)"}}"#)
    }
    let failed = await error(Remotes.engine(server, key: "sk-secret"))
    #expect(failed?.description.contains("I do not like Bearer …") == true)
    #expect(failed?.description.contains("sk-secret") == false)
  }

  @Test(arguments: [
    (404, #"{"error":{"message":"The model `x` does not exist"}}"#),
    (404, #"{"error":{"message":"model \"x\" not found, try pulling it first"}}"#),
    (400, #"{"error":{"message":"model not found"}}"#),
  ])
  func namesTheModelsThatThereAre(_ status: Int, _ body: String) async throws {
    let server = try await Remotes.server(models: #"{"data":[{"id":"a"},{"id":"b"}]}"#) {
      _, link in try await link.answer(status, body)
    }
    let failed = await error(Remotes.engine(server, model: "x"))
    #expect(
      failed == .noModel(server: server.url + "/v1", model: "x", offered: ["a", "b"]))
    #expect(failed?.description.hasSuffix("one of a, b.") == true)
  }

  @Test func asksForAModelWhereThereAreSeveral() async throws {
    let server = try await Remotes.server(models: #"{"data":[{"id":"a"},{"id":"b"}]}"#) {
      _, link in try await link.chat(["red"])
    }
    let failed = await error(Remotes.engine(server, model: ""))
    #expect(failed == .modelNotChosen(server: server.url + "/v1", offered: ["a", "b"]))
    #expect(server.completions.isEmpty)
  }

  @Test(arguments: [
    ("<!DOCTYPE html><html>Welcome</html>", "text/html", "it sent an HTML page"),
    ("hello there", "text/plain", "it sent no JSON"),
    ("", "text/event-stream", "it sent an empty answer"),
    ("<html>", "application/json", "it sent an HTML page"),
    (#"{"greeting":"hello"}"#, "application/json", "it sent JSON of another form"),
    ("data: <html>\n\n", "text/event-stream", "an event of its stream is no JSON"),
  ])
  func saysWhatAnswersThere(_ body: String, _ type: String, _ what: String) async throws {
    let server = try await Remotes.server { _, link in
      try await link.answer(200, body, type: type)
    }
    #expect(
      await error(Remotes.engine(server))
        == .otherProtocol(server: server.url + "/v1", what: what))
  }

  @Test func showsNoPageAsAnError() async throws {
    let server = try await Remotes.server { _, link in
      try await link.answer(418, "<html><body>No</body></html>", type: "text/html")
    }
    let failed = await error(Remotes.engine(server))
    #expect(failed?.description.contains("<body>") == false)
    #expect(failed?.description.contains("HTML page") == true)
  }

  @Test func followsNoRedirect() async throws {
    let elsewhere = try await Remotes.server { _, link in try await link.chat(["red"]) }
    let target = elsewhere.url + "/v1/chat/completions"
    let server = try await Remotes.server { _, link in
      try await link.answer(307, "", headers: ["Location: \(target)"])
    }
    let failed = await error(Remotes.engine(server))
    #expect(
      failed
        == .otherProtocol(server: server.url + "/v1", what: "it redirects to 127.0.0.1"))
    #expect(elsewhere.requests.isEmpty)
  }

  @Test func somethingThatIsNoHTTPIsSaid() async throws {
    let server = try await FaultServer { _, link in try await link.send("220 smtp ready\r\n") }
    let failed = await error(Remotes.engine(server))
    #expect(failed?.description.contains("does not speak HTTP") == true)
  }

  @Test func readsOnlySoMuch() async throws {
    let line = String(repeating: "x", count: 5000)
    let server = try await Remotes.server { _, link in
      try await link.beginEvents()
      for _ in 0..<2000 { try await link.chunk(line) }
      await link.waitUntilClosed()
    }
    let engine = Remotes.engine(server) { $0.largestEvent = 20_000 }
    #expect(await error(engine) == .tooLarge(server: server.url + "/v1", bytes: 20_000))
    let many = try await Remotes.server { _, link in
      try await link.beginEvents()
      for _ in 0..<2000 { try await link.event(FaultServer.Link.delta(line)) }
      await link.waitUntilClosed()
    }
    let other = Remotes.engine(many) { $0.largestAnswer = 50_000 }
    #expect(await error(other) == .tooLarge(server: many.url + "/v1", bytes: 50_000))
  }

  @Test func sendsNoKeyWithoutEncryption() async throws {
    let engine = Remotes.engine(
      RemoteChoice(
        url: "http://192.0.2.1:9", model: "m",
        key: EngineKey(environment: [EngineKey.variable: "sk-secret"])))
    let failed = await error(engine)
    #expect(failed?.description.contains("only over https") == true)
  }

  // MARK: What is learned

  @Test func asksInTheOtherWayWhereOneIsMissing() async throws {
    let server = try await Remotes.server { request, link in
      guard request.path == "/v1/completions" else { return try await link.answer(404, "{}") }
      try await link.answer(200, #"{"choices":[{"text":"red","finish_reason":"stop"}]}"#)
    }
    let engine = Remotes.engine(server)
    #expect(try await Remotes.answer(engine).text == "red")
    #expect(try await Remotes.answer(engine).text == "red")
    #expect(
      server.completions.map(\.path) == [
        "/v1/chat/completions", "/v1/completions", "/v1/completions",
      ])
  }

  @Test func leavesOutWhatAServerDoesNotKnow() async throws {
    let server = try await Remotes.server { request, link in
      let unknown = ["logprobs", "stream_options", "max_tokens"].first {
        request.json[$0] != nil
      }
      guard let unknown else { return try await link.chat(["red"]) }
      let hint = unknown == "max_tokens" ? ": use 'max_completion_tokens'" : ""
      try await link.answer(
        400, #"{"error":{"message":"Unsupported parameter '\#(unknown)'\#(hint)"}}"#)
    }
    let engine = Remotes.engine(server)
    #expect(try await Remotes.answer(engine).text == "red")
    #expect(server.completions.count == 4)
    // It is remembered.
    #expect(try await Remotes.answer(engine).text == "red")
    #expect(server.completions.count == 5)
    #expect(server.completions.last?.json["max_completion_tokens"] as? Int == 16)
  }

  @Test func aRefusalThatNothingHelpsAgainstIsTold() async throws {
    let server = try await Remotes.server { _, link in
      try await link.answer(400, #"{"error":{"message":"I am a teapot"}}"#)
    }
    let failed = await error(Remotes.engine(server))
    #expect(
      failed
        == .refused(server: server.url + "/v1", status: 400, message: "I am a teapot"))
    #expect(server.completions.count == 2)
  }

  @Test func leavesOutShotsThatFindNoRoomAndSaysSo() async throws {
    let server = try await Remotes.server { request, link in
      let messages = request.json["messages"] as? [Any] ?? []
      guard messages.count <= 4 else {
        return try await link.answer(
          400,
          #"{"error":{"code":400,"message":"request (900 tokens) exceeds the available context size (512 tokens)","type":"exceed_context_size_error"}}"#
        )
      }
      try await link.chat(["red"])
    }
    let completion = try await Remotes.answer(Remotes.engine(server))
    #expect(completion.text == "red")
    // The last one, next to the instruction.
    #expect(completion.shots == [1])
  }

  @Test func countsOnlyShotsThatSurelyFindRoom() async throws {
    let server = try await Remotes.server(
      models: #"{"data":[{"id":"m","max_model_len":512}]}"#
    ) { _, link in try await link.chat(["red"]) }
    let long = Demonstration(
      instruction: "Long.", output: String(repeating: "many words ", count: 200))
    let short = Demonstration(instruction: "Short.", output: "few")
    let completion = try await Remotes.answer(
      Remotes.engine(server), Conversation(Remotes.request, shots: [short, long, short]))
    #expect(completion.shots == [2])
  }

  @Test func anInstructionThatIsTooLongIsSaid() async throws {
    let server = try await Remotes.server { _, link in
      try await link.answer(
        400, #"{"error":{"message":"This model's maximum context length is 512 tokens"}}"#)
    }
    #expect(await error(Remotes.engine(server)) == .tooLong(server: server.url + "/v1"))
  }

  // MARK: Encryption

  @Test func trustsOnlyVerifiedCertificates() async throws {
    let folder = try TemporaryFolder()
    let certificate = try #require(try TestCertificate(in: folder.url), "openssl is missing")
    let server = try await FaultServer(tls: certificate.serverContext()) { request, link in
      guard request.method == "POST" else { return try await link.answer(404, "{}") }
      try await link.chat(["red"])
    }
    let choice = RemoteChoice(url: "https://127.0.0.1:\(server.port)", model: "m")
    let stranger = Remotes.engine(choice)
    let failed = await error(stranger)
    #expect(failed?.description.contains("its certificate cannot be verified") == true)
    #expect(server.requests.isEmpty)
    let friend = Remotes.engine(choice, authorities: certificate.certificate.path)
    #expect(try await Remotes.answer(friend).text == "red")
  }

  @Test func plainHTTPIsNoTLS() async throws {
    // It answers to what it does not understand, as web servers do.
    let server = try await FaultServer(answersAnything: true) { _, link in
      try await link.answer(400, "Bad Request", type: "text/plain")
    }
    let url = "https://127.0.0.1:\(server.port)"
    let engine = Remotes.engine(RemoteChoice(url: url, model: "m"))
    #expect(
      await error(engine) == .insecure(server: url + "/v1", reason: "it does not speak TLS"))
  }
}
