import ArgumentParser
import Foundation
import PromptMatching

struct EvaluateOffPolicy: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "off-policy",
    abstract: "Estimate a new policy's value from choices that another policy made.",
    discussion: """
      Reads JSON lines with features, reward, propensity, targetPropensity and targetFeatures.
      """)

  @Option(help: "Clip importance weights at this value; 0 does not clip.") var clip = 10.0
  @Flag(help: "Print one JSON object.") var json = false
  @Argument(help: "The log, or `-` for standard input.") var file: String

  func run() async throws {
    let data =
      file == "-"
      ? try FileHandle.standardInput.readToEnd() ?? Data()
      : try Data(contentsOf: URL(filePath: file))
    let decoder = JSONDecoder()
    let log = try data.split(separator: UInt8(ascii: "\n")).enumerated().map { number, line in
      do {
        return try decoder.decode(LoggedChoice.self, from: Data(line))
      } catch {
        throw CommandError("Line \(number + 1) of \(file) is not a logged choice.")
      }
    }
    let limit = clip > 0 ? clip : .infinity
    let values = [
      "inversePropensity": try OffPolicyEstimate.inversePropensity(log, clip: limit),
      "selfNormalised": try OffPolicyEstimate.selfNormalised(log, clip: limit),
      "doublyRobust": try OffPolicyEstimate.doublyRobust(log, clip: limit),
    ]
    if json { return try Output.json(values) }
    for (name, value) in values.sorted(by: { $0.key < $1.key }) {
      Output.line(
        String(
          format: "%.4f (%.4f to %.4f), effective sample size %.0f", value.estimate, value.low,
          value.high, value.effectiveSampleSize) + ", \(name)")
    }
  }
}
