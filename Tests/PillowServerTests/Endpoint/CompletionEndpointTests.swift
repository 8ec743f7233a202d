import CompletionEngine
import Foundation
import PillowProject
import PillowServer
import Settings
import Synchronization
import TestSupport
import Testing

/// The endpoint over real connections.
@Suite(.timeLimit(.minutes(5))) struct CompletionEndpointTests {
  fileprivate static let token = "0123456789abcdef0123456789abcdef"

  /// A response, as curl prints it.
  private struct Response {
    var status: Int
    var body: String
    var json: [String: Any] {
      (try? JSONSerialization.jsonObject(with: Data(body.utf8))) as? [String: Any] ?? [:]
    }
    var text: String? {
      (json["choices"] as? [[String: Any]])?.first?["text"] as? String
    }
  }

  /// An endpoint that serves as long as somebody holds it.
  private final class Running: Sendable {
    let endpoint: CompletionEndpoint
    private let task: Task<Void, any Error>

    init(_ answering: @escaping CompletionEndpoint.Answering) async throws {
      let endpoint = try await CompletionEndpoint(
        port: 0, token: EndpointToken(CompletionEndpointTests.token), answering: answering)
      self.endpoint = endpoint
      task = Task { try await endpoint.run() }
    }

    deinit {
      endpoint.close()
      task.cancel()
    }

    var port: Int { endpoint.port }
  }

  private func ask(
    _ port: Int, _ path: String = "/v1/completions", body: String?,
    headers: [String] = ["Authorization: Bearer \(token)"]
  ) async throws -> Response {
    let (file, rest) = try await withCheckedThrowingContinuation { continuation in
      Thread.detachNewThread {
        continuation.resume(with: Result { try Self.curl(port, path, body, headers) })
      }
    }
    return Response(status: Int(rest) ?? 0, body: file)
  }

  private static func curl(
    _ port: Int, _ path: String, _ body: String?, _ headers: [String]
  ) throws -> (String, String) {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    var arguments = ["curl", "-sS", "-m", "60", "-w", "\n%{http_code}"]
    for header in headers { arguments += ["-H", header] }
    if let body { arguments += ["-d", body] }
    process.arguments = arguments + ["http://127.0.0.1:\(port)\(path)"]
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let text = String(
      decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
    process.waitUntilExit()
    let cut = text.lastIndex(of: "\n") ?? text.startIndex
    return (String(text[..<cut]), String(text[cut...].dropFirst()))
  }

  @Test func answersOnlyWhoKnowsTheToken() async throws {
    let asked = Mutex(0)
    let running = try await Running { _ in
      asked.withLock { $0 += 1 }
      return .init(text: "x")
    }
    let port = running.port
    let body = #"{"prompt":"a"}"#
    for headers in [
      [], ["Authorization: Bearer wrong"], ["Authorization: \(Self.token)"],
      ["Authorization: Bearer \(Self.token)0"], ["Authorization: Bearer "],
    ] {
      #expect(try await ask(port, body: body, headers: headers).status == 401)
    }
    let right = "Authorization: Bearer \(Self.token)"
    #expect(
      try await ask(port, body: body, headers: [right, "Origin: http://a.example"]).status == 403)
    #expect(
      try await ask(port, body: body, headers: [right, "Host: rebound.example"]).status == 403)
    #expect(asked.withLock(\.self) == 0)
    #expect(try await ask(port, body: body, headers: [right]).text == "x")
    withExtendedLifetime(running) {}
  }

  @Test func readsWhatEditorsSend() async throws {
    let seen = Mutex<[EndpointCompletion.Question]>([])
    let running = try await Running { question in
      seen.withLock { $0.append(question) }
      return .init(text: "text")
    }
    let port = running.port
    let zed =
      #"{"model":"pillow","prompt":"<|fim_prefix|># A.\n<|fim_suffix|>b<|fim_middle|>","max_tokens":64,"stop":["<|endoftext|>"],"environment":null}"#
    #expect(try await ask(port, body: zed).text == "text")
    #expect(
      try await ask(
        port, "/v1/completions?language=go", body: #"{"prompt":["a"],"suffix":"c","stop":"x"}"#
      )
      .status == 200)
    let streamed = try await ask(port, body: #"{"prompt":"a","stream":true}"#)
    #expect(streamed.body.hasPrefix("data: {"))
    #expect(streamed.body.contains("data: [DONE]"))
    let all = seen.withLock(\.self)
    #expect(all[0].document == FillInTheMiddle(prefix: "# A.\n", suffix: "b"))
    #expect(all[0].maximumTokens == 64)
    #expect(all[0].stops == ["<|endoftext|>"])
    #expect(all[1].language == "go")
    #expect(all[1].document == FillInTheMiddle(prefix: "a", suffix: "c"))
    #expect(try await ask(port, "/v1/models", body: nil).body.contains("pillow-lsp"))
    withExtendedLifetime(running) {}
  }

  @Test func refusesWhatIsNoCompletion() async throws {
    let running = try await Running { _ in
      .init(text: "x")
    }
    let port = running.port
    for body in [
      "", "{", "[]", "{}", #"{"prompt":["a","b"]}"#, #"{"prompt":"a","max_tokens":0}"#,
    ] {
      let response = try await ask(port, body: body)
      #expect(response.status == 400)
      #expect(response.json["error"] != nil)
    }
    #expect(try await ask(port, "/v1/nothing", body: "{}").status == 404)
    #expect(try await ask(port, "/v1/completions", body: nil).status == 405)
    let long = #"{"prompt":"\#(String(repeating: "a", count: 100_000))"}"#
    #expect(try await ask(port, body: long).status == 200)
    withExtendedLifetime(running) {}
  }

  @Test func aFailureIsASentence() async throws {
    let running = try await Running { _ in
      throw ModelError.modelMissing(name: "m")
    }
    let port = running.port
    let response = try await ask(port, body: #"{"prompt":"a"}"#)
    #expect(response.status == 503)
    #expect(response.body.contains("pillow-lsp model fetch m"))
    withExtendedLifetime(running) {}
  }

  @Test func hangingUpStopsTheWork() async throws {
    let (begun, beginning) = AsyncStream<Void>.makeStream()
    let wasCancelled = Mutex(false)
    let running = try await Running { _ in
      beginning.finish()
      do { try await Task.sleep(for: .seconds(3600)) } catch { wasCancelled.withLock { $0 = true } }
      return .init(text: "")
    }
    let port = running.port
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [
      "curl", "-sS", "-H", "Authorization: Bearer \(Self.token)", "-d", #"{"prompt":"a"}"#,
      "http://127.0.0.1:\(port)/v1/completions",
    ]
    process.standardError = FileHandle.nullDevice
    try process.run()
    for await _ in begun {}
    // A child may have inherited a signal mask that blocks a polite request.
    kill(process.processIdentifier, SIGKILL)
    while !wasCancelled.withLock(\.self), !Task.isCancelled { await Task.yield() }
    withExtendedLifetime(running) {}
  }
}

