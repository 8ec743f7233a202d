import Foundation
import JSONRPC
import LanguageServerProtocol
import Testing

@Suite struct MessageTests {
  private func json(_ value: some Encodable) throws -> JSONValue {
    try JSONDecoder().decode(JSONValue.self, from: JSONEncoder().encode(value))
  }

  private func decode<T: Decodable>(_ type: T.Type, _ text: String) throws -> T {
    try JSONDecoder().decode(type, from: Data(text.utf8))
  }

  @Test func whatIsNotUsedIsNotSent() throws {
    #expect(try json(InlineCompletionItem(insertText: "x")) == ["insertText": "x"])
    #expect(try json(CompletionItem(label: "x")) == ["label": "x"])
    #expect(try json(ServerCapabilities()) == [:])
    #expect(try json(TextDocumentContentChange(text: "x")) == ["text": "x"])
    #expect(try json(WorkDoneProgress.end()) == ["kind": "end"])
    #expect(
      try json(WorkDoneProgress.begin("t", cancellable: true))
        == ["kind": "begin", "title": "t", "cancellable": true])
    #expect(try json(NullResult()) == .null)
  }

  @Test func commandsAlwaysHaveArguments() throws {
    #expect(
      try json(Command(title: "t", command: "c"))
        == ["title": "t", "command": "c", "arguments": []])
  }

  @Test func theTwoPropertiesThatMayNotBeAbsentAreNull() throws {
    let params = try json(InitializeRequest.Params())
    #expect(params["processId"] == .null)
    #expect(params["rootUri"] == .null)
    #expect(params["clientInfo"] == nil)
  }

  @Test func inlineCompletionsAreAskedForInManyWays() throws {
    let place = #""textDocument":{"uri":"file:///a"},"position":{"line":1,"character":2}"#
    let contexts = [
      "", #","context":{"triggerKind":0}"#, #","context":{"triggerKind":2}"#,
      #","context":{"triggerKind":1},"workDoneToken":7"#,
      #","context":{"triggerKind":1,"selectedCompletionInfo":{"text":"x","range":{"start":{"line":"#
        + #"0,"character":0},"end":{"line":0,"character":1}}}}"#,
    ]
    for context in contexts {
      let params = try decode(InlineCompletionRequest.Params.self, "{\(place)\(context)}")
      #expect(params.position == Position(line: 1, character: 2))
    }
  }

  @Test func capabilitiesAreReadLeniently() throws {
    let odd = try decode(
      ClientCapabilities.self,
      #"{"general":null,"window":3,"textDocument":{"inlineCompletion":null,"completion":[]}}"#)
    #expect(odd == ClientCapabilities())
    let full = try decode(
      ClientCapabilities.self,
      """
      {"general":{"positionEncodings":["utf-32","utf-8",4]},"window":{"workDoneProgress":true},
       "workspace":{"workspaceFolders":true,"configuration":true,"applyEdit":true},
       "textDocument":{"completion":{"completionItem":{"documentationFormat":["plaintext"]}}}}
      """)
    #expect(full.positionEncodings == ["utf-32", "utf-8"])
    #expect(full.workDoneProgress && full.workspaceFolders && full.configuration && full.applyEdit)
    #expect(!full.markdownDocumentation && !full.documentChanges)
    #expect(try decode(ClientCapabilities.self, "null") == ClientCapabilities())
  }

  @Test func capabilitiesComeBackAsTheyWere() throws {
    var capabilities = ClientCapabilities()
    capabilities.positionEncodings = ["utf-8"]
    capabilities.workDoneProgress = true
    capabilities.markdownDocumentation = false
    let data = try JSONEncoder().encode(capabilities)
    #expect(try JSONDecoder().decode(ClientCapabilities.self, from: data) == capabilities)
  }

  @Test(arguments: [
    ([], PositionEncoding.utf16), (["utf-16"], .utf16), (["utf-8", "utf-16"], .utf8),
    (["utf-32", "utf-8", "utf-16"], .utf32), (["ebcdic"], .utf16), (["ebcdic", "utf-8"], .utf8),
  ])
  func theFirstKnownEncodingIsAgreedOn(offered: [String], expected: PositionEncoding) {
    #expect(PositionEncoding.agreed(offered: offered) == expected)
  }

  @Test func parametersThatSayNothingMayBeAnything() throws {
    _ = try decode(EmptyParams.self, "{}")
    _ = try decode(EmptyParams.self, "null")
    _ = try decode(EmptyParams.self, #"{"x":1}"#)
  }
}
