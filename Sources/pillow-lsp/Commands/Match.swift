import ArgumentParser
import Foundation
import PillowProject
import PromptMatching
import PromptPool

struct Match: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "match",
    abstract: "Print the exemplars of a project that fit an instruction.",
    discussion: "The instruction is the argument or standard input.")

  @OptionGroup var matching: MatchArguments
  @Option(help: "Draw from the policy with this seed; by default the most likely list is taken.")
  var seed: UInt64?
  @Option(help: "Share of uniform exploration in a drawn list, 0 to 1; by default 0.02.")
  var epsilon: Double?
  @Flag(help: "Print one JSON object.") var json = false
  @Flag(help: "Print a line of timings at the end.") var timings = false
  @Argument(help: "The instruction.") var instruction: String?

  func validate() throws {
    if let epsilon, !(0...1).contains(epsilon) {
      throw ValidationError("--epsilon must be a number from 0 to 1.")
    }
  }

  private var options: MatchingOptions {
    MatchingOptions(matcher: matching.matcher, epsilon: epsilon, anyLanguage: true)
  }

  private struct Answer: Encodable {
    struct Shot: Encodable {
      let id: Int64
      let instruction, input, output: String
      let tags: [String]
      let language: String?
      let pool: String
      let probability: Double
      let cosine: Float
      let why: String
    }
    let exemplars: [Shot]
    let propensity: Double
    let stopProbability: Double?
    let policyVersion, chooser: String
    let timings: [String: Double]
  }

  func run() async throws {
    let project = try matching.project.open(goesOn: true)
    let text = try (instruction ?? standardInputText())
      .trimmingCharacters(in: .whitespacesAndNewlines)
    guard !text.isEmpty else {
      throw CommandError("The instruction is missing: pass it as an argument or on standard input.")
    }
    let match = try await project.match(
      InstructionRequest(instruction: text), shots: matching.shots, seed: seed, options: options)
    if json { return try Output.json(answer(match)) }
    if match.shots.isEmpty, let probability = match.stopProbability {
      return Output.line(
        String(
          format: "No exemplar is better than none for this instruction (%.1f %%).",
          probability * 100) + "\n   chosen by \(match.chooser)")
    }
    guard !match.shots.isEmpty else {
      let count = try project.pool.count()
      return Output.line(
        count == 0
          ? "The project has no exemplars: run `pillow-lsp pool import FILE-OR-NAME`."
          : "None of the project's \(count) exemplars can be chosen: they are muted, or have no vector yet and share no word with the instruction. Run `pillow-lsp pool embed` to compute the vectors."
      )
    }
    match.lines.forEach { Output.line($0) }
    if timings {
      Output.line(
        String(
          format: "   embed %.1f ms, match %.2f ms", match.embedSeconds * 1000,
          match.matchSeconds * 1000))
    }
  }

  private func answer(_ match: MatchResult) -> Answer {
    Answer(
      exemplars: match.shots.map { shot in
        let exemplar = shot.exemplar
        return .init(
          id: exemplar.id, instruction: exemplar.instruction, input: exemplar.input,
          output: exemplar.output, tags: exemplar.tags, language: exemplar.language,
          pool: exemplar.pool, probability: shot.probability, cosine: shot.cosine, why: shot.why)
      },
      propensity: match.propensity, stopProbability: match.stopProbability,
      policyVersion: match.policyVersion, chooser: match.chooser,
      timings: ["embedSeconds": match.embedSeconds, "matchSeconds": match.matchSeconds])
  }
}
