import ArgumentParser
import Foundation
import LanguageModel
import Tokenizers

struct Score: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "score",
    abstract: "Read JSON lines {\"prompt\",\"completion\"} and print each completion's likelihood.",
    discussion: """
      Prints {"nll","tokens"} for each line: the sum of -ln p over the completion's tokens, and their number. \
      The two texts are tokenised separately; special tokens in them count as such.
      """)

  @OptionGroup var model: ModelArguments
  @Flag(help: "Print JSON (always on).") var json = false

  private struct Row: Decodable {
    let prompt, completion: String
  }

  func run() async throws {
    let arguments = model
    let model = try arguments.load()
    let adapter = try arguments.adapter(for: model)
    var number = 0
    while let line = readLine() {
      number += 1
      guard !line.allSatisfy(\.isWhitespace) else { continue }
      let row: Row
      do {
        row = try JSONDecoder().decode(Row.self, from: Data(line.utf8))
      } catch {
        throw CommandError(
          "Line \(number) is not a JSON object with the texts `prompt` and `completion`.")
      }
      let score = try await Self.naming(line: number) {
        try await model.score(
          prompt: model.tokenizer.encode(row.prompt, parsingSpecial: true),
          completion: model.tokenizer.encode(row.completion, parsingSpecial: true),
          adapter: adapter)
      }
      try Output.json(score)
    }
  }

  private static func naming<T>(
    line: Int, _ body: () async throws -> T
  ) async throws -> T {
    do {
      return try await body()
    } catch let error as LanguageModelError {
      throw CommandError("Line \(line): \(error)")
    }
  }
}
