import Foundation
import Testing
import Tokenizers

/// The quick reader of a vocabulary, beside Foundation's.
struct VocabularyObjectTests {
  private static let awkward = [
    "", "a", "##b", "\"", "\\", "\\\"", "/", "\u{8}\u{c}\n\r\t", "é", "汉字", "🙂", "\u{1}", "}",
    "{\"vocab\":", "a,b", "x:1",
    "\u{2028}", "[UNK]",
  ]

  @Test(arguments: [
    JSONSerialization.WritingOptions(), .prettyPrinted, .sortedKeys, .withoutEscapingSlashes,
  ])
  func readsWhatFoundationWrites(options: JSONSerialization.WritingOptions) throws {
    let vocabulary = Dictionary(uniqueKeysWithValues: zip(Self.awkward, 0...))
    let others: [String: Any] = [
      "added": [["content": "}]{[", "id": 1.5e3], ["vocab": ["no": 1]]],
      "model2": ["vocab": "none"], "none": NSNull(),
      "yes": true, "negative": -1,
    ]
    let json = try JSONSerialization.data(
      withJSONObject: others.merging([
        "model": ["type": "WordPiece", "vocab": vocabulary, "last": ["}"]] as [String: Any]
      ]) { $1 }, options: options)
    let found = try #require(VocabularyObject(json: json))
    #expect(
      found.pieces
        == Dictionary(uniqueKeysWithValues: vocabulary.map { (Array($0.key.utf8), $0.value) }))
    let rest = try #require(try JSONSerialization.jsonObject(with: found.rest) as? [String: Any])
    let model = try #require(rest["model"] as? [String: Any])
    #expect((model["vocab"] as? [String: Int]) == [:])
    #expect(model["type"] as? String == "WordPiece")
    #expect(
      NSDictionary(dictionary: rest.filter { $0.key != "model" })
        == NSDictionary(dictionary: others))
  }

  @Test(arguments: [
    #"{"model":{"vocab":{"a":-1}}}"#, #"{"model":{"vocab":{"a":1.5}}}"#,
    #"{"model":{"vocab":{"a":12345678901}}}"#,
    #"{"model":{"vocab":{"a":"1"}}}"#, #"{"model":{"vocab":[1]}}"#, #"{"model":[{"vocab":{}}]}"#,
    #"{"vocab":{"a":1}}"#,
    #"{"model":{"vocab":{"\x":1}}}"#, #"{"model":{"vocab":{"a":1,}}}"#, "", "[]", "{", #"{"model""#,
  ])
  func leavesTheRestToTheDecoder(json: String) {
    #expect(VocabularyObject(json: Data(json.utf8)) == nil)
  }

  /// Cut anywhere, it is read by nobody, or all that was cut stood behind the vocabulary and the
  /// decoder sees it.
  @Test func cutFilesAreNotRead() throws {
    let json = Data(
      #"{"a":["\"}"],"model":{"type":"WordPiece","vocab":{"x":0,"\u00e9":1}, "b":2}}"#.utf8)
    #expect(VocabularyObject(json: json) != nil)
    for length in 0..<json.count {
      guard let found = VocabularyObject(json: json.prefix(length)) else { continue }
      #expect(throws: (any Error).self) { try JSONSerialization.jsonObject(with: found.rest) }
    }
  }
}
