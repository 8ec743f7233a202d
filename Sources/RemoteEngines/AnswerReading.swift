import AsyncHTTPClient
import CompletionEngine
import Foundation
import LanguageModel
import NIOCore
import Synchronization

/// Reads one answer from its stream. What there is of it can be had at any time.
final class AnswerReading: Sendable {
  struct Result: Sendable {
    var text = ""
    var ending = Generation.Ending.stop
    var timings = InferenceTimings()
    var logProbabilities: [Float] = []
    var firstEntropy: Float = 0
  }

  private struct State {
    var answer: AnswerText
    var confidence = ConfidenceTally()
    var ending: Generation.Ending?
    var timings = InferenceTimings()
    var pieces = 0
    var firstPiece: ContinuousClock.Instant?
    var lastPiece: ContinuousClock.Instant?
  }

  private let prefix: String
  private let options: CompletionOptions
  private let onText: @Sendable (String) -> Void
  private let start = ContinuousClock.now
  private let state: Mutex<State>

  /// - Parameters:
  ///   - prefix: stands before what the server writes and belongs to the answer.
  ///   - opening: what the server was asked to begin with.
  init(
    prefix: String, opening: String, options: CompletionOptions,
    onText: @escaping @Sendable (String) -> Void
  ) {
    self.prefix = prefix
    self.options = options
    self.onText = onText
    state = Mutex(State(answer: AnswerText(opening: opening)))
  }

  // MARK: Streams

  /// - Throws: ``RemoteError``, `CancellationError`.
  func read(
    _ answer: RemoteTransport.Answer, from transport: RemoteTransport, key: EngineKey?
  ) async throws {
    if !prefix.isEmpty { onText(prefix) }
    let server = transport.address.base
    guard !answer.contentType.hasPrefix("application/json") else {
      let bytes = try await transport.whole(
        answer.pieces, most: transport.limits.largestAnswer)
      guard let chunk = try? JSONDecoder().decode(CompletionChunk.self, from: Data(bytes)),
        chunk.choices != nil || chunk.error != nil
      else {
        throw RemoteError.otherProtocol(server: server, what: RemoteTransport.kind(of: bytes))
      }
      _ = try take(chunk, server, key)
      return finish()
    }
    var events = ServerSentEvents(longest: transport.limits.largestEvent)
    var total = 0
    /// What a body begins with that turns out to be no stream.
    var beginning: [UInt8] = []
    var hasEvents = false
    do {
      for try await piece in answer.pieces {
        total += piece.readableBytes
        guard total <= transport.limits.largestAnswer else {
          throw RemoteError.tooLarge(server: server, bytes: transport.limits.largestAnswer)
        }
        if !hasEvents, beginning.count < 512 { beginning += piece.readableBytesView.prefix(512) }
        for event in try events.read(piece.readableBytesView) {
          hasEvents = true
          if try take(event, server, key) { return finish() }
        }
      }
    } catch let error as EventTooLong {
      throw RemoteError.tooLarge(server: server, bytes: error.bytes)
    } catch {
      throw transport.remote(error, waited: transport.limits.silence)
    }
    guard hasEvents else {
      throw RemoteError.otherProtocol(server: server, what: RemoteTransport.kind(of: beginning))
    }
    // A stream that ends without its mark is complete only if the model said so.
    guard state.withLock({ $0.ending }) != nil else { throw RemoteError.brokeOff(server: server) }
    finish()
  }

  /// - Returns: whether the answer is complete.
  private func take(
    _ event: ServerSentEvents.Event, _ server: String, _ key: EngineKey?
  ) throws -> Bool {
    let data = event.data.trimmingCharacters(in: .whitespaces)
    if data == "[DONE]" {
      state.withLock { $0.ending = $0.ending ?? .stop }
      return true
    }
    if event.name == "error" {
      throw Self.fault(
        try? JSONDecoder().decode(ServerFault.self, from: Data(data.utf8)), server, key)
    }
    guard let chunk = try? JSONDecoder().decode(CompletionChunk.self, from: Data(data.utf8)) else {
      throw RemoteError.otherProtocol(server: server, what: "an event of its stream is no JSON")
    }
    return try take(chunk, server, key)
  }

  private func take(_ chunk: CompletionChunk, _ server: String, _ key: EngineKey?) throws -> Bool {
    if let error = chunk.error { throw Self.fault(error, server, key) }
    let (piece, grown) = state.withLock { state in
      if let usage = chunk.usage { Self.note(usage, &state.timings) }
      guard let choice = chunk.choices?.first else { return ("", "") }
      if let reason = choice.finish_reason { state.ending = reason == "length" ? .length : .stop }
      let content = choice.content
      var piece = ""
      if !content.isEmpty {
        state.pieces += 1
        state.lastPiece = .now
        if state.firstPiece == nil { state.firstPiece = .now }
        piece = state.answer.append(content)
      }
      if state.answer.isThinking {
        state.confidence.removeAll()
      } else if let told = choice.logprobs {
        state.confidence.add(told.tokens)
      }
      return (piece, state.answer.text)
    }
    guard !piece.isEmpty else { return false }
    onText(piece)
    guard options.isComplete?(prefix + grown) == true else { return false }
    state.withLock { $0.ending = .stop }
    return true
  }

  /// An error within a stream has no status.
  private static func fault(
    _ fault: ServerFault?, _ server: String, _ key: EngineKey?
  ) -> RemoteError {
    let words = RemoteError.words(fault?.message ?? "", without: key)
    let status = fault?.code ?? 500
    return (400..<500).contains(status)
      ? .refused(server: server, status: status, message: words)
      : .unavailable(server: server, status: status, message: words)
  }

  private static func note(_ usage: CompletionChunk.Usage, _ timings: inout InferenceTimings) {
    timings.promptTokens = usage.prompt_tokens ?? timings.promptTokens
    timings.generatedTokens = usage.completion_tokens ?? timings.generatedTokens
    timings.cachedTokens = usage.prompt_tokens_details?.cached_tokens ?? timings.cachedTokens
  }

  // MARK: The end

  private func finish() {
    let rest = state.withLock { $0.answer.finish() }
    if !rest.isEmpty { onText(rest) }
  }

  func end(_ ending: Generation.Ending) {
    finish()
    state.withLock { $0.ending = ending }
  }

  var result: Result {
    state.withLock { state in
      var timings = state.timings
      if timings.generatedTokens == 0 { timings.generatedTokens = state.pieces }
      if let first = state.firstPiece, let last = state.lastPiece {
        timings.firstTokenSeconds = (first - start) / .seconds(1)
        timings.promptSeconds = timings.firstTokenSeconds
        timings.generationSeconds = (last - first) / .seconds(1)
      }
      return Result(
        text: prefix + state.answer.text, ending: state.ending ?? .stop, timings: timings,
        logProbabilities: state.confidence.logProbabilities,
        firstEntropy: state.confidence.firstEntropy)
    }
  }
}
