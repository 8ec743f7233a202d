import Foundation
import NIOCore
import NIOPosix
public import NIOSSL
import Synchronization

/// A server on this machine that answers as a test says, byte for byte, so that it can do what a
/// well-kept server never does.
public final class FaultServer: Sendable {
  public struct Request: Sendable {
    public var method = ""
    public var path = ""
    /// Names in lower case.
    public var headers: [String: String] = [:]
    public var body = ""

    /// The body as an object.
    public var json: [String: Any] {
      (try? JSONSerialization.jsonObject(with: Data(body.utf8))) as? [String: Any] ?? [:]
    }
  }

  public typealias Reply = @Sendable (Request, Link) async throws -> Void

  /// The connection that a request came by.
  public struct Link: Sendable {
    let write: @Sendable (String) async throws -> Void
    let closed: @Sendable () async -> Void

    public func send(_ text: String) async throws { try await write(text) }

    /// Waits until the client hangs up.
    public func waitUntilClosed() async { await closed() }
  }

  public let port: Int
  private let channel: any Channel
  private let serving: Task<Void, Never>
  private let seen: Requests

  private final class Requests: Sendable {
    let all = Mutex<[Request]>([])
  }

  /// - Parameters:
  ///   - port: 0 for any that is free.
  ///   - tls: the certificate to show; nil speaks without encryption.
  ///   - answersAnything: whether it answers to the first bytes, whatever they are.
  ///   - reply: what to answer; the connection is closed when it returns.
  public init(
    port: Int = 0, tls: NIOSSLContext? = nil, answersAnything: Bool = false,
    _ reply: @escaping Reply
  ) async throws {
    let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .bind(host: "127.0.0.1", port: port) { channel in
        channel.eventLoop.makeCompletedFuture {
          if let tls {
            try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls))
          }
          return try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
        }
      }
    channel = server.channel
    self.port = server.channel.localAddress?.port ?? 0
    let seen = Requests()
    self.seen = seen
    serving = Task {
      try? await server.executeThenClose { connections in
        try await withThrowingDiscardingTaskGroup { group in
          for try await connection in connections {
            group.addTask { await Self.serve(connection, seen, answersAnything, reply) }
          }
        }
      }
    }
  }

  deinit {
    // Serving ends with the channel: what was accepted and not yet served must not be dropped.
    channel.close(promise: nil)
  }

  public var url: String { "http://127.0.0.1:\(port)" }

  /// In the order of their coming.
  public var requests: [Request] { seen.all.withLock(\.self) }

  /// Those that ask for text.
  public var completions: [Request] { requests.filter { $0.method == "POST" } }

  /// Stops to listen; connections that stand go on to their end.
  public func close() async throws { try await channel.close() }

  private static func serve(
    _ connection: NIOAsyncChannel<ByteBuffer, ByteBuffer>, _ seen: Requests,
    _ answersAnything: Bool, _ reply: Reply
  ) async {
    try? await connection.executeThenClose { inbound, outbound in
      var pieces = inbound.makeAsyncIterator()
      var bytes: [UInt8] = []
      while request(in: bytes) == nil, !answersAnything || bytes.isEmpty {
        guard let piece = try await pieces.next() else { return }
        bytes += piece.readableBytesView
      }
      guard let request = request(in: bytes) ?? (answersAnything ? Request() : nil) else { return }
      seen.all.withLock { $0.append(request) }
      let (ends, ending) = AsyncStream<Void>.makeStream()
      let rest = Rest(pieces: pieces)
      let watch = Task {
        await rest.end()
        ending.finish()
      }
      defer { watch.cancel() }
      let link = Link(
        write: { try await outbound.write(ByteBuffer(string: $0)) },
        closed: { for await _ in ends {} })
      try await reply(request, link)
    }
  }

  /// What is left of a connection after its request.
  private struct Rest: @unchecked Sendable {
    // One task alone goes on with it.
    let pieces: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator

    func end() async {
      var pieces = pieces
      while (try? await pieces.next()) != nil {}
    }
  }

  /// The request, once all of it is there.
  private static func request(in bytes: [UInt8]) -> Request? {
    let text = String(decoding: bytes, as: UTF8.self)
    guard let end = text.firstRange(of: "\r\n\r\n") else { return nil }
    let lines = text[..<end.lowerBound].components(separatedBy: "\r\n")
    let words = lines[0].split(separator: " ")
    guard words.count >= 2 else { return nil }
    var request = Request(method: String(words[0]), path: String(words[1]))
    for line in lines.dropFirst() {
      let parts = line.split(separator: ":", maxSplits: 1)
      guard parts.count == 2 else { continue }
      request.headers[parts[0].lowercased()] = parts[1].trimmingCharacters(in: .whitespaces)
    }
    request.body = String(text[end.upperBound...])
    let length = request.headers["content-length"].flatMap { Int($0) } ?? 0
    return request.body.utf8.count >= length ? request : nil
  }
}

extension FaultServer.Link {
  /// A whole answer.
  public func answer(
    _ status: Int, _ body: String, type: String = "application/json", headers: [String] = []
  ) async throws {
    let more = headers.map { "\($0)\r\n" }.joined()
    try await send(
      "HTTP/1.1 \(status) Some Words\r\nContent-Type: \(type)\r\n\(more)"
        + "Content-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n\(body)")
  }

  /// The head of a stream of events, in chunks of HTTP.
  public func beginEvents() async throws {
    try await send(
      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
  }

  public func event(_ data: String) async throws { try await chunk("data: \(data)\n\n") }

  public func chunk(_ text: String) async throws {
    try await send("\(String(text.utf8.count, radix: 16))\r\n\(text)\r\n")
  }

  public func endEvents() async throws {
    try await event("[DONE]")
    try await send("0\r\n\r\n")
  }

  /// A chat's answer in pieces.
  public func chat(_ pieces: [String], finish: String = "stop") async throws {
    try await beginEvents()
    for piece in pieces { try await event(Self.delta(piece)) }
    try await event(#"{"choices":[{"delta":{},"finish_reason":"\#(finish)"}]}"#)
    try await endEvents()
  }

  /// A piece of a chat's answer.
  public static func delta(_ text: String, logprob: Double? = nil) -> String {
    let quoted = String(decoding: (try? JSONEncoder().encode(text)) ?? Data(), as: UTF8.self)
    let told =
      logprob.map {
        #","logprobs":{"content":[{"token":\#(quoted),"logprob":\#($0),"top_logprobs":[{"token":"a","logprob":\#($0)},{"token":"b","logprob":-3}]}]}"#
      } ?? ""
    return #"{"choices":[{"index":0,"delta":{"content":\#(quoted)}\#(told),"finish_reason":null}]}"#
  }
}
