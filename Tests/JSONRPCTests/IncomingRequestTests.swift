import Foundation
import JSONRPC
import Synchronization
import Testing

@Suite struct IncomingRequestTests {
  /// Collects what a request answers.
  private final class Answers: Sendable {
    let codes = Mutex<[Int?]>([])

    func request(_ body: String = "{}") -> IncomingRequest {
      IncomingRequest(id: .integer(1), method: "m", body: Data(body.utf8)) { [self] _, answer in
        let code: Int? = if case .failure(let error) = answer { error.code.rawValue } else { nil }
        codes.withLock { $0.append(code) }
      }
    }

    var sent: [Int?] { codes.withLock { $0 } }
  }

  @Test func anAnswerIsSent() {
    let answers = Answers()
    answers.request().reply(1)
    #expect(answers.sent == [nil])
  }

  @Test func cancellationAnswersAtOnceAndTheHandlersAnswerIsNotSent() {
    let answers = Answers()
    let request = answers.request()
    let actions = Mutex(0)
    request.onCancel { actions.withLock { $0 += 1 } }
    request.cancel()
    request.cancel()
    #expect(answers.sent == [-32800])
    #expect(request.isCancelled)
    request.onCancel { actions.withLock { $0 += 10 } }
    request.reply(1)
    #expect(answers.sent == [-32800])
    #expect(actions.withLock { $0 } == 11)
  }

  @Test func whatIsAnsweredCannotBeCancelled() {
    let answers = Answers()
    let request = answers.request()
    request.onCancel { Issue.record("it was answered before") }
    request.reply(1)
    request.cancel()
    #expect(answers.sent == [nil])
    #expect(!request.isCancelled)
  }

  @Test func aCancelledRequestMayBeDropped() {
    let answers = Answers()
    do { answers.request().cancel() }
    #expect(answers.sent == [-32800])
  }

  @Test(arguments: [
    (#"{"params":{"a":{"b":"x"}}}"#, "a.b: wrong type"),
    (#"{"params":{"a":{"b":1.5}}}"#, "a number is not whole, or too large"),
    (#"{"params":{"a":{"b":1e30}}}"#, "a number is not whole, or too large"),
    (#"{"params":{"a":{}}}"#, "\"b\" is missing"),
    (#"{"params":[1]}"#, "params: wrong type"), (#"{}"#, "\"params\" is missing"),
  ])
  func parametersThatDoNotFitSayWhere(body: String, where place: String) {
    struct Params: Codable {
      var a: Inner
      struct Inner: Codable { var b: Int }
    }
    let answers = Answers()
    let request = answers.request(body)
    let error = #expect(throws: ResponseError.self) { try request.params(as: Params.self) }
    #expect(error?.code == .invalidParams)
    #expect(error?.message.contains(place) == true, "\(error?.message ?? "")")
    request.reply(1)
  }

  #if DEBUG
    @Test func droppingARequestIsABug() async {
      await #expect(processExitsWith: .failure) {
        _ = IncomingRequest(id: .integer(1), method: "m", body: Data()) { _, _ in }
      }
    }

    @Test func answeringTwiceIsABug() async {
      await #expect(processExitsWith: .failure) {
        let request = IncomingRequest(id: .integer(1), method: "m", body: Data()) { _, _ in }
        request.reply(1)
        request.reply(2)
      }
    }
  #else
    @Test func aDroppedRequestIsAnsweredWithAnInternalError() {
      let answers = Answers()
      do { _ = answers.request() }
      #expect(answers.sent == [-32603])
    }
  #endif
}
