import Foundation
import Testing

/// The built program itself, with a data folder of the test's own.
struct CommandLineTests {
  private struct Outcome {
    let code: Int32
    let output, errors: String
  }

  private func run(_ arguments: [String]) throws -> Outcome {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let process = Process()
    let bundle = URL(filePath: CommandLine.arguments[0])
    process.executableURL = bundle.deletingLastPathComponent().appending(path: "pillow-lsp")
    process.arguments = arguments
    process.currentDirectoryURL = folder
    process.environment = ProcessInfo.processInfo.environment.merging(
      ["XDG_DATA_HOME": folder.path]) { $1 }
    let (output, errors) = (Pipe(), Pipe())
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    let printed = try output.fileHandleForReading.readToEnd() ?? Data()
    let said = try errors.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return Outcome(
      code: process.terminationStatus, output: String(decoding: printed, as: UTF8.self),
      errors: String(decoding: said, as: UTF8.self))
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
