import CompletionEngine
import FaultServer
import Foundation
import RemoteEngines
import Synchronization
import TestSupport
import Testing

/// Answers of a server that were damaged on the way: each ends in a text or in an error that says
/// what happened, and none in a crash or in waiting.
@Suite struct RemoteFuzzTests {
  /// `PILLOW_LSP_MUTATIONS` is the number of answers for each seed.
  private static let count =
    ProcessInfo.processInfo.environment["PILLOW_LSP_MUTATIONS"].flatMap { Int($0) } ?? 100

  /// What a server that is well says, byte for byte.
  private static let sound: [UInt8] = {
    let events =
      ["re", "d and", " blue"].map { FaultServer.Link.delta($0, logprob: -0.5) }
      + [
        #"{"choices":[{"delta":{},"finish_reason":"stop"}],"usage":{"prompt_tokens":9}}"#, "[DONE]",
      ]
    let chunks = events.map { "data: \($0)\n\n" }
      .map { "\(String($0.utf8.count, radix: 16))\r\n\($0)\r\n" }.joined()
    return Array(
      ("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
        + chunks + "0\r\n\r\n").utf8)
  }()

  @Test func theSoundAnswerIsRead() async throws {
    let server = try await Remotes.server { _, link in
      try await link.send(String(decoding: Self.sound, as: UTF8.self))
    }
    #expect(try await Remotes.answer(Remotes.engine(server)).text == "red and blue")
  }

  @Test(.timeLimit(.minutes(5)), arguments: [1, 2, 3] as [UInt64])
  func damagedAnswersEnd(seed: UInt64) async throws {
    let generator = Mutex(SplitMix(seed: seed))
    let server = try await Remotes.server { _, link in
      let bytes = generator.withLock { generator in
        var bytes = Self.sound
        for _ in 0..<Int.random(in: 1...3, using: &generator) {
          Mutation.allCases.randomElement(using: &generator)?.apply(to: &bytes, using: &generator)
        }
        return bytes
      }
      try await link.send(String(decoding: bytes, as: UTF8.self))
    }
    var (answered, refused) = (0, 0)
    for _ in 0..<Self.count {
      // One engine for each: after failures an engine keeps its distance.
      let engine = Remotes.engine(server) { limits in
        limits.total = .seconds(20)
      }
      do {
        let text = try await Remotes.answer(engine).text
        #expect(text.utf8.count < 1 << 16)
        answered += 1
      } catch let error as RemoteError {
        #expect(!"\(error)".isEmpty)
        refused += 1
      }
    }
    print("seed \(seed): \(answered) damaged answers were read, \(refused) refused")
    #expect(answered + refused == Self.count && answered > 0 && refused > 0)
  }
}
