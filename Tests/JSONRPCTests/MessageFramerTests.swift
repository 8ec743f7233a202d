import JSONRPC
import Testing

@Suite struct MessageFramerTests {
  private func frames(_ chunks: [String], _ framer: MessageFramer = MessageFramer())
    -> [MessageFramer.Frame]
  {
    var framer = framer
    var frames: [MessageFramer.Frame] = []
    for chunk in chunks {
      framer.append(Array(chunk.utf8))
      while let frame = framer.next() { frames.append(frame) }
    }
    return frames
  }

  private func message(_ text: String) -> String {
    "Content-Length: \(text.utf8.count)\r\n\r\n\(text)"
  }

  private func body(_ text: String) -> MessageFramer.Frame { .body(Array(text.utf8)) }

  @Test func lengthCountsBytes() {
    #expect(
      frames([message("{\"a\":\"🧶é\"}") + message("{}")]) == [body("{\"a\":\"🧶é\"}"), body("{}")])
  }

  @Test func messagesMayComeByteByByte() {
    let stream = message("{\"a\":\"🧶\"}") + message("[]")
    var framer = MessageFramer()
    var found: [MessageFramer.Frame] = []
    for byte in stream.utf8 {
      framer.append([byte])
      while let frame = framer.next() { found.append(frame) }
    }
    #expect(found == [body("{\"a\":\"🧶\"}"), body("[]")])
  }

  @Test(arguments: ["utf-8", "utf8", "UTF-8", "\"utf-8\""])
  func contentTypeMayCome(charset: String) {
    let header =
      "Content-Type: application/vscode-jsonrpc; charset=\(charset)\r\nContent-Length: 2\r\n\r\n{}"
    #expect(frames([header]) == [body("{}")])
  }

  @Test func otherCharsetsAreSkippedWhole() {
    let header = "Content-Length: 2\r\nContent-Type: a/b; charset=utf-16\r\n\r\n{}"
    #expect(
      frames([header + message("[]")])
        == [.malformed(.unsupportedCharset("utf-16")), body("[]")])
  }

  @Test func headerNamesAreCaseInsensitiveAndLinesMayEndInALineFeed() {
    #expect(frames(["content-length:2\n\n{}"]) == [body("{}")])
  }

  @Test func emptyBodiesAreBodies() {
    #expect(frames([message("")]) == [body("")])
  }

  @Test(arguments: [
    ("garbage\r\n", FramingError.malformedHeader),
    ("Content-Length: x\r\n\r\n", .invalidLength("x")),
    ("Content-Length: -4\r\n\r\n", .invalidLength("-4")),
    ("Content-Length: 99999999999999999999\r\n\r\n", .invalidLength("99999999999999999999")),
    ("Other: 1\r\n\r\n", .missingLength),
    ("Überschrift: 1\r\n\r\n", .malformedHeader),
  ])
  func afterAMalformedHeaderTheNextMessageIsRead(bad: String, error: FramingError) {
    #expect(frames([bad + message("{}")]) == [.malformed(error), body("{}")])
  }

  @Test func headersAreLimited() {
    let framer = MessageFramer(headerLimit: 64)
    let long = "X: " + String(repeating: "x", count: 100)
    #expect(
      frames([long, long, message("{}")], framer)
        == [.malformed(.headerTooLong(limit: 64)), body("{}")])
  }

  @Test func bodiesAreLimitedAndNotKept() {
    let framer = MessageFramer(bodyLimit: 10)
    let long = String(repeating: "x", count: 1000)
    let chunks = ["Content-Length: 1000\r\n\r\n"] + long.map(String.init) + [message("{}")]
    #expect(
      frames(chunks, framer)
        == [.malformed(.bodyTooLong(length: 1000, limit: 10)), body("{}")])
  }

  @Test func aLengthThatIsTooShortCostsNoMoreThanTheMessage() {
    let stream = "Content-Length: 3\r\n\r\n{\"a\":1}" + message("[1]") + message("[2]")
    #expect(frames([stream]).suffix(2) == [body("[1]"), body("[2]")])
  }
}
