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
        == "Error: The model minilm-l6-v2 is not installed: run `pillow-lsp model fetch minilm-l6-v2`.\n"
    )
  }

  @Test func aPlaceWithoutItsLineIsAWrongUse() throws {
    let outcome = try run(["explain", "notes.md"])
    #expect(outcome.code == 64)
    #expect(outcome.errors.contains("FILE:LINE"))
    #expect(outcome.errors.contains("Usage: pillow-lsp explain"))
  }

  @Test func aWrongNumberOfShotsIsAWrongUse() throws {
    let outcome = try run(["match", "--shots", "99", "x"])
    #expect(outcome.code == 64)
    #expect(outcome.errors.hasPrefix("Error: --shots must be a whole number from 0 to 32."))
  }

  @Test func doctorFailsWhileTheModelsAreMissing() throws {
    let outcome = try run(["doctor", "--json"])
    #expect(outcome.code == 1)
    #expect(outcome.output.contains("run `pillow-lsp model fetch minilm-l6-v2`."))
  }

  #if arch(x86_64)
    /// Unless someone asks for it, OpenBLAS is not left to compute for a processor of 2004.
    @Test(arguments: [nil, "Prescott"])
    func doctorSaysWhatOpenBLASComputesFor(core: String?) throws {
      let outcome = try Program.withFolder {
        try Program.run(
          ["doctor", "--json"], in: $0, data: $0,
          environment: core.map { ["OPENBLAS_CORETYPE": $0] } ?? [:])
      }
      let report = try JSONDecoder().decode(DoctorReport.self, from: outcome.bytes)
      let check = try #require(report.checks.first { $0.name == "processor" })
      let isOld = check.detail.hasPrefix("kernels for scalar")
      #expect(check.ok == (core == nil || isOld))
      #expect(check.detail.contains("OpenBLAS for Prescott") == (core != nil || isOld))
    }
  #endif
}

private struct DoctorReport: Decodable {
  struct Check: Decodable {
    let name, detail: String
    let ok: Bool
  }
  let checks: [Check]
}
