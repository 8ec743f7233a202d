import Foundation
import JSONRPC
import Testing

@Suite struct JSONValueTests {
  @Test(arguments: [
    "null", "true", "0", "-7", "9007199254740993", "1.5", "\"\\u0000🧶\"", "[]", "{}",
    "[null,{\"a\":[1,2.5,\"x\"]}]",
  ])
  func valuesComeBackAsTheyWere(text: String) throws {
    let value = try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))
    let again = try JSONDecoder().decode(JSONValue.self, from: JSONEncoder().encode(value))
    #expect(again == value)
    if case .number = value { #expect(text == "1.5") }
  }

  @Test func wholeNumbersAreIntegers() throws {
    let value = try JSONDecoder().decode(JSONValue.self, from: Data("[1, 2.0, 2.5, 1e300]".utf8))
    #expect(value.array?.map(\.integer) == [1, 2, nil, nil])
    #expect(value.array?.map(\.number) == [1, 2, 2.5, 1e300])
  }

  @Test func membersAreReached() {
    let value: JSONValue = ["a": ["b": [true, nil]], "c": 1.5]
    #expect(value["a"]?["b"]?.array?.first?.bool == true)
    #expect(value["a"]?["x"]?["y"] == nil)
    #expect(value["c"]?.number == 1.5)
    #expect(value["c"]?["d"] == nil)
  }
}
