import ArgumentParser
import Foundation
import PillowProject
import ModelFormats
import ModelStore
import Tokenizers

struct Tokenize: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tokenize",
    abstract: "Read any bytes and print {\"ids\"}: the tokens of a language model.",
    discussion: """
      Standard input is read to its last byte, including a final line end. Special tokens in the \
      text count as such; nothing is added. --decode does the reverse.
      """)

  @Option(
    help: """
      A name that `model list` shows or a GGUF file; by default the model that `model fetch` has \
      installed.
      """)
  var model: String?
  @Flag(help: "Print JSON (always on).") var json = false
  @Flag(help: "Read {\"ids\":[…]} or an array of tokens and write the bytes they stand for.")
  var decode = false

  private struct Tokens: Codable {
    let ids: [TokenID]
  }

  func run() throws {
    let tokenizer = try Tokenizer(gguf: GGUFFile(contentsOf: modelFile()))
    let input = try FileHandle.standardInput.readToEnd() ?? Data()
    if decode {
      let bytes = tokenizer.decodeBytes(try Self.tokens(in: input, of: tokenizer))
      try FileHandle.standardOutput.write(contentsOf: Data(bytes))
    } else {
      try Output.json(Tokens(ids: tokenizer.encode(input, parsingSpecial: true)))
    }
  }

  private func modelFile() throws -> URL {
    try ModelLibrary.file(model ?? "", in: ModelStore())
  }

  private static func tokens(in json: Data, of tokenizer: Tokenizer) throws -> [TokenID] {
    let decoder = JSONDecoder()
    let object = try? decoder.decode(Tokens.self, from: json).ids
    guard let ids = object ?? (try? decoder.decode([TokenID].self, from: json)) else {
      throw CommandError("Standard input is neither {\"ids\":[…]} nor a JSON array of tokens.")
    }
    if let wrong = ids.first(where: { !(0..<TokenID(tokenizer.vocabularySize)).contains($0) }) {
      throw CommandError(
        "Token \(wrong) is beyond the model's vocabulary of \(tokenizer.vocabularySize) tokens.")
    }
    return ids
  }
}