/// What the endpoint makes of a prompt, with a real project.
@Suite(.enabled(if: TestModels.exists(TestModels.miniLM), "the encoder is not fetched"))
struct EndpointCompletionTests {
  private func answer(
    _ prompt: String, _ says: String, language: String? = nil, stops: [String] = []
  ) async throws -> EndpointCompletion.Answer {
    let projects = TestProjects { _ in says }
    // Its folder goes with it.
    defer { withExtendedLifetime(projects) {} }
    let project = try await projects.open.project(
      at: projects.root, settings: .defaults, onOpen: { _, _ in })
    return try await EndpointCompletion(project: project).answer(
      .init(document: FillInTheMiddle(prompt: prompt), language: language, stops: stops))
  }

  @Test func completesTheInstructionAboveTheGap() async throws {
    let prompt =
      "<|fim_prefix|>import math\n\n# Write a function that adds two numbers.\n<|fim_suffix|>\n\nprint(add(1, 2))\n<|fim_middle|>"
    let answer = try await answer(prompt, "def add(a, b):\n    return a + b")
    #expect(answer.text == "def add(a, b):\n    return a + b")
    #expect(answer.reason == nil)
  }

  @Test func beginsANewLineWhereTheGapIsBehindTheComment() async throws {
    let prompt =
      "<|fim_prefix|># Write a function that adds two numbers.<|fim_suffix|><|fim_middle|>"
    let answer = try await answer(prompt, "def add(a, b):\n    return a + b")
    #expect(answer.text == "\ndef add(a, b):\n    return a + b")
  }

  @Test func saysWhyThereIsNothing() async throws {
    let prompt = "<|fim_prefix|>value = 1\n<|fim_suffix|><|fim_middle|>"
    let answer = try await answer(prompt, "x")
    #expect(answer.text.isEmpty)
    #expect(answer.reason?.contains("no instruction here") == true)
  }

  @Test func neverSendsASecret() async throws {
    let key = "ghp_" + "a8Kd93jLs02mQpZx71Tb" + "Vn5Rw6Yc4EfGh0Zq"
    let answer = try await answer("# Write a function that uses \(key).\n", "x", language: "python")
    #expect(answer.text.isEmpty)
    #expect(answer.reason?.contains("password or key") == true)
  }

  @Test func endsAtTheCallersStops() async throws {
    let answer = try await answer(
      "# Write a function that adds two numbers.\n", "def add(a, b):\n    return a + b",
      language: "python", stops: ["return"])
    #expect(answer.text == "def add(a, b):\n    ")
  }
}

struct EndpointTokenTests {
  @Test func makesOneThatIsKept() throws {
    let folder = try TemporaryFolder()
    let file = folder.file("token")
    _ = try EndpointToken(file: file)
    let text = try String(contentsOf: file, encoding: .utf8).trimmingCharacters(in: .newlines)
    #expect(text.count == 64)
    let mode = try FileManager.default.attributesOfItem(atPath: file.path)[.posixPermissions]
    #expect(mode as? Int == 0o600)
    let token = try EndpointToken(file: file)
    #expect(token.admits("Bearer \(text)"))
    #expect(token.admits("bearer \(text)"))
    #expect(!token.admits("Bearer \(text.dropLast())"))
    #expect(!token.admits(nil))
  }

  @Test func refusesOneThatOthersMayRead() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write(String(repeating: "a", count: 64).utf8, "token")
    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: file.path)
    #expect(throws: EndpointToken.Failure.self) { try EndpointToken(file: file) }
  }
}
