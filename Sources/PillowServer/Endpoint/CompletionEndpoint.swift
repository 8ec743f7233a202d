import CompletionEngine
import ErrorWording
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// `/v1/completions` for editors that ask an OpenAI-compatible server to fill a gap: on this machine
/// only, and only for callers that know its token.
///
/// One request per connection. A caller that hangs up stops the work for it.
package final class CompletionEndpoint: Sendable {
  /// Answers a question, so that the endpoint does not need to know about projects.
  package typealias Answering =
    @Sendable (EndpointCompletion.Question) async throws -> EndpointCompletion.Answer

  private typealias Connection = NIOAsyncChannel<HTTPServerRequestPart, HTTPServerResponsePart>

  package let port: Int
  private let server: NIOAsyncChannel<Connection, Never>
  private let token: EndpointToken
  private let answering: Answering

  /// A prompt is a part of a document.
  private static let largestBody = 4 << 20
  /// How long a caller may take to say what it wants.
  private static let patience: Duration = .seconds(30)
  private static let model = "pillow-lsp"

  /// Listens on 127.0.0.1.
  ///
  /// - Parameter port: 0 for any that is free.
  /// - Throws: `IOError` when the port is taken.
  package init(
    port: Int, token: EndpointToken, answering: @escaping Answering
  ) async throws {
    self.token = token
    self.answering = answering
    server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .bind(host: "127.0.0.1", port: port) { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.configureHTTPServerPipeline(
            withPipeliningAssistance: false)
          return try Connection(wrappingChannelSynchronously: channel)
        }
      }
    self.port = server.channel.localAddress?.port ?? port
  }

  /// Serves until it is cancelled or closed.
  package func run() async throws {
    try await server.executeThenClose { connections in
      try await withThrowingDiscardingTaskGroup { group in
        for try await connection in connections {
          group.addTask { await self.serve(connection) }
        }
      }
    }
  }

  package func close() { server.channel.close(promise: nil) }

  // MARK: One connection

  private func serve(_ connection: Connection) async {
    try? await connection.executeThenClose { inbound, outbound in
      var parts = inbound.makeAsyncIterator()
      let timer = connection.channel.eventLoop.scheduleTask(in: TimeAmount(Self.patience)) {
        connection.channel.close(promise: nil)
      }
      defer { timer.cancel() }
      guard case .head(let head) = try await parts.next() else { return }
      var body = ByteBuffer()
      reading: while let part = try await parts.next() {
        switch part {
        case .body(var piece):
          body.writeBuffer(&piece)
          guard body.readableBytes <= Self.largestBody else {
            return try await Self.send(
              .refusal(.payloadTooLarge, "The prompt is too long."), outbound)
          }
        case .end: break reading
        case .head: return
        }
      }
      timer.cancel()
      // The iterator goes to the task that waits for the caller to hang up.
      let rest = Rest(parts)
      let whole = body
      let reply: Reply? = await withTaskGroup(of: Reply?.self) { group in
        group.addTask { await self.reply(to: head, whole) }
        group.addTask {
          await rest.end()
          return nil
        }
        let first = await group.next() ?? nil
        group.cancelAll()
        return first
      }
      if let reply { try await Self.send(reply, outbound) }
    }
  }

  /// What is left of a connection after its request.
  private struct Rest: @unchecked Sendable {
    // One task alone goes on with it.
    private let parts: NIOAsyncChannelInboundStream<HTTPServerRequestPart>.AsyncIterator

    init(_ parts: NIOAsyncChannelInboundStream<HTTPServerRequestPart>.AsyncIterator) {
      self.parts = parts
    }

    /// Waits for the caller to hang up, or for more than one connection is for.
    func end() async {
      var parts = parts
      _ = try? await parts.next()
    }
  }

  /// A whole answer.
  private struct Reply: Sendable {
    var status: HTTPResponseStatus
    var type = "application/json"
    var body: [UInt8]

    static func json(_ status: HTTPResponseStatus, _ value: some Encodable) -> Reply {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      return Reply(status: status, body: (try? encoder.encode(value)).map { Array($0) } ?? [])
    }

    static func refusal(_ status: HTTPResponseStatus, _ message: String) -> Reply {
      json(
        status,
        EndpointFault(error: .init(message: message, type: "invalid_request_error")))
    }
  }

  private static func send(
    _ reply: Reply, _ outbound: NIOAsyncChannelOutboundWriter<HTTPServerResponsePart>
  ) async throws {
    let headers: HTTPHeaders = [
      "Content-Type": reply.type, "Content-Length": "\(reply.body.count)", "Connection": "close",
      "Cache-Control": "no-store",
    ]
    try await outbound.write(
      .head(HTTPResponseHead(version: .http1_1, status: reply.status, headers: headers)))
    try await outbound.write(.body(.byteBuffer(ByteBuffer(bytes: reply.body))))
    try await outbound.write(.end(nil))
  }

  // MARK: Requests

  private func reply(to head: HTTPRequestHead, _ body: ByteBuffer) async -> Reply {
    // A page in a browser can send requests to this machine, and names of its own can lead here.
    guard head.headers["Origin"].isEmpty, Self.isLocal(head.headers.first(name: "Host")) else {
      return .refusal(.forbidden, "Only programs of this machine are served.")
    }
    guard token.admits(head.headers.first(name: "Authorization")) else {
      return .refusal(
        .unauthorized, "The header Authorization has to hold “Bearer” and the endpoint's token.")
    }
    let parts = head.uri.split(separator: "?", maxSplits: 1)
    switch (head.method, parts.first.map(String.init) ?? "/") {
    case (.POST, "/v1/completions"), (.POST, "/completions"):
      return await complete(body, query: parts.count > 1 ? String(parts[1]) : "")
    case (.GET, "/v1/models"), (.GET, "/models"):
      return .json(.ok, EndpointModels(data: [.init(id: Self.model)]))
    case (_, "/v1/completions"), (_, "/v1/models"):
      return .refusal(.methodNotAllowed, "Completions are asked for with POST, models with GET.")
    default: return .refusal(.notFound, "There are /v1/completions and /v1/models.")
    }
  }

  private static func isLocal(_ host: String?) -> Bool {
    guard let host else { return true }
    let isNumber = host.hasPrefix("[")
    let name = host.prefix { $0 != (isNumber ? "]" : ":") }.lowercased()
    return ["127.0.0.1", "localhost", "[::1"].contains(name)
  }

  private func complete(_ body: ByteBuffer, query: String) async -> Reply {
    let request: EndpointRequest
    do {
      request = try JSONDecoder().decode(
        EndpointRequest.self, from: Data(body.readableBytesView))
    } catch {
      return .refusal(.badRequest, "The request is no completion: \(ErrorWording.sentence(error)).")
    }
    guard request.prompt.all.count == 1, let prompt = request.prompt.all.first else {
      return .refusal(.badRequest, "One prompt at a time is answered.")
    }
    if let most = request.max_tokens, most < 1 {
      return .refusal(.badRequest, "`max_tokens` must be at least 1.")
    }
    let question = EndpointCompletion.Question(
      document: FillInTheMiddle(prompt: prompt, suffix: request.suffix),
      language: request.language ?? Self.value("language", in: query),
      maximumTokens: request.max_tokens, stops: request.stop?.all ?? [])
    do {
      let answer = try await answering(question)
      return request.stream == true ? Self.events(answer) : .json(.ok, Self.message(answer))
    } catch is CancellationError {
      return .refusal(.serviceUnavailable, "The request was cancelled.")
    } catch {
      return .json(
        .serviceUnavailable,
        EndpointFault(error: .init(message: ErrorWording.sentence(error), type: "server_error")))
    }
  }

  private static func value(_ name: String, in query: String) -> String? {
    for part in query.split(separator: "&") where part.hasPrefix(name + "=") {
      return String(part.dropFirst(name.count + 1)).removingPercentEncoding
    }
    return nil
  }

  private static func message(_ answer: EndpointCompletion.Answer) -> EndpointAnswer {
    EndpointAnswer(
      id: "cmpl-\(UUID().uuidString.lowercased())", created: Int(Date().timeIntervalSince1970),
      model: model,
      choices: [.init(text: answer.text, finish_reason: answer.isCut ? "length" : "stop")],
      usage: .init(
        prompt_tokens: answer.promptTokens, completion_tokens: answer.completionTokens,
        total_tokens: answer.promptTokens + answer.completionTokens),
      reason: answer.reason)
  }

  /// An answer is cleaned as a whole, so its stream has one event.
  private static func events(_ answer: EndpointCompletion.Answer) -> Reply {
    let json = Reply.json(.ok, message(answer)).body
    let text = "data: " + String(decoding: json, as: UTF8.self) + "\n\ndata: [DONE]\n\n"
    return Reply(status: .ok, type: "text/event-stream", body: Array(text.utf8))
  }
}
