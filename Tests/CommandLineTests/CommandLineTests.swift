import Foundation
import Testing

/// The built program itself, with a data folder of the test's own.
struct CommandLineTests {
  private func run(_ arguments: [String]) throws -> Program.Outcome {
    try Program.withFolder { try Program.run(arguments, in: $0, data: $0) }
  }

  @Test func aMissingEncoderIsOneSentenceThatSaysWhatToRun() throws {
    let outcome = try run(["match", "list files"])
    #expect(outcome.code == 1)
    #expect(outcome.output.isEmpty)
    #expect(
      outcome.errors
        == "Error: The model minilm-l6-v2 is not there: run `pillow-lsp model fetch minilm-l6-v2`.\n"
    )
  }

  @Test func aWrongNumberOfShotsIsAWrongUse() throws {
    let outcome = try run(["match", "--shots", "99", "x"])
    #expect(outcome.code == 64)
    #expect(outcome.errors.hasPrefix("Error: --shots has to be a whole number from 0 to 32."))
  }

  @Test func doctorFailsWhileTheModelsAreMissing() throws {
    let outcome = try run(["doctor", "--json"])
    #expect(outcome.code == 1)
    #expect(outcome.output.contains("Run `pillow-lsp model fetch minilm-l6-v2`."))
  }
}
