import ArgumentParser
import CompletionEngine
import Evaluation
import Foundation
import LanguageModel
import ModelStore
import Personalization
import PillowProject
import PillowServer
import PromptMatching
import Reports
import Settings

struct EvaluatePersonalization: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "personalization",
    abstract: "Let simulated persons work, to see what learning from what they keep brings.",
    discussion: """
      --stream names JSON lines with instruction, input, output, and person or task. Each person works through her rows \
      with each arm: nothing, harvest, gate, fast, network, adapter (each with harvest), all, linucb and thompson (in \
      place of the policy), and shuffled, a control that must gain nothing. Half-way her style of writing changes. \
      Writes results.json, report.html, and steps.jsonl with what was asked, written and done each time.
      """)

  @OptionGroup var model: ModelArguments
  @OptionGroup var conversation: ConversationArguments
  @Option(help: "JSON lines with what persons ask and would write themselves.") var stream: String
  @Option(help: "JSON lines with the exemplars that are there at the start.") var pool: String
  @Option(help: "How many persons.") var persons = 5
  @Option(help: "The seed of everything that is drawn.") var seed: UInt64 = 0
  @Option(help: "How many instructions each person writes, at most.") var instructions = 300
  @Option(help: "Names, separated by commas; `all-arms` for every one.")
  var arms = "nothing,harvest,gate,fast,network,adapter,all,linucb,thompson,shuffled"
  @Option(help: "The folder for the results.") var out: String
  @Option(help: "How many exemplars stand in a prompt.") var shots = 3
  @Option(help: "The most tokens of an answer.") var maxTokens = 64
  @Option(help: "Instructions between two trainings of network and adapter.") var trainEvery = 100
  @Option(help: "Time limit of each training, such as 60s or 5m.")
  var budget = DurationArgument(seconds: 60)
  @Option(help: "Measure the regret at every so-manieth instruction; 0 for never.")
  var regretEvery = 0

  func validate() throws {
    guard persons >= 1, instructions >= 1 else {
      throw ValidationError("--persons and --instructions must be 1 or more.")
    }
    guard (0...32).contains(shots), maxTokens >= 1, trainEvery >= 1, regretEvery >= 0 else {
      throw ValidationError(
        "--shots must be from 0 to 32, --max-tokens and --train-every 1 or more, "
          + "--regret-every 0 or more.")
    }
    guard named != nil else {
      let known = PersonalizationArm.allCases.map(\.rawValue).joined(separator: ",")
      throw ValidationError("--arms must be some of \(known), or all-arms.")
    }
  }

  private var named: [PersonalizationArm]? {
    if arms == "all-arms" { return PersonalizationArm.allCases }
    let parts = arms.split(separator: ",").map {
      PersonalizationArm(rawValue: $0.trimmingCharacters(in: .whitespaces))
    }
    return parts.isEmpty || parts.contains(nil) ? nil : parts.compactMap(\.self)
  }

  func run() async throws {
    let folder = URL(filePath: out)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let rows = try Self.rows(stream)
    let poolRows = try stream == pool ? rows : Self.rows(pool)
    let exemplars =
      poolRows.contains { $0.split == "pool" }
      ? poolRows.filter { $0.split == "pool" } : stream == pool ? [] : poolRows
    let asked = rows.filter { $0.split != "pool" }
    let streams = try PersonStream.make(
      asked.isEmpty ? rows : asked, persons: persons, instructions: instructions, seed: seed,
      known: Set(exemplars.map(\.request)))
    if streams.count < persons {
      Output.message("warning: the stream has only \(streams.count) of \(persons) persons")
    }
    let models = ModelLibrary()
    var settings = model.settings(conversation)
    settings.model = try ModelLibrary.file(settings.modelOrDefault, in: models.store).path
    settings.shots = shots
    settings.maxTokens = maxTokens
    settings.temperature = 0
    settings.starterPools = []
    var options = PersonalizationExperiment.Options()
    options.arms = named ?? []
    options.seed = seed
    options.trainEvery = trainEvery
    options.trainSeconds = budget.limit ?? 60
    options.regretEvery = regretEvery
    let base = settings
    let languageModel = LanguageModelOptions(context: model.context, threads: model.threads)
    let experiment = PersonalizationExperiment(
      streams: streams, pool: exemplars.map(\.demonstration), settings: settings,
      engine: model.engine(settings, models),
      tuned: { adapter in
        var tuned = base
        tuned.adapter = adapter.path(percentEncoded: false)
        return models.engine(tuned, options: languageModel)
      },
      models: models, shipped: .shipped, options: options
    ) { request, match, project in
      let answer = try await ServedAnswer.make(request, match: match, in: project)
      return SimulatedAnswer(
        text: answer.text, completion: answer.completion, evidence: answer.evidence,
        isFaulty: answer.isFaulty)
    }
    let results = try await experiment.run(onProgress: { Output.message($0) }) { results in
      var results = results
      results.settings["model"] = URL(filePath: settings.modelOrDefault).lastPathComponent
      results.settings["stream"] = URL(filePath: stream).lastPathComponent
      try write(results, to: folder)
    }
    for problem in results.problems { Output.message("warning: \(problem)") }
    print(results)
  }

  private func write(_ results: PersonalizationResults, to folder: URL) throws {
    try results.json().write(to: folder.appending(path: "results.json"), options: .atomic)
    try results.stepLines().write(to: folder.appending(path: "steps.jsonl"), options: .atomic)
    try PersonalizationPage(results).html.write(
      to: folder.appending(path: "report.html"), atomically: true, encoding: .utf8)
  }

  private func print(_ results: PersonalizationResults) {
    Output.line(
      "last third of the stream: characters kept per instruction, edit distance, accepted")
    for arm in PersonalizationArm.allCases {
      guard let figures = results.lastThird[arm.rawValue] else { continue }
      let values = [figures.keptPerOpportunity, figures.editDistance, figures.acceptRate].map {
        String(format: "%.3f (%.3f to %.3f)", $0.mean, $0.low, $0.high)
      }
      Output.line(([arm.rawValue] + values).joined(separator: "\t"))
    }
  }

  private static func rows(_ path: String) throws -> [PersonRow] {
    guard let data = try? Data(contentsOf: URL(filePath: path)) else {
      throw CommandError("\(path) cannot be read: give a file of JSON lines.")
    }
    let decoder = JSONDecoder()
    let lines = data.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    let rows = lines.enumerated().compactMap { number, line -> PersonRow? in
      guard line.contains(where: { !" \t\r".utf8.contains($0) }) else { return nil }
      guard let row = try? decoder.decode(PersonRow.self, from: Data(line)), row.isUsable else {
        Output.message(
          "warning: line \(number + 1) of \(path) is skipped: it needs an instruction and an output"
        )
        return nil
      }
      return row
    }
    guard !rows.isEmpty else {
      throw CommandError(
        "\(path) has no row with an instruction and an output: give one JSON object a line.")
    }
    return rows
  }
}
