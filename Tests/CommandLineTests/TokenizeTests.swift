import Foundation
import TestSupport
import Testing

/// `pillow-lsp tokenize` by the built program, with a small vocabulary.
struct TokenizeTests {
  private static let model = TestPaths.package.appending(
    path: "Tests/TokenizersTests/Resources/bytepair.gguf")

  private func run(
    _ arguments: [String] = [], input: Data, model: URL = Self.model
  ) throws -> Program.Outcome {
    try Program.run(["tokenize", "--model", model.path] + arguments, input: input)
  }

  private func ids(_ json: Data) throws -> [Int] {
    try #require(try JSONDecoder().decode([String: [Int]].self, from: json)["ids"])
  }

  @Test func anyBytesGoThereAndBack() throws {
    for bytes in [Data(), Data("a <|im_end|>\r\n\n".utf8), Data([0, 0xFF, 0xC3, 0x0A])] {
      let forth = try run(["--json"], input: bytes)
      #expect(forth.code == 0)
      let back = try run(["--decode"], input: forth.bytes)
      #expect(back.code == 0)
      #expect(back.bytes == bytes)
    }
  }

  @Test func specialTokensCountAndNothingIsAdded() throws {
    let outcome = try run(input: Data("<|im_start|><|im_end|>".utf8))
    #expect(try ids(outcome.bytes) == [1, 2])
    #expect(outcome.bytes.last == 10)
  }

  @Test func anArrayOfTokensIsEnough() throws {
    let outcome = try run(["--decode"], input: Data("[1, 2]\n".utf8))
    #expect(outcome.bytes == Data("<|im_start|><|im_end|>".utf8))
  }

  @Test func whatCannotBeDecodedIsOneSentence() throws {
    var outcome = try run(["--decode"], input: Data("text".utf8))
    #expect(outcome.code == 1)
    #expect(
      outcome.errors
        == "Error: Standard input is neither {\"ids\":[…]} nor a JSON array of tokens.\n")
    outcome = try run(["--decode"], input: Data("[-1]".utf8))
    #expect(outcome.code == 1)
    #expect(
      outcome.errors == "Error: Token -1 is beyond the model's vocabulary of 803 tokens.\n")
    outcome = try run(input: Data(), model: URL(filePath: "/nowhere/model.gguf"))
    #expect(outcome.code == 1)
    #expect(outcome.errors.contains("/nowhere/model.gguf"))
  }
}
