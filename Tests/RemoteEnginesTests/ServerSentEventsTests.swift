import RemoteEngines
import TestSupport
import Testing

struct ServerSentEventsTests {
  private typealias Event = ServerSentEvents.Event

  @Test(arguments: [
    ("data: a\n\n", [Event(data: "a")]),
    ("data:a\r\n\r\n", [Event(data: "a")]),
    ("data: a\rdata: b\r\r", [Event(data: "a\nb")]),
    (": comment\n\ndata: a\n\n", [Event(data: "a")]),
    ("event: error\ndata: x\n\n", [Event(name: "error", data: "x")]),
    ("\u{FEFF}data: a\n\n", [Event(data: "a")]),
    ("data\n\n", [Event(data: "")]),
    ("data:  two blanks\n\n", [Event(data: " two blanks")]),
    ("id: 1\nretry: 5\nnonsense\n\n", []),
    ("data: not ended", []),
    ("error: {\"message\":\"no\"}\n\n", [Event(name: "error", data: "{\"message\":\"no\"}")]),
  ])
  func readsTheStandardsForms(
    _ text: String, _ expected: [ServerSentEvents.Event]
  ) throws {
    var events = ServerSentEvents()
    #expect(try events.read(text.utf8) == expected)
  }

  /// However a stream is cut into pieces, also within a character or between CR and LF, the events
  /// are those of a reader that has all of it.
  @Test(arguments: UInt64(0)..<300)
  func piecesDoNotMatter(_ seed: UInt64) throws {
    var random = SplitMix(seed: seed)
    let text = Self.stream(&random)
    let bytes = Array(text.utf8)
    var found: [Event] = []
    var events = ServerSentEvents()
    var start = 0
    while start < bytes.count {
      let end = min(bytes.count, start + Int.random(in: 1...7, using: &random))
      found += try events.read(bytes[start..<end])
      start = end
    }
    #expect(found == Self.reference(text))
  }

  @Test func aLineThatNeverEndsIsGivenUp() throws {
    var events = ServerSentEvents(longest: 100)
    #expect(throws: EventTooLong(bytes: 100)) {
      for _ in 0..<30 { _ = try events.read("data: x".utf8) }
    }
    var lines = ServerSentEvents(longest: 100)
    #expect(throws: EventTooLong(bytes: 100)) {
      for _ in 0..<30 { _ = try lines.read("data: xxxxxxxx\n".utf8) }
    }
  }

  private static func stream(_ random: inout SplitMix) -> String {
    let ends = ["\n", "\r\n", "\r"]
    let lines = [
      "data: {\"a\": 1}", "data:b", "data", "data: ü🙂é", ": ping", "event: error", "id: 7", "",
      "", "", "data: [DONE]", "retry: 10", "what: else", "data:  x",
    ]
    return (0..<Int.random(in: 1...40, using: &random)).map { _ in
      (lines.randomElement(using: &random) ?? "") + (ends.randomElement(using: &random) ?? "")
    }.joined()
  }

  /// Reads the whole text at once.
  private static func reference(_ text: String) -> [Event] {
    var events: [Event] = []
    var (name, data): (String, [String]) = ("", [])
    for line in lines(text) {
      if line.isEmpty {
        if !data.isEmpty { events.append(Event(name: name, data: data.joined(separator: "\n"))) }
        (name, data) = ("", [])
        continue
      }
      let colon = line.firstIndex(of: ":")
      let field = String(line[..<(colon ?? line.endIndex)])
      var value = colon.map { String(line[line.index(after: $0)...]) } ?? ""
      if value.hasPrefix(" ") { value.removeFirst() }
      if field == "data" { data.append(value) }
      if field == "event" { name = value }
    }
    return events
  }

  private static func lines(_ text: String) -> [String] {
    // By bytes: for Swift, CR LF is one character, also when it comes about later.
    var lines: [String] = []
    var rest = Array(text.utf8)[...]
    while let end = rest.firstIndex(where: { $0 == 0x0A || $0 == 0x0D }) {
      lines.append(String(decoding: rest[..<end], as: UTF8.self))
      let isPair = rest[end] == 0x0D && rest.dropFirst(end - rest.startIndex + 1).first == 0x0A
      rest = rest[(end + (isPair ? 2 : 1))...]
    }
    // What follows the last line end is no line.
    return lines
  }
}
