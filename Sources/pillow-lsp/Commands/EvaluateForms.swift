import ArgumentParser
import Evaluation
import Foundation
import PillowProject
import Reports

struct EvaluateForms: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "forms",
    abstract: "Measure what the form that exemplars share brings.",
    discussion: """
      Each row of the files is asked once, with the next rows of its group as the pool, and answered with \
      and without the pool's form. `conforms` compares with the group's pattern if the rows have one, or with \
      the form of all its rows. An answer is right if short slots are equal and longer ones have the same \
      content words.
      """)

  @OptionGroup var model: ModelArguments
  @OptionGroup var conversation: ConversationArguments
  @Option(
    help: """
      JSON lines with instruction, input, output, group and optionally pattern; rows without a group are \
      one group.
      """)
  var data: [String]
  @Option(help: "How many exemplars the pool of a query has.") var exemplars = 5
  @Option(help: "How many of them stand in the prompt.") var shots = 3
  @Option(help: "The most tokens of an answer.") var maxTokens = 128
  @Option(help: "Every second group: 0 from the first, 1 from the second on.") var half: Int?
  @Option(help: "About this many queries, from all groups; 0 for all.") var limit = 0
  @Option(help: "Write the figures and all answers to this file.") var out: String?
  @Flag(help: "Print the answers that are wrong.") var wrong = false

  func validate() throws {
    guard exemplars >= 3, (0...32).contains(shots), maxTokens >= 1, limit >= 0 else {
      throw ValidationError(
        "--exemplars must be 3 or more, --shots 0 to 32, --max-tokens 1 or more, --limit 0 or more."
      )
    }
    guard half == nil || half == 0 || half == 1 else {
      throw ValidationError("--half must be 0 or 1.")
    }
  }

  func run() async throws {
    var options = FormExperiment.Options()
    options.poolSize = exemplars
    options.shots = shots
    options.maximumTokens = maxTokens
    options.half = half
    options.limit = limit
    let experiment = try FormExperiment(data.map { URL(filePath: $0) }, options)
    let models = ModelLibrary()
    let engine = model.engine(model.settings(conversation), models)
    let rows = try await experiment.run(engine, try await models.encoder()) { row in
      if wrong, !row.with.right {
        Output.line("\(row.group): \(row.instruction)\n  wanted \(Self.shown(row.gold))")
        Output.line("  with    \(Self.shown(row.with.text))")
        Output.line("  without \(Self.shown(row.without.text))")
      }
    }
    guard !rows.isEmpty else {
      throw CommandError("No group has more than three rows, so there is nothing to ask.")
    }
    let imposed = rows.count { $0.support != nil }
    Output.line("\(rows.count) queries, \(experiment.groups.count) groups, a form for \(imposed)")
    Output.line("          conforms              right                 exact                 ms")
    let (with, without) = (
      FormExperiment.summary(rows, \.with), FormExperiment.summary(rows, \.without)
    )
    Output.line("with      \(Self.line(with))")
    Output.line("without   \(Self.line(without))")
    if let out {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      let lines = try rows.map { String(decoding: try encoder.encode($0), as: UTF8.self) }
      try (lines.joined(separator: "\n") + "\n").write(
        to: URL(filePath: out), atomically: true, encoding: .utf8)
    }
  }

  private static func shown(_ text: String) -> String { text.replacing("\n", with: "⏎") }

  private static func line(_ summary: FormExperiment.Summary) -> String {
    let parts = [summary.conforms, summary.right, summary.exact].map { interval in
      let text =
        interval.mean.isNaN
        ? "–"
        : String(
          format: "%5.1f %% (%.1f to %.1f)", interval.mean * 100, interval.low * 100,
          interval.high * 100)
      return text.padding(toLength: 22, withPad: " ", startingAt: 0)
    }
    return parts.joined() + String(format: "%.0f", summary.milliseconds)
  }
}
